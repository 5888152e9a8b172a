"""The look that all pages share, and the headers that keep a page to what it is.

Whatever shows pages writes them with `page`; values are escaped by the template, so what depositors write stays text.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pidstack.protocols.gateway import Response

HERE = Path(__file__).parent
HTML = "text/html; charset=utf-8"
# Nothing but this registry's own style, script and pictures; forms go to it alone; nobody may frame it.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Where the box is that leads to identifiers: Chromium also holds against this what a form is redirected to.
BOX_POLICY = POLICY.replace("form-action 'self'", "form-action 'self' http: https:")
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Marks that turn the direction of what follows, also of what is not theirs (Unicode Bidirectional Algorithm, 2.1 to 2.5).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def page(
    template: str,
    base_url: str,
    *,
    registry: str,
    status: int = 200,
    keep_s: int = 0,
    headers: dict[str, str] | None = None,
    has_box: bool = False,
    **values: Any,
) -> Response:
    """Write a page.

    Args:
        template: name of a file in `templates`; it extends `base.html`, and sets its blocks `title` and `content`.
        base_url: of the registry, no slash at its end.
        registry: what it calls itself.
        keep_s: how long anybody may keep the page; 0 is not at all.
        headers: further ones.
        has_box: whether the box is on it that leads to identifiers.
        values: what the template shows.
    """
    body = templates().get_template(template).render(base=base_url, registry=registry, **values)
    kept = f"public, max-age={keep_s}" if keep_s else "no-store"
    policy = {"Content-Security-Policy": BOX_POLICY} if has_box else {}
    return Response(status, body, {"Content-Type": HTML, "Cache-Control": kept, **SAFE, **policy, **(headers or {})})


@cache
def templates() -> Environment:
    """Give the templates; each is compiled when it is first used."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["number"] = lambda value: f"{value:,}"
    return made


def escaped_marks(json_text: str) -> str:
    """Write the marks of direction in a JSON text as escapes: it says the same, and turns nothing where it is shown."""
    return _TURNING.sub(lambda mark: f"\\u{ord(mark[0]):04x}", json_text)


def visible(text: str) -> str:
    """Leave out of a text what would not stay within it: marks of direction that have no end, control characters."""
    return _NOT_TEXT.sub("", _TURNING.sub("", text))


def _shown(value: Any) -> Any:
    """Make every text that a template shows visible, and None nothing."""
    if value is None:
        return ""
    # What is markup already was made visible when it was text.
    return visible(value) if type(value) is str else value
