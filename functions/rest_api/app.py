"""DataCite's REST API, HTTP side. Grammar and words: pidstack.protocols.rest. Decisions: pidstack.services."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import counters, gate, history, keeper, lists, registry, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import read_request
from pidstack.protocols.rest.dispatch import answer
from pidstack.protocols.rest.errors import failure
from pidstack.protocols.rest.service import Service

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})
warm_on_lambda()


@cache
def service() -> Service:
    """Give what the operations work with; made once in the life of a warm function."""
    return Service(registry(), gate(), history(), keeper(), counters(), lists)


@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    request = read_request(event, config().public_url)
    try:
        response = answer(request, service())
    except Exception:
        logger.exception("request failed", extra={"route": request.resource, "method": request.method})
        response = failure(500, "Internal server error.")
    logger.info("answered", extra={"route": request.resource, "method": request.method, "status": response.status})
    return response.event()
