"""What the REST API answers to anybody: whether it works."""

from __future__ import annotations

import logging

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.service import Service

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_log = logging.getLogger(__name__)


def beat(request: Request, service: Service) -> Response:
    """`GET /heartbeat`: the function runs, and the table answers."""
    try:
        service.registry.directory.refresh()
        service.registry.directory.group("heartbeat")
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "failed"
        _log.exception("table does not answer")
        return Response(500, "failed", _PLAIN)
    return Response(200, "OK", _PLAIN)
