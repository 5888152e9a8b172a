"""A request's body, read by the EZ API's rules. Rule: DataCite EZ API guide, "Request & response bodies"."""

from __future__ import annotations

from pidstack.protocols.ez.dictionary import DictionaryError, parse, undo_form
from pidstack.protocols.ez.elements import KNOWN
from pidstack.protocols.ez.words import BodyTooLarge, Refused
from pidstack.protocols.gateway import Request

MAX_BODY_BYTES = 2 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"  # what curl says of a body if it is not told otherwise
_CONTENT_TYPE = "If specified, Content-Type must be text/plain and encoding must be UTF-8"


def read_elements(request: Request) -> dict[str, str]:
    """Give the elements of the body, in order, those that the EZ API does not know included.

    Raises:
        Refused: declared as something else than UTF-8 text, too large, not UTF-8, or no dictionary.
    """
    media_type = _media_type(request.headers.get("content-type", ""))
    if len(request.body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"bad request - request body has {len(request.body)} bytes, {MAX_BODY_BYTES} are read")
    try:
        text = request.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("bad request - character decoding error") from error
    try:
        return parse(undo_form(text, KNOWN) if media_type == _FORM else text)
    except DictionaryError as error:
        raise Refused(f"bad request - ANVL parse error ({error})") from error


def _media_type(content_type: str) -> str:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = {value.strip(' "') for name, _, value in (part.partition("=") for part in parameters) if name.strip() == "charset"}
    if media_type not in {"", "text/plain", _FORM} or not charsets <= {"utf-8", "utf8"}:
        raise Refused(f"bad request - {_CONTENT_TYPE}")
    return media_type
