"""Resolution, HTTP side. Grammar and words: pidstack.protocols.resolver. Decisions: pidstack.services.resolve.

The lightest imports of all functions: Lambda itself writes what `logging` is told as JSON, and traces the function as a whole.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from pidstack.bootstrap_resolver import resolver_desk, warm_resolver_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import read_request
from pidstack.protocols.resolver.answers import failure
from pidstack.protocols.resolver.dispatch import Desk, answer

logger = logging.getLogger("resolver")
warm_resolver_on_lambda()


@cache
def service() -> Desk:
    """Give what requests are answered with; made once in the life of a warm function."""
    return resolver_desk()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    request = read_request(event, config().public_url)
    try:
        response = answer(request, service())
    except Exception:
        logger.exception("request failed", extra={"route": request.resource, "method": request.method})
        response = failure()
    logger.info("answered", extra={"route": request.resource, "method": request.method, "status": response.status})
    return response.event()
