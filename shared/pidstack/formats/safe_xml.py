"""The one place that parses XML from outside. What it lets through is small, flat, and says nothing but itself.

Two passes: expat walks over the text and counts, without building anything, and refuses document types, entities, inclusions and
whatever is too deep or too much; only then libxml2 makes a tree, of which it is known how large it can get. Nothing is ever
fetched, expanded or repaired. Comments and processing instructions are part of the tree only for those who ask for them; the text
that they interrupt always is.
Rule: XML 1.0 (fifth edition), section 2.8 for the declaration; EZID API v2, "Metadata profiles", for UTF-8 only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from pidstack.formats.errors import Reason, Unreadable

MAX_BYTES = 4_000_000
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 64  # of one element
MAX_ALL_ATTRIBUTES = 40_000
MAX_NAMESPACES = 256  # declarations, in the whole document
MAX_NAME_LENGTH = 1_000
MAX_TEXT = 2_000_000  # characters between two tags, or in one attribute

_XINCLUDE = "http://www.w3.org/2001/XInclude"
_DECLARATION = re.compile(r"<\?xml(?=[\s?])(?P<inside>[^>]*?)\?>")
_DECLARED = re.compile(r"""\s+([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_START_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_MANY_ATTRIBUTES = re.compile(rb"""<[^\s/>!?=]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*')){%d}""" % (MAX_ATTRIBUTES + MAX_NAMESPACES))
_SPACES = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands in the text.

    Args:
        start: byte (UTF-8) of the `<` that opens it.
        content: byte behind its start tag; for an empty tag (`<a/>`) the byte behind it.
        end: byte of the `<` that closes it; `content` for an empty tag.
        line: of the start, from 1.
        column: of the start, from 1.
        empty_tag: whether it is written `<a/>`.
    """

    start: int
    content: int
    end: int
    line: int
    column: int
    empty_tag: bool


def parse(given: str | bytes, *, keep_comments: bool = False) -> etree._Element:
    """Return the root element of a document that was found harmless.

    Args:
        given: text, or its UTF-8 bytes (a byte order mark is allowed and ignored).
        keep_comments: whether comments and processing instructions are nodes of the tree, for those who write it out again.
    Raises:
        Unreadable: TOO_LARGE, NOT_UTF8, XML_VERSION, ENCODING, FORBIDDEN or NOT_WELL_FORMED, with line and column.
    """
    data = _undeclared(decode(given))
    _glance(data)
    _Walk(data).run()
    try:
        return etree.fromstring(data, parser(keep_comments=keep_comments))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Unreadable(f"XML parse error: {error.msg}", Reason.NOT_WELL_FORMED, line=line or 0, column=column or 0) from None


def decode(given: str | bytes) -> str:
    """Return the document as text without a byte order mark, its XML declaration checked and left as it is.

    Raises:
        Unreadable: TOO_LARGE, NOT_UTF8, NOT_WELL_FORMED (a second byte order mark), XML_VERSION or ENCODING.
    """
    if len(given) > MAX_BYTES:
        raise Unreadable(f"XML document is larger than {MAX_BYTES} bytes", Reason.TOO_LARGE)
    try:
        text = given.decode("utf-8") if isinstance(given, bytes) else given
        text.encode("utf-8")
    except UnicodeError:
        raise Unreadable("XML encoding must be UTF-8", Reason.NOT_UTF8) from None
    text = text.removeprefix("\ufeff")
    if text.startswith("\ufeff"):
        raise Unreadable("XML parse error: more than one byte order mark, line 1", Reason.NOT_WELL_FORMED, line=1, column=1)
    _check_declaration(text)
    return text


def places(given: str | bytes, depth: int | None = None) -> list[Place]:
    """Say where each element stands, in document order.

    Args:
        given: a document that `parse` accepts; positions are in its UTF-8 bytes without a byte order mark.
        depth: only elements at this depth (the root is 1); None for all.
    """
    data = decode(given).encode("utf-8")
    walk = _Walk(_undeclared(data.decode("utf-8")), keep=True)
    walk.run()
    return [_placed(data, *found[1:]) for found in walk.found if depth is None or found[0] == depth]


def declaration_end(text: str) -> int:
    """Return the index behind the XML declaration, 0 where there is none."""
    match = _DECLARATION.match(text)
    return match.end() if match else 0


def parser(*, keep_comments: bool = False) -> etree.XMLParser:
    """Make a parser that fetches, expands and repairs nothing; see `parse`."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
        encoding="utf-8",
    )


def _check_declaration(text: str) -> None:
    match = _DECLARATION.match(text)
    if match is None:
        return
    declared = {name: double or single for name, double, single in _DECLARED.findall(match["inside"])}
    if declared.get("version") != "1.0":
        raise Unreadable("Unsupported XML version", Reason.XML_VERSION, line=1, column=1)
    if declared.get("encoding", "UTF-8").upper() not in ("UTF-8", "UTF8"):
        raise Unreadable("XML encoding must be UTF-8", Reason.ENCODING, line=1, column=1)
    if _DECLARED.sub("", match["inside"]).strip() or not set(declared) <= {"version", "encoding", "standalone"}:
        raise Unreadable("XML parse error: malformed XML declaration, line 1", Reason.NOT_WELL_FORMED, line=1, column=1)


def _undeclared(text: str) -> bytes:
    """Blank out the declaration, which has been checked, so that both parsers agree on UTF-8 and no position moves."""
    end = declaration_end(text)
    return (_SPACES.sub(" ", text[:end]) + text[end:]).encode("utf-8")


def _glance(data: bytes) -> None:
    """Refuse what would take expat long to count: a flood of tags, a flood of attributes, or one tag that never ends.

    The first two are counted roughly, with room for what text, comments and closing tags add.
    """
    if data.count(b"<") > 4 * MAX_ELEMENTS:
        raise Unreadable(f"XML document is too large: too many elements (more than {MAX_ELEMENTS})", Reason.TOO_LARGE)
    if data.count(b'="') + data.count(b"='") > 2 * MAX_ALL_ATTRIBUTES:
        raise Unreadable(f"XML document is too large: too many attributes (more than {MAX_ALL_ATTRIBUTES})", Reason.TOO_LARGE)
    if data.count(b"=") > MAX_ATTRIBUTES + MAX_NAMESPACES and (match := _MANY_ATTRIBUTES.search(data)):
        message = f"XML document is too large: too many attributes in one element (more than {MAX_ATTRIBUTES})"
        line = data.count(b"\n", 0, match.start()) + 1
        raise Unreadable(message, Reason.TOO_LARGE, line=line, column=match.start() - data.rfind(b"\n", 0, match.start()))


def _placed(data: bytes, start: int, end: int, line: int, column: int) -> Place:
    tag = _START_TAG.match(data, start)
    content = tag.end() if tag else start
    empty_tag = data[content - 2 : content] == b"/>"
    return Place(start, content, content if empty_tag else end, line, column, empty_tag)


class _Walk:
    """One pass of expat over a document, with a ceiling for everything that can be counted."""

    def __init__(self, data: bytes, *, keep: bool = False) -> None:
        self._data = data
        self._keep = keep
        self.found: list[tuple[int, int, int, int, int]] = []  # depth, start, end, line, column
        self._open: list[tuple[str, int]] = []  # name, place in `found`
        self._elements = self._attributes = self._namespaces = self._text = 0
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.buffer_text = True

    def run(self) -> None:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code) or "not well-formed"
            raise self._refusal(f"XML parse error: {what}", Reason.NOT_WELL_FORMED, error.lineno, error.offset + 1) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._keep:
            parser = self._parser
            place = (len(self._open) + 1, parser.CurrentByteIndex, -1, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
            self.found.append(place)
        self._open.append((name, len(self.found) - 1))
        self._elements += 1
        self._text = 0
        if self._elements > MAX_ELEMENTS:
            raise self._too_large("too many elements", MAX_ELEMENTS)
        if len(self._open) > MAX_DEPTH:
            raise self._too_large("nested too deeply", MAX_DEPTH)
        if len(name) > MAX_NAME_LENGTH:
            raise self._too_large("a name is too long", MAX_NAME_LENGTH)
        if name.startswith(_XINCLUDE):
            raise self._refusal("XML inclusions are not allowed", Reason.FORBIDDEN)
        if attributes:
            self._check_attributes(attributes)

    def _check_attributes(self, attributes: dict[str, str]) -> None:
        self._attributes += len(attributes)
        if len(attributes) > MAX_ATTRIBUTES:
            raise self._too_large("too many attributes in one element", MAX_ATTRIBUTES)
        if self._attributes > MAX_ALL_ATTRIBUTES:
            raise self._too_large("too many attributes", MAX_ALL_ATTRIBUTES)
        if max(map(len, attributes)) > MAX_NAME_LENGTH:
            raise self._too_large("a name is too long", MAX_NAME_LENGTH)
        if max(map(len, attributes.values())) > MAX_TEXT:
            raise self._too_large("an attribute is too long", MAX_TEXT)

    def _end(self, _name: str) -> None:
        self._text = 0
        _, index = self._open.pop()
        if self._keep:
            depth, start, _, line, column = self.found[index]
            self.found[index] = (depth, start, self._parser.CurrentByteIndex, line, column)

    def _characters(self, text: str) -> None:
        self._text += len(text)
        if self._text > MAX_TEXT:
            raise self._too_large("a text is too long", MAX_TEXT)

    def _namespace(self, _prefix: str | None, uri: str | None) -> None:
        self._namespaces += 1
        if self._namespaces > MAX_NAMESPACES:
            raise self._too_large("too many namespaces", MAX_NAMESPACES)
        if len(uri or "") > MAX_NAME_LENGTH:
            raise self._too_large("a name is too long", MAX_NAME_LENGTH)

    def _doctype(self, *_: object) -> None:
        raise self._refusal("XML document type declarations and entities are not allowed", Reason.FORBIDDEN)

    def _too_large(self, complaint: str, most: int) -> Unreadable:
        return self._refusal(f"XML document is too large: {complaint} (more than {most})", Reason.TOO_LARGE)

    def _refusal(self, message: str, reason: Reason, line: int = 0, column: int = 0) -> Unreadable:
        line = line or self._parser.CurrentLineNumber
        column = column or self._parser.CurrentColumnNumber + 1
        element = self._open[-1][0].rpartition(" ")[2][:100] if self._open else ""
        where = f", in element {element}" if element else ""
        return Unreadable(f"{message}, line {line}, column {column}{where}", reason, element=element, line=line, column=column)
