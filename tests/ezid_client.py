"""The EZID API in process: what the gateway, its authorizer and the function do with a request, without any of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote

from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.authorization import recognise
from pidstack.protocols.clients import Clients
from pidstack.protocols.ezid.dispatch import answer
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.gateway import Request, Response, read_request
from pidstack.services.authenticate import Authenticator
from pidstack.services.sessions import Sessions
from tests.fakes.sessions import MemorySessions, key
from tests.world import World, a_world

BASE = "https://pid.example"
_GUARDED = {("id", "PUT"), ("id", "POST"), ("id", "DELETE"), ("shoulder", "POST"), ("login", "GET")}


def basic(name: str, password: str | None = None) -> str:
    """An Authorization header; the password of the world's accounts unless another is given."""
    pair = f"{name}:{f'{name}pw' if password is None else password}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


@dataclass(slots=True)
class InProcess:
    """A client and everything behind it."""

    world: World = field(default_factory=a_world)
    ended: MemorySessions = field(default_factory=MemorySessions)
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        directory, clock = self.world.registry.directory, self.world.time
        sessions = Sessions(self.ended, directory, key, clock)
        self.service = Service(self.world.registry, Authenticator(directory, clock), sessions)

    def send(
        self, method: str, path: str, body: str | bytes = b"", *, by: str = "", headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request; `path` is decoded text but for its query, `by` an account that signs in with its password."""
        sent = {**({"Authorization": basic(by)} if by else {}), **(headers or {})}
        request = self._request(method, path, body.encode() if isinstance(body, str) else body, sent)
        if (request.resource.split("/")[1], method) in _GUARDED:
            try:
                found = recognise(request, Clients(self.service.authenticator), self.service.sessions)
            except Unauthenticated:
                return Response(401, "error: unauthorized", {"WWW-Authenticate": 'Basic realm="EZID"'})
            request = self._request(method, path, request.body, sent, found)
        return answer(request, self.service)

    @staticmethod
    def _request(
        method: str, path: str, body: bytes, headers: Mapping[str, str], verified: Mapping[str, str] | None = None
    ) -> Request:
        plain, _, query = path.partition("?")
        first = plain.split("/")[1]
        event: dict[str, Any] = {
            "httpMethod": method,
            "resource": f"/{first}/{{rest+}}" if plain.count("/") > 1 else f"/{first}",
            "path": quote(plain),
            "headers": dict(headers),
            "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True),
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
            "requestContext": {"authorizer": dict(verified or {})},
        }
        return read_request(event, BASE)
