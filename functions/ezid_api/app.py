"""The EZID API, HTTP side. Grammar and words: pidstack.protocols.ezid. Decisions: pidstack.services."""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap import authenticator, registry, sessions, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.ezid.dispatch import answer
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import failure
from pidstack.protocols.gateway import respond
from pidstack.telemetry import observed

warm_on_lambda()


@cache
def service() -> Service:
    """Give what the operations work with; made once in the life of a warm function."""
    return Service(registry(), authenticator(), sessions())


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(
        event, config().public_url, lambda request: answer(request, service()), lambda: failure(500, "internal server error")
    )
