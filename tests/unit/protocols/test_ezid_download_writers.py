"""The three forms of a download file, against files that a real EZID made."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pidstack.domain.export import Form, Order
from pidstack.domain.record import Record
from pidstack.protocols.ezid.anvl import parse
from pidstack.protocols.ezid.download.writers import Writer, writer_for
from pidstack.protocols.ezid.elements import elements_of
from pidstack.protocols.vocabulary import xml_safe
from tests.builders import a_record
from tests.unit.protocols.recorded_exports import BASE_URL, recorded, recorded_records

labels = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda label: label.strip() == label and not label.startswith(("_", "#")) and label not in {"datacite", "crossref"}
)
values = st.text(st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=30).filter(
    lambda value: value.strip() == value and all(c >= " " or c in "\r\n\t" for c in value)
)


def writer(form: Form, **fields: Any) -> Writer:
    return writer_for(Order("alice", ("alice",), form, base_url=BASE_URL, **fields))


def whole(made: Writer, records: list[Record]) -> bytes:
    return made.opening + made.between.join(made.write(record) for record in records) + made.closing


def row(made: Writer, record: Record) -> list[str]:
    return next(csv.reader(io.StringIO(made.write(record).decode(), newline="")))


@pytest.mark.parametrize(("form", "suffix"), [(Form.ANVL, "txt"), (Form.CSV, "csv"), (Form.XML, "xml")], ids=["anvl", "csv", "xml"])
def test_files_are_byte_for_byte_as_a_real_ezid_makes_them(form: Form, suffix: str) -> None:
    columns = recorded("csv").decode().partition("\r\n")[0].split(",") if form is Form.CSV else []

    made = whole(writer(form, columns=tuple(columns)), recorded_records())

    assert made == recorded(suffix)


@given(st.dictionaries(labels, values, max_size=4))
def test_anvl_blocks_read_back_as_the_elements_of_a_view(elements: dict[str, str]) -> None:
    record = a_record(elements=elements)

    first, _, rest = writer(Form.ANVL).write(record).decode().partition("\n")

    assert first == ":: ark:/99999/fk4a"
    assert list(parse_exactly(rest)) == list(elements_of(record, BASE_URL))


def parse_exactly(text: str) -> list[tuple[str, str]]:
    """Read lines without the trimming and cleaning that a request gets."""
    pairs = (line.partition(": ") for line in text.removesuffix("\n").split("\n"))
    undo = {"%0A": "\n", "%0D": "\r", "%3A": ":", "%25": "%"}

    def decoded(value: str) -> str:
        for escape, character in undo.items():
            value = value.replace(escape, character)
        return value

    return [(decoded(label), decoded(value)) for label, _, value in pairs]


@given(st.dictionaries(labels, values, max_size=4))
def test_xml_reads_back_as_the_elements_of_a_view(elements: dict[str, str]) -> None:
    record = a_record(elements=elements)
    made = writer(Form.XML)

    root = etree.fromstring(whole(made, [record]))

    found = [(node.get("name"), node.text) for node in root[0]]
    assert found == [(name, xml_safe(value)) for name, value in elements_of(record, BASE_URL)]


@given(st.dictionaries(labels, values, min_size=1, max_size=4))
def test_csv_reads_back_with_every_white_space_as_a_blank(elements: dict[str, str]) -> None:
    record = a_record(elements=elements)

    cells = row(writer(Form.CSV, columns=("_id", *elements)), record)

    assert cells == ["ark:/99999/fk4a", *("".join(" " if c.isspace() else c for c in value) for value in elements.values())]


def test_no_records_make_a_file_all_the_same() -> None:
    assert whole(writer(Form.ANVL), []) == b""
    assert whole(writer(Form.XML), []) == b'<?xml version="1.0" encoding="utf-8"?>\n<records></records>'
    assert whole(writer(Form.CSV, columns=("_id", "erc.who")), []) == b"_id,erc.who\r\n"


@pytest.mark.parametrize("form", [Form.ANVL, Form.XML], ids=["anvl", "xml"])
def test_times_may_be_written_as_dates(form: Form) -> None:
    text = writer(form, written_times=True).write(a_record(created_s=0, updated_s=1_795_301_332)).decode()

    assert "1970-01-01T00:00:00Z" in text
    assert "2026-11-21T22:48:52Z" in text
    assert "1795301332" not in text


def test_columns_may_repeat_and_unknown_ones_are_empty() -> None:
    made = writer(Form.CSV, columns=("_id", "nosuch", "_id", "_created"), written_times=True)

    assert row(made, a_record(created_s=0)) == ["ark:/99999/fk4a", "", "ark:/99999/fk4a", "1970-01-01T00:00:00Z"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\n=1+1"], ids=["equals", "plus", "minus", "at", "after a line break"]
)
def test_cells_that_a_spreadsheet_computes_stay_as_they_are_unless_safe_ones_are_ordered(cell: str) -> None:
    record = a_record(elements={"erc.what": cell})
    shown = cell.replace("\n", " ")

    assert row(writer(Form.CSV, columns=("erc.what",)), record) == [shown]
    assert row(writer(Form.CSV, columns=("erc.what",), safe_cells=True), record) == [f"'{shown}"]


def test_a_document_that_is_no_xml_is_put_in_as_text() -> None:
    record = a_record(elements={"datacite": "<a><b></a>", "crossref": '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'})

    root = etree.fromstring(whole(writer(Form.XML), [record]))

    assert [node.text for node in root[0]][:2] == list(record.elements.values())


def test_a_title_of_another_profile_is_not_a_mapped_one() -> None:
    columns = ("_mappedCreator", "_mappedTitle", "_mappedPublisher", "_mappedDate", "_mappedType")
    elements = {"erc.who": "W", "datacite.title": "T", "dc.title": "D", "erc.when": "1999"}

    assert row(writer(Form.CSV, columns=columns), a_record(elements=elements, profile="erc")) == ["W", "", "", "1999", ""]
    assert row(writer(Form.CSV, columns=columns), a_record(elements=elements, profile="dc")) == ["", "D", "", "", ""]


def test_parsing_a_written_block_gives_what_a_client_sent() -> None:
    record = a_record(elements={"erc.what": "100 % \u00e9\nsecond"})

    block = writer(Form.ANVL).write(record).decode().partition("\n")[2]

    assert parse(block)["erc.what"] == "100 % \u00e9\nsecond"
