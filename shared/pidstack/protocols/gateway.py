"""A request as API Gateway's REST proxy hands it over, and the answer it takes back; no protocol's rules."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

logger = logging.getLogger(__name__)

# A function's whole answer as JSON; what is kept free of it is for headers.
_MOST_BYTES = 6 * 1024 * 1024 - 16 * 1024
# Headers that are lists -> what parts their lines when they are made one. Rule: RFC 9110, section 5.3; RFC 9113, section 8.2.3.
_LISTS = {"cookie": "; ", "accept": ", ", "accept-encoding": ", ", "if-none-match": ", "}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Attributes:
        resource: the route that matched, as the template names it: `/id/{identifier+}`.
        path: percent-encoded, as sent.
        query: decoded; a repeated name keeps its last value.
        arguments: the query's pairs, decoded, each as often as it was sent; only values of one name keep their order.
        headers: by lower-case name.
        base_url: of this registry as clients see it, no slash at its end.
        verified: what the authorizer found out; empty on routes that have none.
        source_ip: address that the request came from, as the gateway saw it; empty if unknown.
        id: of the request in the gateway's log; empty if unknown.
    """

    method: str
    resource: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    verified: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[tuple[str, str], ...] = ()
    source_ip: str = ""
    id: str = ""

    @property
    def account(self) -> str:
        """Name of the account that the authorizer recognised; empty for none."""
        return self.verified.get("account", "")

    def after(self, base: str) -> str:
        """Give the rest of the path behind `base` (`/id`) and a slash, decoded once. Bytes that are not UTF-8 become U+FFFD."""
        return unquote(self.path[len(base) :].removeprefix("/"), errors="replace")

    def cookie(self, name: str) -> str:
        """Give the value of a cookie; empty if it was not sent."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((value for key, _, value in pairs if key == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; text is sent as UTF-8, bytes as they are."""

    status: int
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether a function can give it: text takes two bytes for each character that JSON escapes, bytes are sent as base64."""
        if isinstance(self.body, bytes):
            return len(self.body) * 4 <= _MOST_BYTES * 3
        if len(self.body) * 4 <= _MOST_BYTES:  # not even as the longest characters
            return True
        return len(self.body.encode()) + sum(map(self.body.count, '"\\\n\r\t')) <= _MOST_BYTES

    def event(self) -> dict[str, Any]:
        """Write it as the proxy integration takes it, which knows text and base64."""
        body, is_bytes = self.body, isinstance(self.body, bytes)
        if isinstance(body, bytes):
            from pybase64 import b64encode_as_string  # long answers are bytes, and many functions have none

            body = b64encode_as_string(body)
        return {"statusCode": self.status, "headers": dict(self.headers), "body": body, "isBase64Encoded": is_bytes}


def read_request(event: Mapping[str, Any], public_url: str) -> Request:
    """Read a REST API proxy event, payload version 1.0.

    Args:
        event: as the handler gets it.
        public_url: base URL by configuration; empty where the event tells.
    """
    context = event["requestContext"]
    query = event.get("multiValueQueryStringParameters") or {}
    body = event.get("body") or ""
    return Request(
        method=event["httpMethod"],
        resource=event["resource"],
        path=event["path"],
        query={name: values[-1] for name, values in query.items()},
        headers=_headers(event),
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
        base_url=public_url or f"https://{context['domainName']}/{context['stage']}",
        verified={name: str(value) for name, value in (context.get("authorizer") or {}).items()},
        arguments=tuple((name, value) for name, values in query.items() for value in values),
        source_ip=(context.get("identity") or {}).get("sourceIp") or "",
        id=context.get("requestId") or "",
    )


def respond(
    event: Mapping[str, Any], public_url: str, answer: Callable[[Request], Response], failure: Callable[[], Response]
) -> dict[str, Any]:
    """Read a request, answer it, and give the answer as the gateway takes it back; one line of the log tells how it went.

    Args:
        event: as the handler gets it.
        public_url: base URL by configuration; empty where the event tells.
        answer: gives what is to be said.
        failure: gives what is said when `answer` raises, which is a defect and is logged with its trace.
    """
    request = read_request(event, public_url)
    asked = {"route": request.resource, "method": request.method}
    try:
        response = answer(request)
    except Exception:
        logger.exception("request failed", extra=asked)
        response = failure()
    logger.info("answered", extra={**asked, "status": response.status})
    return response.event()


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Give headers by lower-case name. What is a list may come in several lines (RFC 9110, 5.3); of all others the last counts."""
    single = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        if name.lower() in _LISTS:
            single[name.lower()] = _LISTS[name.lower()].join(values)
    return single
