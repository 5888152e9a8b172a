"""Files of whole records over HTTP: whoever may have one is sent to where it lies, for GET and for HEAD; the rest is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.protocols.gateway import Request, Response

_METHODS = "GET, HEAD, OPTIONS"
_TITLES = {401: "For subscribers", 403: "Not for you"}
_ASKS = "These files are for subscribers, who send their token with the request, or come from an address that is known here."
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Links(Protocol):
    """Gives addresses that files can be fetched from."""

    def link(self, name: str, *, only_head: bool, saved_as: str = "") -> str:
        """Give the address of a file, which is called by the last part of its name unless `saved_as` says otherwise. No request."""


def hand_out(request: Request, realm: str, registry: str, get: Callable[[], Response]) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised.

    Args:
        realm: that those who are not known are asked for a token of.
        registry: what it calls itself.
        get: answers GET; what it raises of Unauthenticated and Forbidden is told.
    """
    if request.method == "OPTIONS":
        return Response(204, "", {"Allow": _METHODS})
    if request.method not in {"GET", "HEAD"}:
        return failure(405, "method not allowed", {"Allow": _METHODS})
    try:
        response = get()
    except Unauthenticated:
        asks = {"WWW-Authenticate": f'Bearer realm="{realm}"'}
        response = _refused(request, registry, 401, "unauthorized", _ASKS, asks)
    except Forbidden as error:
        why = str(error)
        response = _refused(request, registry, 403, f"forbidden - {why}", f"{why[:1].upper()}{why[1:]}.")
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def sent_to(request: Request, links: Links, key: str, saved_as: str = "") -> Response:
    """Send somebody to where a file lies; the address is good for the method that was asked with.

    Args:
        saved_as: what browsers call it, if not by the last part of `key`.
    """
    address = links.link(key, only_head=request.method == "HEAD", saved_as=saved_as)
    return Response(302, "", {"Location": address, "Cache-Control": "no-store"})


def is_for_people(request: Request) -> bool:
    """Tell whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")


def _refused(
    request: Request, registry: str, status: int, words: str, for_people: str, headers: dict[str, str] | None = None
) -> Response:
    if not is_for_people(request):
        return failure(status, words, headers)
    from pidstack.protocols.pages.layout import page  # programs, most of those who ask, do not wait for Jinja2

    title, base_url = _TITLES[status], request.base_url
    return page("refused.html", base_url, registry=registry, status=status, headers=headers, title=title, text=for_people)


def failure(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """Answer that something is not to be had."""
    return Response(status, f"error: {words}\n", {**_TEXT, **(headers or {})})
