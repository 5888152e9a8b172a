"""ANVL as EZID reads and writes it: one `label: value` a line, percent-encoded.

Two things surprise. A percent-escape is one code point below U+0100 and never a byte of UTF-8, so `%C3%A9` reads as
two characters. And lines end at CR and LF only: what Unicode calls a line or paragraph separator is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pidstack.protocols.vocabulary import xml_safe

NO_COLON = "no colon in line"
EMPTY_LABEL = "empty label"
REPEATED_LABEL = "repeated label"
NO_PREVIOUS_LABEL = "no previous label for continuation line"
BAD_ESCAPE = "percent-decode error"

_ESCAPE = re.compile("%([0-9a-fA-F]{2})?")
_STRUCTURE_IN_LABEL = re.compile("^#|[%:\r\n]")  # a label that began with # would be a comment


class AnvlError(Exception):
    """The text is not ANVL.

    Args:
        reason: one of the five texts that stand as constants in this module.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(body: str) -> dict[str, str]:
    """Read a metadata dictionary, in the order of its lines.

    Labels and values are decoded; characters that XML 1.1 forbids or discourages become blanks; then both are
    trimmed. A value may be empty. An empty line ends an element, a comment does not. Takes time in proportion to the
    length.

    Raises:
        AnvlError: with the reason.
    Rule: EZID API v2, 'Request & response bodies'.
    """
    pieces: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            current = None
        elif line[0] == "#":
            continue
        elif not line[0].isspace():
            label, value = _split(line)
            if label in pieces:
                raise AnvlError(REPEATED_LABEL)
            current = pieces[label] = [value]
        elif current is not None:
            current.append(_decoded(line))
        else:
            raise AnvlError(NO_PREVIOUS_LABEL)
    return {label: " ".join(filter(None, parts)) for label, parts in pieces.items()}


def format_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Write elements in the order given, each on one line that ends in LF."""
    return "".join(f"{escape_label(label)}: {escape_value(value)}\n" for label, value in pairs)


def escape_label(label: str) -> str:
    """Encode what would end a label or its line: percent sign, colon, CR and LF."""
    return _STRUCTURE_IN_LABEL.sub(_escape, label)


def escape_value(value: str) -> str:
    """Encode what would end a line or start an escape: percent sign, CR and LF. A colon stays."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _split(line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    if not colon:
        raise AnvlError(NO_COLON)
    label, value = _decoded(label), _decoded(value)
    if not label:
        raise AnvlError(EMPTY_LABEL)
    return label, value


def _decoded(text: str) -> str:
    if "%" in text:
        text = _ESCAPE.sub(_character, text)
    return xml_safe(text).strip()


def _character(escape: re.Match[str]) -> str:
    if escape[1] is None:
        raise AnvlError(BAD_ESCAPE)
    return chr(int(escape[1], 16))


def _escape(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"
