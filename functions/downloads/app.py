"""Batch downloads, HTTP side. Grammar and words: pidstack.protocols.ezid.download. Decisions: pidstack.services.exports."""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap import authenticator, export_desk, list_accounts, registry, sessions, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.ezid.download.dispatch import Downloads, answer
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import failure
from pidstack.protocols.gateway import respond
from pidstack.telemetry import observed

warm_on_lambda(export_desk)


@cache
def service() -> Downloads:
    """Give what the operations work with; made once in the life of a warm function."""
    known = Service(registry(), authenticator(), sessions())
    return Downloads(known, export_desk(), list_accounts, config().repository_name)


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(
        event, config().public_url, lambda request: answer(request, service()), lambda: failure(500, "internal server error")
    )
