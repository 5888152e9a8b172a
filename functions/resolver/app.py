"""Resolution, HTTP side. Grammar and words: pidstack.protocols.resolver. Decisions: pidstack.services.resolve.

The lightest imports of all functions: Lambda itself writes what `logging` is told as JSON, and traces the function as a whole.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pidstack.bootstrap_resolver import resolver_desk, warm_resolver_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import respond
from pidstack.protocols.resolver.answers import failure
from pidstack.protocols.resolver.dispatch import Desk, answer

warm_resolver_on_lambda()


@cache
def service() -> Desk:
    """Give what requests are answered with; made once in the life of a warm function."""
    return resolver_desk()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(event, config().public_url, lambda request: answer(request, service()), failure)
