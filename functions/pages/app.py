"""Pages for people, HTTP side. Words and look: pidstack.protocols.pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap import pages_desk, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import respond
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.dispatch import answer
from pidstack.protocols.pages.words import failure
from pidstack.telemetry import observed

warm_on_lambda(pages_desk)


@cache
def service() -> Desk:
    """Give what pages are made with; made once in the life of a warm function."""
    return pages_desk()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(event, config().public_url, lambda request: answer(request, service()), failure)
