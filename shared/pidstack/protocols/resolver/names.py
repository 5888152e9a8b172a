"""What a path asks for: an identifier, in a form perhaps, or with an inflection behind it.

Rule: ARK Identifier Scheme (draft-kunze-ark), "Inflections"; DataCite, "Content negotiation", for `/{type}/{subtype}/{doi}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pidstack.protocols.gateway import Request

_NAME = re.compile(r"(?:ark|doi|uuid)(?::|%3a)|10(?:\.|%2e)[0-9.]+(?:/|%2f)", re.IGNORECASE)
_IN_FORM = re.compile(r"((?:application|text|image)/[^/]+)/(.+)", re.IGNORECASE | re.DOTALL)
_INFLECTION = re.compile(r"(?:/\.info|(?:%3f){1,2}|%3finfo)\Z", re.IGNORECASE)
# `??` is a query that consists of a question mark.
_INFLECTIONS = frozenset({"?", "info"})
_KEPT = "/:;@!$'()*,?~._-[]{}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        name: of the identifier, percent-encoded as it was sent.
        query: percent-encoded, without its question mark.
        media_type: of the form that the path names; empty if it names none.
        inflected: whether what is known is asked for, and not the object.
    """

    name: str
    query: str = ""
    media_type: str = ""
    inflected: bool = False


def read_path(request: Request) -> Asked | None:
    """Read what a request asks for; None if its path names no identifier."""
    path, media_type = request.path.removeprefix("/"), ""
    in_form = _IN_FORM.fullmatch(path)
    if in_form:
        media_type, path = unquote(in_form[1]).lower(), in_form[2]
    if not _NAME.match(path):
        return None
    query = query_of(request)
    bare = _INFLECTION.sub("", path)
    if bare != path:
        return Asked(bare, "", media_type, inflected=True)
    if query in _INFLECTIONS:
        return Asked(path, "", media_type, inflected=True)
    return Asked(path, query, media_type)


def query_of(request: Request) -> str:
    """Write the query as it was sent, as far as the gateway tells: it decodes, drops an empty one, and may change the order."""
    if not request.arguments:
        return ""
    pairs = ((quote(name, safe=_KEPT), quote(value, safe=_KEPT + "=")) for name, value in request.arguments)
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)
