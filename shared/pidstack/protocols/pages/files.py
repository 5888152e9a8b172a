"""The files that pages are shown with: style, script, picture."""

from __future__ import annotations

import hashlib
from functools import cache

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.layout import HERE, SAFE
from pidstack.protocols.pages.words import not_found
from pidstack.protocols.tags import is_among

KEPT_S = 3600
_KINDS = {"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"}


def static(request: Request, desk: Desk) -> Response:
    """`GET /static/{file}`."""
    name = request.after("/static")
    if name not in _KINDS:
        return not_found(request, desk.name)
    text, tag = _read(name)
    headers = {"Content-Type": _KINDS[name], "Cache-Control": f"public, max-age={KEPT_S}", "ETag": tag, **SAFE}
    if is_among(tag, request.headers.get("if-none-match", "")):
        return Response(304, "", headers)
    return Response(200, text, headers)


@cache
def _read(name: str) -> tuple[str, str]:
    text = (HERE / "static" / name).read_text(encoding="utf-8")
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
