"""Snapshots and archives, HTTP side. Grammar and words: pidstack.protocols.snapshots and archives. Decisions: pidstack.services."""

from __future__ import annotations

from typing import Any

from pidstack.bootstrap import archive_desk, snapshot_desk, warm_on_lambda
from pidstack.config import config
from pidstack.protocols.gateway import Request, Response, respond
from pidstack.protocols.handing_out import failure
from pidstack.protocols.snapshots.dispatch import answer
from pidstack.telemetry import observed

warm_on_lambda(snapshot_desk)


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return respond(event, config().public_url, _answer, lambda: failure(500, "internal server error"))


def _answer(request: Request) -> Response:
    if not request.path.startswith("/archives"):
        return answer(request, snapshot_desk())
    from pidstack.protocols.archives.dispatch import answer as answer_archive

    return answer_archive(request, archive_desk())
