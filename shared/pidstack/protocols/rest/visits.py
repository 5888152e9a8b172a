"""What the REST API answers to anybody: whether it works."""

from __future__ import annotations

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.heartbeat import heartbeat
from pidstack.protocols.rest.service import Service


def beat(request: Request, service: Service) -> Response:
    """`GET /heartbeat`: the function runs, and the table answers."""
    return heartbeat(service.registry.directory)
