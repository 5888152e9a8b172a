"""The three forms of a download file: what a record is in each, and what stands around and between records.

Rule: EZID API v2, "Batch download", "Download formats".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pidstack.domain.citation import Citation
from pidstack.domain.export import Form, Order
from pidstack.domain.record import Record
from pidstack.formats.errors import Unreadable
from pidstack.formats.kept_xml import bare, parse_kept
from pidstack.ports.exports import Writer
from pidstack.protocols.ezid.anvl import format_pairs
from pidstack.protocols.ezid.elements import elements_of
from pidstack.protocols.vocabulary import xml_safe
from pidstack.services.overview import overview

_WHITE_SPACE = re.compile(r"\s")
_TIMES = {"_created", "_updated"}
_COMPUTED = ("=", "+", "-", "@")
_DOCUMENTS = {"datacite", "crossref"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_OVERVIEW = {
    "_mappedCreator": "creator",
    "_mappedTitle": "title",
    "_mappedPublisher": "publisher",
    "_mappedDate": "date",
    "_mappedType": "type",
}


def writer_for(order: Order) -> Writer:
    """Give the writer of the form that was ordered."""
    elements = _with_written_times(order.base_url) if order.written_times else _plain(order.base_url)
    if order.form is Form.ANVL:
        return AnvlWriter(elements)
    if order.form is Form.XML:
        return XmlWriter(elements)
    return CsvWriter(elements, order.columns, safe=order.safe_cells)


Elements = Callable[[Record], Iterator[tuple[str, str]]]


def _plain(base_url: str) -> Elements:
    return lambda record: elements_of(record, base_url)


def _with_written_times(base_url: str) -> Elements:
    def elements(record: Record) -> Iterator[tuple[str, str]]:
        for name, value in elements_of(record, base_url):
            yield name, _written(int(value)) if name in _TIMES else value

    return elements


def _written(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class AnvlWriter:
    """A block a record, its first line `:: IDENTIFIER`; an empty line between two."""

    elements: Elements
    opening: bytes = b""
    between: bytes = b"\n"
    closing: bytes = b""

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        return f":: {record.identifier}\n{format_pairs(self.elements(record))}".encode()


@dataclass(frozen=True, slots=True)
class XmlWriter:
    """An element a record, no white space between any two; whole documents are put in as XML.

    A document that is no XML that we read, as an early one may be, is put in as text.
    """

    elements: Elements
    opening: bytes = b'<?xml version="1.0" encoding="utf-8"?>\n<records>'
    between: bytes = b""
    closing: bytes = b"</records>"

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        inside = "".join(
            f'<element name="{_escaped(name)}">{_embedded(value) if name in _DOCUMENTS else _escaped(value)}</element>'
            for name, value in self.elements(record)
        )
        return f'<record identifier="{_escaped(str(record.identifier))}">{inside}</record>'.encode()


@dataclass(slots=True)
class CsvWriter:
    """A line a record, in the dialect that Excel writes; every white-space character becomes a blank.

    Args:
        columns: names of elements, of parts of the record, or of its mapped citation; a name that is none of these has no values.
        safe: whether `'` is put before cells that a spreadsheet would compute.
    """

    elements: Elements
    columns: tuple[str, ...]
    safe: bool = False
    between: bytes = b""
    closing: bytes = b""
    opening: bytes = field(init=False)
    _is_mapped: bool = field(init=False)
    _shows_deposits: bool = field(init=False)
    _facts: frozenset[str] = field(init=False)
    _buffer: io.StringIO = field(init=False)

    def __post_init__(self) -> None:
        self._buffer = io.StringIO()
        self._shows_deposits = "crossref" in self.columns
        self._is_mapped = not _OVERVIEW.keys().isdisjoint(self.columns)
        self._facts = frozenset(name for name in self.columns if name.startswith("_")) - _OVERVIEW.keys() - {"_id"}
        self.opening = self._line(list(self.columns))

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        values = self._shown(record if self._shows_deposits else _without_deposit(record))
        values["_id"] = str(record.identifier)
        if self._is_mapped:
            values |= _mapped(overview(record))
        return self._line([values.get(name, "") for name in self.columns])

    def _shown(self, record: Record) -> dict[str, str]:
        """Give the elements up to the last that a column shows: descriptive ones come first, the costly ones last."""
        values, missing = {}, len(self._facts)
        for name, value in self.elements(record):
            values[name] = value
            if name in self._facts:
                missing -= 1
                if not missing:
                    break
        return values

    def _line(self, cells: list[str]) -> bytes:
        # No white space but the blank is printable.
        cells = [cell if cell.isprintable() else _WHITE_SPACE.sub(" ", cell) for cell in cells]
        if self.safe:
            cells = [f"'{cell}" if cell.lstrip().startswith(_COMPUTED) else cell for cell in cells]
        self._buffer.seek(0)
        self._buffer.truncate()
        csv.writer(self._buffer).writerow(cells)
        return self._buffer.getvalue().encode()


def _without_deposit(record: Record) -> Record:
    """Save the work that it takes to show a deposit that no column shows."""
    if "crossref" not in record.elements:
        return record
    return replace(record, elements={name: value for name, value in record.elements.items() if name != "crossref"})


def _mapped(citation: Citation) -> dict[str, str]:
    return {column: getattr(citation, part) for column, part in _OVERVIEW.items()}


def _escaped(text: str) -> str:
    return xml_safe(text).translate(_ESCAPES)


def _embedded(document: str) -> str:
    try:
        parse_kept(document)
    except Unreadable:
        return _escaped(document)
    return bare(document)
