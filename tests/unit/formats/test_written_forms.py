"""What all written forms have in common: golden files, and that nothing in a description can break out of a form."""

import csv
import json
import re
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, Description, Metadata, RelatedIdentifier, RelatedItem, Title, Types
from pidstack.formats.bibtex import write_bibtex
from pidstack.formats.cited import Cited, date_parts, is_unknown, name_url, one_line, parts_of_name, plain
from pidstack.formats.codemeta_out import write_codemeta
from pidstack.formats.container import container_of
from pidstack.formats.csl_out import write_csl
from pidstack.formats.csv_out import write_csv
from pidstack.formats.erc import write_erc
from pidstack.formats.jats_out import write_jats
from pidstack.formats.oai_dc import write_oai_dc
from pidstack.formats.ris import write_ris
from pidstack.formats.schema_org_out import write_schema_org
from tests.unit.formats.builders import metadata
from tests.unit.formats.cited_examples import EXAMPLES, HOSTILE

steady = settings(derandomize=True, deadline=None, max_examples=15)
VECTORS = Path(__file__).parents[2] / "vectors" / "formats"
WRITERS = {
    "bib": write_bibtex,
    "codemeta.json": write_codemeta,
    "csl.json": write_csl,
    "csv": partial(write_csv, registered="2020-02-29", state="findable"),
    "erc.txt": write_erc,
    "jats.xml": write_jats,
    "oai_dc.xml": write_oai_dc,
    "ris": write_ris,
    "schema_org.json": write_schema_org,
}
JSON_FORMS = ["codemeta.json", "csl.json", "schema_org.json"]
each_form = pytest.mark.parametrize("form", WRITERS)


@each_form
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_description_is_written_as_its_golden_file_says(form: str, example: Any) -> None:
    expected = (VECTORS / f"{example}.{form}").read_bytes().decode()

    written = WRITERS[form](EXAMPLES[example])

    assert written == expected


@each_form
def test_hostile_text_is_written_without_control_characters_and_can_be_encoded(form: str) -> None:
    written = WRITERS[form](HOSTILE)

    written.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", written)


@each_form
def test_text_that_runs_leftwards_keeps_its_marks(form: str) -> None:
    hebrew = "\u200f\u05e9\u05dc\u05d5\u05dd\u200f"
    cited = Cited(Metadata(titles=(Title(hebrew),)), Identifier.parse("ark:/99999/fk4x"))

    written = WRITERS[form](cited)

    assert hebrew in written


@each_form
def test_an_empty_description_is_written_without_an_error(form: str) -> None:
    written = WRITERS[form](Cited(Metadata(), Identifier.parse("ark:/99999/fk4x")))

    assert "None" not in written
    assert "ark:/99999/fk4x" in written or form in ("bib", "ris")


@pytest.mark.parametrize("form", JSON_FORMS)
def test_json_may_stand_in_a_script_element(form: str) -> None:
    written = WRITERS[form](HOSTILE)

    assert not set("<>&\u2028\u2029") & set(written)
    assert "</script>" in json.dumps(json.loads(written))


@steady
@given(description=metadata())
def test_every_valid_description_can_be_written_in_every_form(description: Any) -> None:
    cited = Cited(description, Identifier.parse("doi:10.5072/FK2X"), "https://example.org/")

    written = {form: write(cited) for form, write in WRITERS.items()}

    for form in JSON_FORMS:
        assert json.loads(written[form])
    etree.fromstring(written["oai_dc.xml"])
    assert written["ris"].count("\r\nER  - ") == written["ris"].startswith("TY  - ") == 1
    assert written["erc.txt"].count("\n") in (5, 6)
    assert etree.fromstring(written["jats.xml"].encode()).tag == "element-citation"
    assert [len(row) for row in csv.reader(StringIO(written["csv"]))] == [10, 10]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("doi:10.5072/FK2X", "https://doi.org/10.5072/fk2x", id="DOI in lower case"),
        pytest.param("doi:10.1002/(SICI)1097<1:AB>2.0.CO;2", "https://doi.org/10.1002/(sici)1097%3C1:ab%3E2.0.co;2", id="old DOI"),
        pytest.param("ark:/99999/fk4x/a.pdf", "https://n2t.net/ark:/99999/fk4x/a.pdf", id="ARK"),
        pytest.param("ark:/99999/fk4%5ex", "https://n2t.net/ark:/99999/fk4%5ex", id="ARK with an escape of its own"),
        pytest.param("uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", id="UUID"),
    ],
)
def test_an_identifier_is_written_as_a_link(name: str, expected: str) -> None:
    assert name_url(Identifier.parse(name)) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        pytest.param(Agent("Proust, Marcel"), ("Proust", "Marcel"), id="name with a comma"),
        pytest.param(Agent("X", "Personal", "Marcel", "Proust"), ("Proust", "Marcel"), id="parts before the name"),
        pytest.param(Agent("Plato", "Personal", "", "Plato"), ("Plato", ""), id="one name"),
        pytest.param(Agent("Lab, Inc.", "Organizational"), None, id="organisation with a comma"),
        pytest.param(Agent("Doe, J; Roe, R"), None, id="several names in one"),
        pytest.param(Agent("The Consortium"), None, id="no comma"),
        pytest.param(Agent("Doe,"), None, id="nothing behind the comma"),
    ],
)
def test_a_name_is_taken_apart_only_where_that_is_safe(agent: Any, expected: Any) -> None:
    assert parts_of_name(agent) == expected


@pytest.mark.parametrize("code", ["(:unav)", ":(unav)", "(:unkn) not known to us", "(:none)"])
def test_a_creator_who_is_only_a_code_is_nobody(code: str) -> None:
    cited = Cited(Metadata(creators=(Agent(code),)), Identifier.parse("ark:/99999/fk4x"))

    assert is_unknown(code) is True
    assert cited.creators == ()


def test_a_code_that_says_something_is_kept() -> None:
    cited = Cited(Metadata(creators=(Agent("(:tba)"), Agent("(:etal)"))), Identifier.parse("ark:/99999/fk4x"))

    assert [agent.name for agent in cited.creators] == ["(:tba)", "(:etal)"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("2016", [2016], id="year"),
        pytest.param("2016-12", [2016, 12], id="month"),
        pytest.param("2016-12-20", [2016, 12, 20], id="day"),
        pytest.param("2016-12-20T10:00:00Z", [2016, 12, 20], id="with a time"),
        pytest.param("2016-12/2017-01", [2016, 12], id="interval"),
        pytest.param("0000", [], id="year not known"),
        pytest.param("-0044", [], id="before our era"),
        pytest.param("20161220", [], id="eight digits"),
        pytest.param("(:unav)", [], id="code"),
    ],
)
def test_a_date_is_taken_apart_as_far_as_it_is_known(date: str, expected: list[Any]) -> None:
    assert date_parts(date) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("H<sub>2</sub>O and <i>E. coli</i>", "H2O and E. coli", id="markup"),
        pytest.param("one<br/>two", "one two", id="line break"),
        pytest.param("a < b > c <d>", "a < b > c <d>", id="no markup"),
        pytest.param("R&amp;D", "R&amp;D", id="nothing is decoded"),
    ],
)
def test_plain_text_has_lost_its_inline_markup_only(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_every_kind_of_white_space_becomes_one_blank() -> None:
    assert one_line(" a\r\n\t b\u2028c\x85d\xa0e\x00 ") == "a b c d e"


SERIES = "Journal of Tides, 12(3), 45-67"


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        pytest.param(SERIES, ("Journal of Tides", "12", "3", "45", "67"), id="all of it"),
        pytest.param("Journal of Tides, 12, 45", ("Journal of Tides", "12", "", "45", ""), id="no issue, one page"),
        pytest.param("Journal of Tides, 45-67", ("Journal of Tides", "", "", "45", "67"), id="only pages"),
        pytest.param("Journal of Tides", ("Journal of Tides", "", "", "", ""), id="only a title"),
    ],
)
def test_series_information_is_read_as_a_container(series: Any, expected: Any) -> None:
    found = container_of(Metadata(descriptions=(Description(series, "SeriesInformation"),)))

    assert found is not None
    assert (found.title, found.volume, found.issue, found.first_page, found.last_page) == expected


def test_the_item_it_was_published_in_goes_before_series_information() -> None:
    item = RelatedItem("Book", "IsPublishedIn", titles=(Title("The Book"),), number="7", number_type="Chapter", edition="2")
    description = Metadata(
        types=Types("Dataset"),
        related_items=(RelatedItem("Book", "References", titles=(Title("Another"),)), item),
        descriptions=(Description(SERIES, "SeriesInformation"),),
    )

    found = container_of(description)

    assert found is not None
    assert (found.title, found.chapter_number, found.number, found.edition, found.type) == (
        "The Book",
        "7",
        "",
        "2",
        "DataRepository",
    )


def test_a_series_takes_its_identifier_from_what_it_is_part_of() -> None:
    description = Metadata(
        descriptions=(Description(SERIES, "SeriesInformation"),),
        related_identifiers=(
            RelatedIdentifier("10.5072/a", "DOI", "References"),
            RelatedIdentifier("1234-567X", "ISSN", "IsPartOf"),
        ),
    )

    found = container_of(description)

    assert found is not None
    assert (found.identifier, found.identifier_type) == ("1234-567X", "ISSN")


def test_the_main_title_is_the_one_without_a_type() -> None:
    cited = replace(HOSTILE, metadata=Metadata(titles=(Title("Under", "Subtitle"), Title("Main"))))

    assert cited.title == "Main"
