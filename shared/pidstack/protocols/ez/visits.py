"""What the EZ API answers to anybody: status, heartbeat, the way to the documentation, and that there are no sessions."""

from __future__ import annotations

import logging

from pidstack.protocols.ez.service import Service
from pidstack.protocols.ez.words import NotSupported, success
from pidstack.protocols.gateway import Request, Response

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_log = logging.getLogger(__name__)


def lead_to_docs(request: Request, service: Service) -> Response:
    """`GET /ez`."""
    return Response(301, "", {"Location": f"{request.base_url}/docs"})


def refuse_session(request: Request, service: Service) -> Response:
    """`/ez/login`. Rule: DataCite EZ API guide, "Authentication"."""
    raise NotSupported("one-time login and session cookies")


def tell_status(request: Request, service: Service) -> Response:
    """`GET /ez/status`: this function runs."""
    return success("API is up")


def beat(request: Request, service: Service) -> Response:
    """`GET /ez/heartbeat`: the table answers, too."""
    try:
        service.registry.directory.refresh()
        service.registry.directory.group("heartbeat")
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "failed"
        _log.exception("table does not answer")
        return Response(500, "failed", _PLAIN)
    return Response(200, "OK", _PLAIN)
