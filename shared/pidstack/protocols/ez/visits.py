"""What the EZ API answers to anybody: status, heartbeat, the way to the documentation, and that there are no sessions."""

from __future__ import annotations

from pidstack.protocols.ez.service import Service
from pidstack.protocols.ez.words import NotSupported, success
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.heartbeat import heartbeat


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
    return heartbeat(service.registry.directory)
