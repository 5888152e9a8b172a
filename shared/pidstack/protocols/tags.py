"""Whether a client has an answer already, by the tags that it names. Rule: RFC 9110, sections 8.8.3.2 and 13.1.2."""

from __future__ import annotations


def is_among(tag: str, header: str) -> bool:
    """Tell whether `If-None-Match` names a tag, weak or not, or any tag at all."""
    named = {_opaque(part.strip()) for part in header.split(",")}
    return _opaque(tag) in named or "*" in named


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
