"""Identifiers as harvesters see them, and back: `info:doi/10.5072/FK2ABC`, `doi:10.5072/fk2abc`, `ark:/99999/fk4abc`.

An identifier has to be a URI, and DOIs may hold characters that no URI holds: these, and `%` itself, are percent-encoded. `<` and
`>`, which old DOIs are full of, are left as they are, as Crossref leaves them.
Rule: OAI-PMH 2.0, section 2.4 "Unique Identifier"; RFC 4452 for `info:doi/`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from pidstack.domain.errors import InvalidIdentifier
from pidstack.domain.identifier import Identifier, Scheme

_INFO = "info:doi/"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(r"//[^/?#]*", re.ASCII)
_PLAIN_AUTHORITY = re.compile(r"//[A-Za-z0-9.-]*(:[0-9]{1,5})?", re.ASCII)
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f-\x9f\[\]\ud800-\udfff\ufffe\uffff]|%(?![0-9A-Fa-f]{2})|#.*#")
_ENCODED = {"%": "%25", "[": "%5B", "]": "%5D"}
_NEEDS_ENCODING = re.compile(r"[%\[\]]")


def info_name(identifier: Identifier) -> str:
    """Write a DOI as Crossref's harvesters know it; of no other scheme."""
    return _INFO + _encoded(identifier.name[4:])


def parse_info_name(text: str) -> Identifier:
    """Read `info:doi/…`, in any case and percent-encoded or not.

    Raises:
        InvalidIdentifier: anything else.
    """
    if not text.lower().startswith(_INFO):
        raise InvalidIdentifier("invalid identifier")
    return Identifier.parse("doi:" + unquote(text[len(_INFO) :]))


def plain_name(identifier: Identifier) -> str:
    """Write a DOI in lower case, as DataCite's harvesters know it, and every other identifier by its name."""
    return "doi:" + _encoded(identifier.name[4:].lower()) if identifier.name.startswith("doi:") else identifier.name


def parse_plain_name(text: str) -> Identifier:
    """Read an identifier by its name; whatever stands before a DOI up to the first colon does not count, as at DataCite.

    Raises:
        InvalidIdentifier: anything else, among it an ARK that stands for a DOI: one item has one identifier here.
    """
    head, _, rest = text.partition(":")
    if head in {"ark", "uuid"}:
        found = Identifier.parse(text)
        if found.scheme is Scheme.DOI:
            raise InvalidIdentifier("invalid identifier")
        return found
    return Identifier.parse("doi:" + unquote(rest))


def is_uri(text: str) -> bool:
    """Tell whether XML Schema takes `text` for a URI, so that an answer may repeat it. Rather too strict than too lax.

    Rule: XML Schema Part 2, 3.2.17 "anyURI"; RFC 3986.
    """
    if not text or _UNSAFE.search(text):
        return False
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if scheme is None and ":" in rest.partition("/")[0]:
        return False
    authority = _AUTHORITY.match(rest)
    return authority is None or _PLAIN_AUTHORITY.fullmatch(authority[0]) is not None


def _encoded(name: str) -> str:
    return _NEEDS_ENCODING.sub(lambda character: _ENCODED[character[0]], name) if _NEEDS_ENCODING.search(name) else name
