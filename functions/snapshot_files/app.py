"""Snapshots and archives, HTTP side. Grammar and words: pidstack.protocols.snapshots and archives. Decisions: pidstack.services."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import archive_desk, snapshot_desk, warm_snapshots_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import Request, Response, read_request
from pidstack.protocols.snapshots.dispatch import answer, failure

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})
warm_snapshots_on_lambda()


@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    request = read_request(event, config().public_url)
    try:
        response = _archive(request) if request.path.startswith("/archives") else answer(request, snapshot_desk())
    except Exception:
        logger.exception("request failed", extra={"route": request.resource, "method": request.method})
        response = failure(500, "internal server error")
    logger.info("answered", extra={"route": request.resource, "method": request.method, "status": response.status})
    return response.event()


def _archive(request: Request) -> Response:
    from pidstack.protocols.archives.dispatch import answer as answer_archive

    return answer_archive(request, archive_desk())
