"""A recount of sets: what the records speak of and the registry lacks, and putting it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pidstack.domain.edits import SetElement
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.ports.publications import EVER
from pidstack.services.create import create
from pidstack.services.recount_sets import SetsRecount, SetsSurvey
from tests.builders import a_record
from tests.fakes.publications import MemoryCalendar
from tests.world import DESCRIBED, World, a_world

OF_A_BOOK = {
    **DESCRIBED,
    "datacite.resourcetype": "Book",
}


@pytest.fixture
def world() -> World:
    return a_world()


def make(world: World, name: str, **described: str) -> Record:
    edits = [SetElement(key, value) for key, value in {**OF_A_BOOK, **described}.items()]
    return create(Identifier.parse(name), edits, world.by("alice"), world.registry)


def compare(world: World, *records: Record, correct: bool = False) -> SetsRecount:
    survey = SetsSurvey()
    for record in records * 2:
        survey.look(replace(record, elements={}))
    return survey.compare(world.publications, world.calendar, world.identifiers, correct=correct)


def test_a_registry_that_has_everything_lacks_nothing(world: World) -> None:
    result = compare(world, make(world, "doi:10.9999/FZ4A"), make(world, "ark:/13030/c7a"))

    assert result == SetsRecount(publications=1, marks=6, missing=(), unplaced=0)


def test_lost_publications_are_named_and_put_back_with_their_titles(world: World) -> None:
    records = [
        make(world, "doi:10.9999/FZ4A"),
        make(world, "doi:10.9999/FZ4B", **{"datacite.title": "Snow"}),
        make(world, "doi:10.9999/FZ4C", **{"datacite.resourcetype": "Journal"}),
    ]
    before = {(kind, each.number): each for kind in Kind for each in world.publications.publications(kind, "10.9999")}
    world.publications.forget()

    named = compare(world, *records)
    assert named.missing == ("publication B:10.9999:1", "publication B:10.9999:2", "publication J:10.9999:3 in 1922")
    assert (named.is_corrected, world.publications.prefixes(Kind.BOOK)) == (False, [])

    assert compare(world, *records, correct=True).is_corrected
    assert compare(world, *records).missing == ()
    assert {(kind, each.number): each for kind in Kind for each in world.publications.publications(kind, "10.9999")} == before


def test_a_lost_series_is_put_back_from_a_book_in_it(world: World) -> None:
    book = a_record(
        "doi:10.9999/FZ4A", profile="crossref", elements={"crossref": _SERIES_DEPOSIT}, placement=Placement.parse("B:10.9999:12+7")
    )
    world.identifiers.create(book)
    world.calendar.mark(book)

    result = compare(world, book, correct=True)

    assert result.missing == ("publication B:10.9999:12", "publication S:10.9999:7")
    found = [world.publications.publication(kind, "10.9999", number) for kind, number in ((Kind.BOOK, 12), (Kind.SERIES, 7))]
    assert [(each.title, each.series) if each else None for each in found] == [("All the Lakes", 7), ("Notes on Water", 0)]


_SERIES_DEPOSIT = (
    '<book xmlns="http://www.crossref.org/schema/5.3.1"><book_series_metadata>'
    "<series_metadata><titles><title>Notes on Water</title></titles></series_metadata>"
    "<titles><title>All the Lakes</title></titles></book_series_metadata></book>"
)


@pytest.mark.parametrize(
    ("lose", "missing"),
    [
        pytest.param(lambda calendar: calendar.lose("2027-01", "J:10.9999"), ("mark 2027-01 J:10.9999",), id="a month"),
        pytest.param(lambda calendar: calendar.lose(EVER, "@alice"), ("mark ever @alice",), id="ever"),
    ],
)
def test_lost_marks_are_named_and_put_back(world: World, lose: Callable[[MemoryCalendar], None], missing: tuple[str, ...]) -> None:
    record = make(world, "doi:10.9999/FZ4A", **{"datacite.resourcetype": "Journal"})
    before = [world.calendar.marked(month) for month in ("2027-01", EVER)]
    lose(world.calendar)

    assert compare(world, record).missing == missing
    assert compare(world, record, correct=True).is_corrected
    assert [world.calendar.marked(month) for month in ("2027-01", EVER)] == before


def test_a_publication_whose_only_known_record_is_gone_stays_missing(world: World) -> None:
    record = a_record("doi:10.9999/FZ4A", placement=Placement.parse("J:10.9999:4"))
    world.calendar.mark(record)

    result = compare(world, record, correct=True)

    assert (result.missing, result.is_corrected) == (("publication J:10.9999:4",), False)


def test_a_record_that_should_have_a_place_and_has_none_is_counted(world: World) -> None:
    assert compare(world, a_record(), a_record("ark:/99999/fk4b", exported=False)).unplaced == 1
