"""HTTP Basic credentials, read as strictly as EZID reads them, or as leniently as DataCite's services do.

Rule: RFC 7617; EZID API v2, "Authentication".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

_SCHEME = "Basic"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password, as sent."""

    name: str
    password: str = field(repr=False)


class MalformedCredentials(Exception):
    """The Authorization header cannot be read; the message is the status line that EZID's clients know."""


def read_credentials(header: str) -> Credentials:
    """Read an Authorization header.

    Raises:
        MalformedCredentials: another scheme (`Basic` is compared by case), not base64 or not UTF-8, no colon or several, or an
            empty part.
    """
    scheme, _, token = header.partition(" ")
    if scheme != _SCHEME:
        raise MalformedCredentials("unable to parse basic_auth request")
    try:
        pair = base64.b64decode(token.strip(), validate=True).decode()
    except ValueError as error:  # not base64, not ASCII, or not UTF-8 underneath
        raise MalformedCredentials("bad request - malformed Authorization header") from error
    if pair.count(":") != 1:
        raise MalformedCredentials("bad request - malformed Authorization header")
    name, password = (part.strip() for part in pair.split(":"))
    for what, part in (("username", name), ("password", password)):
        if not part:
            raise MalformedCredentials(f"bad request - {what} required")
    return Credentials(name, password)


def read_pair(header: str) -> Credentials | None:
    """Read an Authorization header as DataCite's services do: the scheme in any case, and a password that may have colons.

    Returns:
        None for what is not Basic, or cannot be read.
    """
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != _SCHEME.lower():
        return None
    try:
        name, colon, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
    except ValueError:  # not base64, or not UTF-8 underneath
        return None
    return Credentials(name, password) if colon and name else None
