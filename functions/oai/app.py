"""OAI-PMH, HTTP side. Grammar and words: pidstack.protocols.oai. Decisions: pidstack.services."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import repositories, warm_oai_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import read_request
from pidstack.protocols.oai.dispatch import answer
from pidstack.protocols.oai.service import Service
from pidstack.protocols.oai.words import failure

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})
warm_oai_on_lambda()


@cache
def service() -> Service:
    """Give the repositories; made once in the life of a warm function."""
    return repositories()


@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    request = read_request(event, config().public_url)
    try:
        response = answer(request, service())
    except Exception:
        logger.exception("request failed", extra={"route": request.resource, "method": request.method})
        response = failure(500, "internal server error")
    logger.info("answered", extra={"route": request.resource, "method": request.method, "status": response.status})
    return response.event()
