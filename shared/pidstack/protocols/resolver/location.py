"""Where a redirect may lead: to what a depositor has registered, and nowhere else.

What a request adds to an ARK is appended to its target, but never becomes part of the target's host.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.target import check_target
from pidstack.services.resolve import Found

_KEPT = "!#$%&'()*+,/:;=?@[]~"
_PARTS = re.compile(r"((?:https?|ftps?)://)([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)


def location_of(found: Found, base_url: str) -> str:
    """Give the absolute URL that a findable record leads to; its own page where it has no target that can be followed.

    Args:
        base_url: of the registry, no slash at its end.
    """
    record = found.record
    parts = _PARTS.fullmatch(record.target) if is_safe(record.target) else None
    if parts is None or _leads_back(record, base_url):
        return own_page(record, base_url)
    scheme, host, path = parts.groups()
    rest = found.rest if found.rest.startswith(("/", "?")) or path or not found.rest else f"/{found.rest}"
    return scheme + _ascii_host(host) + quote(path + rest, safe=_KEPT)


def own_page(record: Record, base_url: str) -> str:
    """Give the address of the registry's page about a findable record."""
    return f"{base_url}/view/{record.identifier.as_url_path()}"


def tombstone(record: Record, base_url: str) -> str:
    """Give the address of the page about a record that is not available any more."""
    return f"{base_url}/tombstone/id/{record.identifier.as_url_path()}"


def is_safe(url: str) -> bool:
    """Tell whether a URL is one that a target may be; older records may have others."""
    try:
        check_target(url)
    except Invalid:
        return False
    return True


def _leads_back(record: Record, base_url: str) -> bool:
    """Tell whether a target is the very address that is being resolved."""
    if not record.target.lower().startswith(f"{base_url.lower()}/"):
        return False
    try:
        return Identifier.read(record.target[len(base_url) + 1 :]) == record.identifier
    except Invalid:
        return False


def _ascii_host(authority: str) -> str:
    """Write a host in letters that a header can carry; user and port stay as they are."""
    if authority.isascii():
        return quote(authority, safe=_KEPT)
    user, at, host = authority.rpartition("@")
    name, colon, port = host.partition(":")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = quote(name)
    return f"{quote(user, safe=_KEPT)}{at}{name}{colon}{port}"
