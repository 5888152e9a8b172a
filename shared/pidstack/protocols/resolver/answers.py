"""The words of the resolver: redirects, refusals, and the headers that they have.

Rule: EZID API v2, "Identifier resolution", for the bodies of redirects; RFC 9111 for who may keep an answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from pidstack.protocols.gateway import Request, Response

# A target that was changed is followed after as long at most; a record that was published, at once.
FOUND_S, GONE_S = 300, 60
JSON, TEXT = "application/json", "text/plain; charset=utf-8"
_COMMON = {"Vary": "Accept, No-Redirect", "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_ESCAPES = {ord(character): f"%{ord(character):02X}" for character in "%\r\n"}


def headers(content_type: str, *, keep_s: int = 0, changed_s: int = 0, **more: str) -> dict[str, str]:
    """Give the headers of an answer.

    Args:
        keep_s: how long anybody may keep it; 0 is not at all.
        changed_s: Unix seconds of its last change; 0 is unknown.
        more: further headers, `_` for `-`.
    """
    kept = f"public, max-age={keep_s}" if keep_s else "no-store"
    changed = {"Last-Modified": http_date(changed_s)} if changed_s else {}
    return {
        "Content-Type": content_type,
        "Cache-Control": kept,
        **changed,
        **_COMMON,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def http_date(seconds: int) -> str:
    """Write Unix seconds as headers have them. Rule: RFC 9110, section 5.6.7."""
    moment = time.gmtime(seconds)
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    return f"{day}, {moment.tm_mday:02} {month} {moment.tm_year} {moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02} GMT"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_json(content: Mapping[str, Any]) -> str:
    """Write an object for programs."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_anvl(content: Mapping[str, str]) -> str:
    """Write an object as labelled lines."""
    return "".join(f"{name}: {value.translate(_ESCAPES)}\n" for name, value in content.items())


def not_found(request: Request, registry: str, *, is_name: bool, for_people: bool) -> Response:
    """Say that there is nothing. What is reserved, or nobody's, or no identifier at all, is not told apart.

    Args:
        registry: what it calls itself.
        is_name: whether an identifier was asked for.
    """
    if for_people:
        from pidstack.protocols.pages.words import not_found as not_found_page  # programs do not wait for Jinja2

        return not_found_page(request, registry, headers=_COMMON)
    if not is_name:
        return Response(404, "error: not found - no such resource", headers(TEXT))
    alternate = f"https://n2t.net{request.path}" if "ark" in request.path[:10].lower() else f"https://doi.org{request.path}"
    return Response(404, as_json({"request_id": request.id, "error": "Not found.", "alternate": alternate}), headers(JSON))


def method_not_allowed() -> Response:
    """Say that the resolver only reads."""
    return Response(405, "error: method not allowed", headers(TEXT) | {"Allow": "GET, HEAD, OPTIONS"})


def failure() -> Response:
    """Say that the registry is at fault."""
    return Response(500, "error: internal server error", headers(TEXT))
