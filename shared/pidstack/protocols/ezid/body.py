"""A request's body and query, read by EZID's rules. Rule: EZID API v2, "Request & response bodies"."""

from __future__ import annotations

from collections.abc import Mapping

from pidstack.protocols.ezid.anvl import AnvlError, parse
from pidstack.protocols.ezid.words import BadRequest, BodyTooLarge
from pidstack.protocols.gateway import Request

MAX_BODY_BYTES = 2 * 1024 * 1024
_CONTENT_TYPE = "If specified, Content-Type must be text/plain and encoding must be UTF-8"


def read_elements(request: Request) -> dict[str, str]:
    """Give the elements of the body, in order.

    Raises:
        BadRequest: not declared as plain UTF-8 text, too large, not UTF-8, or not ANVL.
    """
    if not _is_plain_utf8(request.headers.get("content-type", "")):
        raise BadRequest(_CONTENT_TYPE)
    if len(request.body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"request body has {len(request.body)} bytes, {MAX_BODY_BYTES} are read")
    try:
        return parse(request.body.decode())
    except UnicodeDecodeError as error:
        raise BadRequest("character decoding error") from error
    except AnvlError as error:
        raise BadRequest(f"ANVL parse error ({error.reason})") from error


def _is_plain_utf8(content_type: str) -> bool:
    media_type, *parameters = (part.strip() for part in content_type.split(";"))
    if media_type not in {"", "text/plain"}:
        return False
    pairs = [parameter.partition("=") for parameter in parameters]
    charsets = [value.strip().lower() for name, _, value in pairs if name.strip().lower() == "charset"]
    return all(equals for _, equals, _ in pairs) and set(charsets) <= {"utf-8"} and (bool(charsets) or not pairs)


def parameters(request: Request, *allowed: str) -> dict[str, str]:
    """Give the parameters of the query.

    Raises:
        BadRequest: there is one that the operation does not know.
    """
    for name in request.query:
        if name not in allowed:
            shown = name.encode("ascii", "xmlcharrefreplace").decode()
            raise BadRequest(f"unrecognized URL query parameter '{shown}'")
    return dict(request.query)


def is_yes(given: Mapping[str, str], name: str) -> bool:
    """Tell whether a parameter says yes; it need not be given.

    Raises:
        BadRequest: it says neither yes nor no.
    """
    value = given.get(name, "no").lower()
    if value not in {"yes", "no"}:
        raise BadRequest(f"invalid value for URL query parameter '{name}'")
    return value == "yes"
