"""Batch downloads, HTTP side. Grammar and words: pidstack.protocols.ezid.download. Decisions: pidstack.services.exports."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import authenticator, export_desk, list_accounts, registry, sessions, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.ezid.download.dispatch import Downloads, answer
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import failure
from pidstack.protocols.gateway import read_request

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})
warm_on_lambda()


@cache
def service() -> Downloads:
    """Give what the operations work with; made once in the life of a warm function."""
    return Downloads(Service(registry(), authenticator(), sessions()), export_desk(), list_accounts)


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
