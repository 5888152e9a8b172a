"""OAI-PMH, HTTP side. Grammar and words: pidstack.protocols.oai. Decisions: pidstack.services."""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap import repositories, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import respond
from pidstack.protocols.oai.dispatch import answer
from pidstack.protocols.oai.service import Service
from pidstack.protocols.oai.words import failure
from pidstack.telemetry import observed

warm_on_lambda(repositories)


@cache
def service() -> Service:
    """Give the repositories; made once in the life of a warm function."""
    return repositories()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(
        event, config().public_url, lambda request: answer(request, service()), lambda: failure(500, "internal server error")
    )
