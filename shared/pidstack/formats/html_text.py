"""Text as a web page shows it: a few inline tags survive, others are unwrapped, the rest is escaped.

DataCite passes what it reads from XML through such a filter, so its answers say `&amp;` where the record says `&`.
Rule: DataCite REST API, attributes read from XML (recorded answers).
"""

from __future__ import annotations

import html
import re

_KEPT = frozenset({"b", "br", "code", "em", "i", "pre", "strong", "sub", "sup"})
_DROPPED_WHOLE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)[^>]*(?:>|\Z)", re.DOTALL)


def html_text(text: str) -> str:
    """Return text as an HTML fragment with no tags but b, br, code, em, i, pre, strong, sub and sup, all of them closed."""
    if not any(character in text for character in "<>&"):
        return text
    pieces: list[str] = []
    opened: list[str] = []
    end = 0
    text = _DROPPED_WHOLE.sub("", text)
    for match in _MARKUP.finditer(text):
        pieces.append(_escaped(text[end : match.start()]))
        pieces.append(_tag(match, opened))
        end = match.end()
    pieces.append(_escaped(text[end:]))
    pieces += [f"</{name}>" for name in reversed(opened)]
    return "".join(pieces)


def _tag(match: re.Match[str], opened: list[str]) -> str:
    """Write a tag that is kept, and keep account of what is open."""
    name = (match["name"] or "").lower()
    if name not in _KEPT:
        return ""
    if name == "br":
        return "" if match["close"] else "<br>"
    if not match["close"]:
        opened.append(name)
        return f"<{name}>"
    if name not in opened:
        return ""
    closed = ""
    while True:
        last = opened.pop()
        closed += f"</{last}>"
        if last == name:
            return closed


def _escaped(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)
