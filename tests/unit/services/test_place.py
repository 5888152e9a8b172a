"""Where harvesters find a record: every kind of thing in every form of description, and when it is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pidstack.domain import edits as e
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import AlternateIdentifier, Container, Description, Metadata, Publisher, RelatedItem, Title, Types
from pidstack.domain.placement import Kind, Placement, WantedPlace
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.formats import datacite_xml
from pidstack.ports.publications import EVER
from pidstack.services import place
from pidstack.services.create import create
from pidstack.services.describe import sources
from pidstack.services.place import wanted_place
from pidstack.services.update import update
from tests.builders import a_record
from tests.unit.formats.builders import a_description
from tests.world import DESCRIBED, World, a_world

CROSSREF = Path(__file__).parents[2] / "vectors" / "crossref"
NAME = Identifier.parse("doi:10.9999/FZ4TIDE")
ARK = Identifier.parse("ark:/13030/c7tide")
DAY_S = 24 * 3600


# -------------------------------------------------------------------------------------------------- what a description says
@pytest.mark.parametrize(
    ("document", "doi", "wanted"),
    [
        ("journal_article", "10.5072/ATP.7.12", (Kind.JOURNAL, "Annals of Tide Pools", ("2049-3630", "1234-5679"), "")),
        ("journal_article", "10.5072/ATP", (Kind.JOURNAL, "Annals of Tide Pools", ("2049-3630", "1234-5679"), "")),
        ("book", "10.5072/REMEMBRANCE", (Kind.BOOK, "Remembrance of Things Past", ("978-0-306-40615-7",), "")),
        ("book_chapter", "10.5072/GEZEITEN.3", (Kind.BOOK, "Handbuch der Gezeiten", ("978-3-16-148410-0",), "")),
        ("book_series", "10.5072/LAKES", (Kind.BOOK, "All the Lakes", ("978-0-306-40615-7",), "Lecture Notes on Water")),
        ("proceedings", "10.5072/TIDES.2012", (Kind.BOOK, "Proceedings of Tides 2012", ("978-0-306-40615-7",), "")),
        ("conference_paper", "10.5072/TIDES.2011.5", (Kind.BOOK, "Proceedings of Tides 2011", ("978-0-306-40615-7",), "")),
        ("dataset", "10.5072/BUOYS.17", (Kind.BOOK, "Buoy Archive", (), "")),
        ("report", "10.5072/HARBOUR", (Kind.BOOK, "Depths of the Harbour", (), "")),
        ("standard", "10.5072/CB12", (Kind.BOOK, "Colours of Buoys", (), "")),
        ("dissertation", "10.5072/BARNACLES", (Kind.BOOK, "Zoology, University of Tides", (), "")),
        ("peer_review", "10.5072/ATP.7.12.R1", (Kind.BOOK, "The Press", (), "")),
        ("posted_content", "10.5072/ATP.PRE", (Kind.BOOK, "Tide Archive", (), "")),
        ("component", "10.5072/ATP.7.12.F1", (Kind.BOOK, "", (), "")),
        ("grant", "10.5072/GRANT.SF-1", (Kind.BOOK, "Sea Fund", (), "")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_deposit_says_its_publication(document: str, doi: str, wanted: tuple[Any, ...]) -> None:
    deposit = (CROSSREF / f"{document}.xml").read_text(encoding="utf-8")

    found = wanted_place(a_record(f"doi:{doi}", profile="crossref", elements={"crossref": deposit}))

    assert (found.kind, found.title, found.identifiers, found.series_title) == wanted
    assert found.prefix == "10.5072"


def test_a_chapter_of_a_book_in_a_series_says_both() -> None:
    series = (CROSSREF / "book_series.xml").read_text(encoding="utf-8")
    chapter = "<content_item component_type='chapter'><titles><title>Ponds</title></titles><doi_data><doi>10.5072/ponds</doi>"
    chapter += "<resource>https://example.org/</resource></doi_data></content_item></book>"

    found = wanted_place(
        a_record("doi:10.5072/PONDS", profile="crossref", elements={"crossref": series.replace("</book>", chapter)})
    )

    assert (found.kind, found.title, found.series_title) == (Kind.BOOK, "All the Lakes", "Lecture Notes on Water")


def test_a_deposit_about_a_series_is_of_the_series() -> None:
    volume = (CROSSREF / "book_series.xml").read_text(encoding="utf-8")
    series = volume.replace("<titles><title>All the Lakes</title></titles>", "")
    assert series != volume

    found = wanted_place(a_record("doi:10.5072/LAKES", profile="crossref", elements={"crossref": series}))

    assert (found.kind, found.title, found.identifiers) == (Kind.SERIES, "Lecture Notes on Water", ("2049-3630",))
    assert found.series_title == ""


def _published_in(title: str) -> dict[str, Any]:
    return {"related_items": (RelatedItem("Other", "IsPublishedIn", titles=(Title(title),)),)}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        pytest.param({}, (Kind.BOOK, "Harbour Institute", ""), id="data set, of its publisher"),
        pytest.param(_published_in("Buoy Archive"), (Kind.BOOK, "Buoy Archive", ""), id="data set in a repository"),
        pytest.param({"types": Types("Dissertation")}, (Kind.BOOK, "Harbour Institute", ""), id="thesis, of its institution"),
        pytest.param({"types": Types("Software")}, (Kind.BOOK, "Harbour Institute", ""), id="software"),
        pytest.param({"types": Types("JournalArticle"), **_published_in("Ice")}, (Kind.JOURNAL, "Ice", ""), id="article"),
        pytest.param({"types": Types("DataPaper"), **_published_in("Ice")}, (Kind.JOURNAL, "Ice", ""), id="data paper"),
        pytest.param({"types": Types("JournalArticle")}, (Kind.JOURNAL, "Harbour Institute", ""), id="article of no journal"),
        pytest.param(
            {"types": Types("JournalArticle"), "descriptions": (Description("Ice, 7(2), 1-9", "SeriesInformation"),)},
            (Kind.JOURNAL, "Ice", ""),
            id="article by series information",
        ),
        pytest.param({"types": Types("Journal")}, (Kind.JOURNAL, "Tidal currents of the inner bay", ""), id="journal"),
        pytest.param({"types": Types("Book")}, (Kind.BOOK, "Tidal currents of the inner bay", ""), id="book"),
        pytest.param(
            {"types": Types("Book"), **_published_in("Notes on Water")},
            (Kind.BOOK, "Tidal currents of the inner bay", "Notes on Water"),
            id="book in a series",
        ),
        pytest.param({"types": Types("BookChapter"), **_published_in("Snow")}, (Kind.BOOK, "Snow", ""), id="chapter"),
        pytest.param({"types": Types("Report")}, (Kind.BOOK, "Tidal currents of the inner bay", ""), id="report"),
        pytest.param({"types": Types("Text", "Book Series")}, (Kind.SERIES, "Tidal currents of the inner bay", ""), id="series"),
        pytest.param(
            {"types": Types("Collection", "ReportSeries")}, (Kind.SERIES, "Tidal currents of the inner bay", ""), id="reports"
        ),
        pytest.param(
            {"titles": (Title("Anders", "TranslatedTitle"), Title("Snow")), "types": Types("Book")},
            (Kind.BOOK, "Snow", ""),
            id="the title that is no translation",
        ),
    ],
)
def test_a_datacite_record_says_its_publication(changes: dict[str, Any], wanted: tuple[Kind, str, str]) -> None:
    xml = datacite_xml.write(a_description(**changes), NAME).decode()

    found = wanted_place(a_record(str(NAME), elements={"datacite": xml}))

    assert (found.kind, found.title, found.series_title) == wanted
    assert (found.prefix, found.year) == ("10.9999", 2021)


def test_a_foreign_form_may_name_a_journal_whatever_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Metadata(
        titles=(Title("Low tide"),),
        types=Types("Text"),
        container=Container("Journal", "Ice", "1234-5679", "ISSN"),
        publication_year="99",
    )
    monkeypatch.setattr(place, "described", lambda _: said)

    assert wanted_place(a_record(str(NAME))) == WantedPlace(Kind.JOURNAL, "10.9999", "Ice", ("1234-5679",))


def test_a_book_brings_its_own_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (AlternateIdentifier("978-3-16-148410-0", "ISBN"), AlternateIdentifier("17", "Shelf mark"))
    said = Metadata(titles=(Title("Snow"),), publisher=Publisher("P"), types=Types("Book"), alternate_identifiers=numbers)
    monkeypatch.setattr(place, "described", lambda _: said)

    assert wanted_place(a_record(str(NAME))) == WantedPlace(Kind.BOOK, "10.9999", "Snow", ("978-3-16-148410-0",))


@pytest.mark.parametrize("name", ["ark:/13030/c7tide", "uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"])
def test_what_is_no_doi_lies_under_its_prefix_alone(name: str) -> None:
    found = wanted_place(a_record(name, elements=DESCRIBED))

    assert found == WantedPlace(Kind.NONE, name.partition("/c7")[0] if name.startswith("ark") else "uuid:")


@pytest.mark.parametrize("element", ["datacite", "crossref"])
def test_a_description_that_cannot_be_read_leaves_the_publisher(element: str) -> None:
    elements = {element: "<not-xml", "dc.publisher": "P", "datacite.publisher": "P"}

    found = wanted_place(a_record(str(NAME), profile=element, elements=elements, agency=Agency.CROSSREF))

    assert found == WantedPlace(Kind.BOOK, "10.9999", "P" if element == "datacite" else found.title)


# --------------------------------------------------------------------------------------------------- when it is decided
@pytest.fixture
def world() -> World:
    return a_world()


def make(world: World, name: Identifier = NAME, **described: str) -> Record:
    return create(
        name, [e.SetElement(key, value) for key, value in {**DESCRIBED, **described}.items()], world.by("alice"), world.registry
    )


def change(world: World, *edits: e.Edit, by: str = "alice") -> Record:
    return update(NAME, edits, world.by(by), world.registry)


def test_a_public_record_is_placed_and_its_day_marked_when_it_is_made(world: World) -> None:
    record = make(world)

    assert record.placement == Placement(Kind.BOOK, "10.9999", 1, 0, 1922)
    assert world.identifiers.get(NAME) == record
    assert world.calendar.marked("2027-01") == {"B:10.9999": {15}, "@alice": {15}}


def test_an_ark_is_placed_without_a_number(world: World) -> None:
    record = make(world, ARK)

    assert (str(record.placement), world.publications.writes) == ("-:ark:/13030", 0)
    assert set(world.calendar.marked(EVER)) == {"-:ark:/13030", "@alice"}


@pytest.mark.parametrize(
    "edits",
    [[e.SetState(State.DRAFT)], [e.SetExported(False)]],
    ids=["draft", "not exported"],
)
def test_what_never_was_shown_is_not_placed_until_it_is(world: World, edits: list[e.Edit]) -> None:
    described = [e.SetElement(key, value) for key, value in DESCRIBED.items()]

    hidden = create(NAME, [*described, *edits], world.by("alice"), world.registry)
    assert (hidden.placement, world.publications.writes, world.calendar.marked(EVER)) == (None, 0, {})

    shown = change(world, e.SetState(State.FINDABLE), e.SetExported(True))
    assert str(shown.placement) == "B:10.9999:1:1922"


def test_a_test_is_never_placed(world: World) -> None:
    record = make(world, Identifier.parse("doi:10.5072/FK2A"))

    assert (record.placement, world.publications.writes, world.calendar.marked(EVER)) == (None, 0, {})


def test_what_was_shown_once_keeps_its_place_when_it_is_hidden(world: World) -> None:
    made = make(world)
    world.time.now_s += DAY_S

    hidden = change(world, e.SetState(State.REGISTERED, "moved"))

    assert hidden.placement == made.placement
    assert hidden.is_withheld
    assert world.calendar.marked("2027-01")["B:10.9999"] == {15, 16}


def test_another_publisher_moves_a_record_and_another_target_does_not(world: World) -> None:
    make(world)

    kept = change(world, e.SetTarget("https://example.org/"))
    moved = change(world, e.SetElement("datacite.publisher", "Other House"))

    assert [str(record.placement) for record in (kept, moved)] == ["B:10.9999:1:1922", "B:10.9999:2:1922"]


def test_a_change_that_leaves_the_description_alone_does_not_read_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make(world)

    def never(_: Record) -> Metadata:
        raise AssertionError("read")

    monkeypatch.setattr(place, "described", never)

    assert change(world, e.SetTarget("https://example.org/")).placement is not None


def test_a_description_that_changes_in_hiding_moves_the_record_at_once(world: World) -> None:
    make(world)

    hidden = change(world, e.SetState(State.REGISTERED), e.SetElement("datacite.publisher", "Other House"))
    shown = change(world, e.SetState(State.FINDABLE))

    assert [str(record.placement) for record in (hidden, shown)] == ["B:10.9999:2:1922"] * 2


@pytest.mark.parametrize(
    ("profile", "elements", "read"),
    [
        (
            "crossref",
            {"crossref": "<x/>", "datacite": "<y/>", "datacite.title": "T", "dc.title": "U"},
            {"crossref", "datacite.title"},
        ),
        ("crossref", {"datacite": "<y/>", "dc.title": "U"}, {"datacite"}),
        ("schema_org", {"schema_org": "{}", "datacite": "<y/>"}, {"schema_org"}),
        ("citeproc", {"citeproc": "{}", "schema_org": "{}"}, {"citeproc"}),
        ("dc", {"datacite": "<y/>", "dc.title": "U"}, {"datacite"}),
        ("dc", {"schema_org": "{}", "dc.title": "U"}, {"schema_org", "dc.title"}),
    ],
    ids=["deposit", "no deposit", "schema.org", "CSL", "DataCite beside", "itemised"],
)
def test_a_change_of_what_describes_a_record_is_told_from_others(profile: str, elements: dict[str, str], read: set[str]) -> None:
    assert set(sources(a_record(str(NAME), profile=profile, elements=elements))) == read


def test_placing_takes_no_read_and_no_write_of_records(world: World) -> None:
    make(world)

    assert world.cost(lambda: make(world, Identifier.parse("doi:10.9999/FZ4B"))) == (0, 1)
    assert world.cost(lambda: change(world, e.SetElement("datacite.publisher", "Other House"))) == (1, 1)
