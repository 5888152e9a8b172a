"""What is said where there is no page to show."""

from __future__ import annotations

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.layout import SAFE, page

UNKNOWN = "Nothing is known under this name. It may be misspelled, or not be registered here."
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **SAFE}


def not_found(request: Request, registry: str, text: str = UNKNOWN, headers: dict[str, str] | None = None) -> Response:
    """Say that there is nothing, or nothing that the public may know."""
    return page("not_found.html", request.base_url, registry=registry, status=404, headers=headers, has_box=True, text=text)


def failure() -> Response:
    """Say that the registry is at fault."""
    return Response(500, "error: internal server error", _TEXT)


def method_not_allowed() -> Response:
    """Say that pages are only read."""
    return Response(405, "error: method not allowed", {**_TEXT, "Allow": "GET, HEAD"})
