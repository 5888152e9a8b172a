"""An EZID client as plain as can be: the path goes out as it is, and the answer comes back taken apart."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from pidstack.protocols.ezid.anvl import format_pairs, parse

TIMEOUT_S = 120


class Stack(Protocol):
    """What the end-to-end tests know of the stack they talk to."""

    base_url: str
    aws_endpoint: str
    table: str
    accounts: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, its body as it came and taken apart."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def line(self) -> str:
        """The status line."""
        return self.text.partition("\n")[0]

    @property
    def name(self) -> str:
        """The identifier that a success tells, decoded."""
        assert self.line.startswith("success: "), self.text
        return parse(self.line)["success"].partition(" | ")[0]

    @property
    def elements(self) -> dict[str, str]:
        """The elements below the status line, decoded, but for those that cannot be read as text in UTF-8."""
        return parse(self.text.partition("\n")[2])


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to one server in the name of one account, or of nobody."""

    base_url: str
    account: str = ""
    password: str = ""

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request on a connection of its own; `path` is percent-encoded."""
        parts = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        sent = {**({"Authorization": self.credentials} if self.account else {}), **(headers or {})}
        try:
            connection.request(method, parts.path.rstrip("/") + path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    @property
    def credentials(self) -> str:
        """The Authorization header."""
        return "Basic " + base64.b64encode(f"{self.account}:{self.password}".encode()).decode()

    def create(self, name: str, elements: Mapping[str, str] | None = None) -> Answer:
        """Make an identifier."""
        return self.send("PUT", path_of(name), anvl(elements))

    def mint(self, shoulder: str, elements: Mapping[str, str] | None = None) -> Answer:
        """Make an identifier of a drawn name."""
        return self.send("POST", f"/shoulder/{quote(shoulder, safe=':/')}", anvl(elements))

    def view(self, name: str) -> Answer:
        """Read an identifier."""
        return self.send("GET", path_of(name))

    def modify(self, name: str, elements: Mapping[str, str] | None = None) -> Answer:
        """Change an identifier."""
        return self.send("POST", path_of(name), anvl(elements))

    def delete(self, name: str) -> Answer:
        """Delete an identifier."""
        return self.send("DELETE", path_of(name))


def client_of(stack: Stack, number: int = 0) -> Client:
    """A client for one of the stack's demo accounts."""
    account = stack.accounts[number]
    return Client(stack.base_url, account["name"], account["password"])


def path_of(name: str) -> str:
    """The path of an identifier."""
    return f"/id/{quote(name, safe=':/')}"


def anvl(elements: Mapping[str, str] | None) -> bytes:
    """A request body."""
    return format_pairs((elements or {}).items()).encode()
