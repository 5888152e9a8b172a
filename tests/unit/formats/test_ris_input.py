"""RIS references become descriptions."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.metadata import (
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    Metadata,
    Publisher,
    RelatedIdentifier,
    Subject,
    Title,
    Types,
)
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.foreign_json import MAX_CHARACTERS
from pidstack.formats.ris import write_ris
from pidstack.formats.ris_in import is_ris, read_ris
from tests.unit.formats.cited_examples import ARTICLE
from tests.unit.formats.foreign_fixtures import DATACITE, needs_fixtures

REFERENCE = """\
TY  - JOUR
T1  - Low tide,
high tide
JO  - Annals of Tide Pools
AU  - Lima, Ana
AU  - Tide Watchers
ED  - Okafor, Ike
DO  - 10.5072/x
AB  - About tides.
KW  - tide
KW  - sea level
PY  - 2024/2/9/spring
PB  - The Press
LA  - en
VL  - 7
IS  - 2
SP  - 12
EP  - 19
SN  - 20493630
ZZ  - nobody knows
ER  -
TY  - BOOK
T1  - Another
ER  - """


def read_or_refused(text: str) -> str:
    """What is read, or why it is not; anything but a refusal is a fault."""
    try:
        return str(read_ris(text))
    except Unreadable as refused:
        return refused.reason.name


def test_a_reference_is_read_with_everything_that_it_says() -> None:
    assert read_ris(REFERENCE) == Metadata(
        creators=(Agent("Lima, Ana", "Personal", "Ana", "Lima"), Agent("Tide Watchers")),
        titles=(Title("Low tide, high tide"),),
        publisher=Publisher("The Press"),
        publication_year="2024",
        types=Types("JournalArticle", "JournalArticle", "ScholarlyArticle", "article-journal", ris="JOUR"),
        subjects=(Subject("tide"), Subject("sea level")),
        contributors=(Agent("Okafor, Ike", "Personal", "Ike", "Okafor", contributor_type="Editor"),),
        dates=(Date("2024-02-09", "Issued"),),
        language="en",
        related_identifiers=(RelatedIdentifier("2049-3630", "ISSN", "IsPartOf"),),
        descriptions=(Description("About tides.", "Abstract"),),
        container=Container(
            "Journal", "Annals of Tide Pools", "2049-3630", "ISSN", volume="7", issue="2", first_page="12", last_page="19"
        ),
    )


def test_what_we_write_is_read_back() -> None:
    written = ARTICLE.metadata

    read = read_ris(write_ris(ARTICLE))

    assert [agent.name for agent in read.creators] == [agent.name for agent in written.creators]
    assert (read.publication_year, read.publisher, read.language) == ("1843", Publisher("Taylor"), "en")
    assert read.types.general == "JournalArticle"
    assert read.container == replace(ARTICLE.container, type="Journal")


def test_a_book_s_number_is_its_own() -> None:
    read = read_ris("TY  - BOOK\nT1  - Tides\nSN  - 978-0-00-000000-2\nER  -")

    assert read.alternate_identifiers == (AlternateIdentifier("978-0-00-000000-2", "ISBN"),)
    assert read.related_identifiers == ()


@pytest.mark.parametrize(
    ("kind", "general"),
    [
        ("DATA", "Dataset"),
        ("COMP", "Software"),
        ("THES", "Dissertation"),
        ("CHAP", "BookChapter"),
        ("GEN", "Other"),
        ("X", "Other"),
    ],
)
def test_kinds_are_datacites_types(kind: str, general: str) -> None:
    types = read_ris(f"TY  - {kind}\nT1  - Tides\nER  - ").types

    assert (types.general, types.ris) == (general, kind)


@pytest.mark.parametrize("start", ["TY  - DATA\r\n", "\ufeff\nTY  - DATA\n", "TY -  DATA\n"], ids=["CR LF", "mark", "one blank"])
def test_references_that_are_written_with_less_care_are_read(start: str) -> None:
    text = f"{start}T1  - Tides\r\nAU  - Lima,Ana\n"

    assert is_ris(text)
    assert read_ris(text).types.general == "Dataset"
    assert read_ris(text).creators == (Agent("Lima, Ana", "Personal", "Ana", "Lima"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("TY  - JOUR\nER  - ", Reason.WRONG_RECORD),
        ("TY  - \nT1  - x\nER  - ", Reason.WRONG_RECORD),
        ("T1  - x", Reason.WRONG_RECORD),
        ("TY  - JOUR\nT1  - " + "x" * MAX_CHARACTERS, Reason.TOO_LARGE),
    ],
    ids=["says nothing", "no type", "no start", "too large"],
)
def test_what_is_no_reference_is_refused(text: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        read_ris(text)

    assert refused.value.reason is reason


@pytest.mark.parametrize("text", ["", "T1  - x", "TYPE", "@article{x,}", "10.5072/x", "{}"])
def test_other_text_is_not_taken_for_a_reference(text: str) -> None:
    assert not is_ris(text)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(st.sampled_from("TYER1AUPSN-  \n\r;,/x9"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert read_or_refused(f"TY  - {text}")


@needs_fixtures
@pytest.mark.parametrize(
    ("name", "authors", "issued", "general"),
    [
        ("crossref.ris", 5, "2014", "JournalArticle"),
        ("pure.ris", 1, "2018-04-25", "Dissertation"),
        ("ris_bug.ris", 1, "2018", "Book"),
    ],
)
def test_references_of_other_programs_are_read(name: str, authors: int, issued: str, general: str) -> None:
    read = read_ris((DATACITE / "bolognese" / name).read_text(encoding="utf-8"))

    assert (len(read.creators), read.dates[0].date, read.types.general) == (authors, issued, general)
    assert read.titles
    assert read.descriptions
