"""What stands around every answer, and the escapes of XML. Answers are built as text: pages are long,
and nothing in them is unknown.

Rule: OAI-PMH 2.0, section 3.2 "XML Response Format"; XML 1.0, section 2.2 "Characters".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pidstack.protocols.oai.moments import datestamp
from pidstack.protocols.oai.problems import Problem

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)
_TAIL = b"</OAI-PMH>\n"
# What the standard does not list; named so, since a set of so many characters takes longer to compile than all else here to start.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


def answer(at_s: int, base_url: str, arguments: Mapping[str, str], *content: bytes) -> bytes:
    """Write an answer, in UTF-8.

    Args:
        at_s: its responseDate, Unix seconds.
        base_url: where the repository is, as clients see it.
        arguments: of the request, to be repeated; empty where it was not understood.
        content: the verb's element, or errors; in pieces, since a page is long and each joining of them copies it.
    """
    repeated = "".join(f' {name}="{in_attribute(value)}"' for name, value in arguments.items())
    request = f"<request{repeated}>{in_text(base_url)}</request>"
    head = f"{_HEAD}<responseDate>{datestamp(at_s)}</responseDate>\n{request}\n"
    return b"".join((head.encode(), *content, _TAIL))


def errors(problems: Iterable[Problem]) -> bytes:
    """Write what is wrong, an element each."""
    return "".join(f'<error code="{problem.code}">{in_text(problem.text)}</error>\n' for problem in problems).encode()


def is_xml(text: str) -> bool:
    """Tell whether XML can carry every character of it."""
    return _NOT_XML.search(text) is None


def in_text(value: str) -> str:
    """Escape character data; what XML cannot carry is left out."""
    return _NOT_XML.sub("", value).translate(_IN_TEXT)


def in_attribute(value: str) -> str:
    """Escape the value of an attribute in double quotes; what XML cannot carry is left out."""
    return _NOT_XML.sub("", value).translate(_IN_ATTRIBUTE)
