"""Metadata dictionaries in the EZ API's reading of ANVL: `name: value`, one a line, percent-encoded.

Percent-escapes are undone once. Those that are bytes of UTF-8 give the character, as they do in a URL; those that are not give one
code point each, as they do in EZID. A percent sign that starts no escape is itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from urllib.parse import unquote

from pidstack.protocols.vocabulary import xml_safe

_LINE_END = re.compile("\r\n|\r|\n")
_ESCAPES = re.compile("(?:%[0-9a-fA-F]{2})+")
_FORM_PUNCTUATION = re.compile("%(?:20|22|3C|3E|7B|7D)", re.IGNORECASE)
# NEL is no line end by these rules, but to many a client's library it is one. A name that began with # would be a comment.
_STRUCTURE_IN_NAME = re.compile("^#|[%:\r\n\x85]")
_STRUCTURE_IN_VALUE = re.compile("[%\r\n\x85]")


class DictionaryError(Exception):
    """The text is no dictionary; the message says why, in the words of EZID."""


def parse(text: str) -> dict[str, str]:
    """Read a dictionary, in the order of its lines.

    A line that begins with `#` is a comment; one that begins with white space continues the element before, with one blank in
    between; an empty one ends it. Names and values are trimmed. A value may be empty.

    Raises:
        DictionaryError: no colon, no name, a name twice, or nothing to continue.
    Rule: DataCite EZ API guide, "Request & response bodies".
    """
    pieces: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in _LINE_END.split(text):
        if not line:
            current = None
        elif line[0] == "#":
            continue
        elif not line[0].isspace():
            name, value = _split(line)
            if name in pieces:
                raise DictionaryError("repeated label")
            current = pieces[name] = [value]
        elif current is not None:
            current.append(_decoded(line))
        else:
            raise DictionaryError("no previous label for continuation line")
    return {name: " ".join(filter(None, parts)) for name, parts in pieces.items()}


def undo_form(text: str, names: Set[str]) -> str:
    """Undo what a form library does to a dictionary: punctuation comes encoded, and so do line ends.

    An encoded line end counts as one only before a name in `names`, a colon and a blank; all others belong to a value.

    Rule: the EZ API as it ran, which read forms so.
    """
    text = _FORM_PUNCTUATION.sub(lambda escape: unquote(escape[0]), text)
    alternatives = "|".join(map(re.escape, sorted(names)))
    return re.sub(f"(?:%0[Dd])?%0[Aa](?=(?:{alternatives}): )", "\n", text)


def format_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a dictionary in the order given; the last line has no line end."""
    return "\n".join(f"{_STRUCTURE_IN_NAME.sub(_escape, name)}: {_STRUCTURE_IN_VALUE.sub(_escape, value)}" for name, value in pairs)


def _split(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise DictionaryError("no colon in line")
    name = _decoded(name)
    if not name:
        raise DictionaryError("empty label")
    return name, _decoded(value)


def _decoded(text: str) -> str:
    return xml_safe(_ESCAPES.sub(_characters, text)).strip()


def _characters(escapes: re.Match[str]) -> str:
    encoded = bytes.fromhex(escapes[0].replace("%", ""))
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        return encoded.decode("latin-1")


def _escape(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"
