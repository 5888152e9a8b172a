"""DataCite's REST API, HTTP side. Grammar and words: pidstack.protocols.rest. Decisions: pidstack.services."""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap import counters, gate, history, keeper, lists, registry, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import respond
from pidstack.protocols.rest.dispatch import answer
from pidstack.protocols.rest.errors import failure
from pidstack.protocols.rest.service import Service
from pidstack.telemetry import observed

warm_on_lambda(gate)


@cache
def service() -> Service:
    """Give what the operations work with; made once in the life of a warm function."""
    return Service(registry(), gate(), history(), keeper(), counters(), lists, config().repository_name)


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(
        event, config().public_url, lambda request: answer(request, service()), lambda: failure(500, "Internal server error.")
    )
