"""What every registry of publications and every calendar promises: seen on the fakes in memory and on DynamoDB's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import botocore.client
import pytest

from pidstack.domain.errors import Busy
from pidstack.domain.placement import Kind, Placement, Publication, WantedPlace
from pidstack.domain.state import State
from pidstack.ports.publications import EVER
from pidstack.store import publications as store
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.memory import Memory
from pidstack.store.publications import TRIES, DynamoPublications
from pidstack.store.tables import PublicationItem
from tests.builders import NOW_S, a_record
from tests.fakes.publications import MemoryCalendar, MemoryPublications

DAY_S = 24 * 3600
ICE = WantedPlace(Kind.JOURNAL, "10.5072", "Journal of Ice", ("1234-5679",), year=2011)
BOOK = WantedPlace(Kind.BOOK, "10.5072", "Snow", ("978-3-16-148410-0",), "Notes on Water", 2012)


@pytest.fixture(params=[MemoryPublications, lambda: DynamoPublications(lambda _: None)], ids=["memory", "dynamodb"])
def publications(request: pytest.FixtureRequest, table: str) -> MemoryPublications | DynamoPublications:
    made: MemoryPublications | DynamoPublications = request.param()
    return made


@pytest.fixture(params=[MemoryCalendar, DynamoCalendar], ids=["memory", "dynamodb"])
def calendar(request: pytest.FixtureRequest, table: str) -> MemoryCalendar | DynamoCalendar:
    made: MemoryCalendar | DynamoCalendar = request.param()
    return made


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Requests to DynamoDB, by kind."""
    counted: Counter[str] = Counter()
    call = botocore.client.BaseClient._make_api_call

    def count(self: Any, operation: str, parameters: Any) -> Any:
        counted[operation] += 1
        return call(self, operation, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", count)
        yield counted


# --------------------------------------------------------------------------------------------------------------- numbers
def test_titles_get_small_numbers_in_the_order_in_which_they_come(publications: MemoryPublications | DynamoPublications) -> None:
    titles = ["Ice", "Snow", "ICE", "Hail"]

    placements = [publications.place(replace(ICE, title=title)) for title in titles]

    assert [placement.publication for placement in placements] == [1, 2, 1, 3]
    assert placements[0] == Placement(Kind.JOURNAL, "10.5072", 1, 0, 2011)


def test_a_number_is_of_one_publication_whatever_its_kind(publications: MemoryPublications | DynamoPublications) -> None:
    journal, book = publications.place(ICE), publications.place(BOOK)
    elsewhere = publications.place(replace(ICE, prefix="10.9999"))

    assert len({journal.publication, book.publication, book.series}) == 3
    assert elsewhere.publication == 1
    assert publications.publication(Kind.BOOK, "10.5072", journal.publication) is None


def test_a_book_is_found_with_its_series(publications: MemoryPublications | DynamoPublications) -> None:
    placement = publications.place(BOOK)

    number, series = placement.publication, placement.series
    assert publications.publication(Kind.BOOK, "10.5072", number) == Publication(
        Kind.BOOK, "10.5072", number, "Snow", ("978-3-16-148410-0",), series
    )
    assert publications.publication(Kind.SERIES, "10.5072", series) == Publication(Kind.SERIES, "10.5072", series, "Notes on Water")
    assert publications.place(WantedPlace(Kind.SERIES, "10.5072", "notes on water")).publication == series


def test_books_of_one_title_in_different_series_are_different_books(publications: MemoryPublications | DynamoPublications) -> None:
    one, other = publications.place(BOOK), publications.place(replace(BOOK, series_title="Notes on Air"))
    alone = publications.place(replace(BOOK, series_title=""))

    assert len({one.publication, other.publication, alone.publication}) == 3


def test_a_journal_gathers_its_years_and_a_book_has_none(publications: MemoryPublications | DynamoPublications) -> None:
    for year in (2011, 2013, 0, 2011):
        journal = publications.place(replace(ICE, year=year))
        book = publications.place(replace(BOOK, year=year))

    found = [publications.publication(Kind.JOURNAL, "10.5072", journal.publication)]
    found.append(publications.publication(Kind.BOOK, "10.5072", book.publication))
    assert [each.years if each else None for each in found] == [{2011, 2013}, frozenset()]


def test_what_is_no_doi_needs_no_number(publications: MemoryPublications | DynamoPublications) -> None:
    wanted = WantedPlace(Kind.NONE, "ark:/99999")

    assert publications.place(wanted) == Placement(Kind.NONE, "ark:/99999")
    assert publications.prefixes(Kind.NONE) == []


def test_publications_are_listed_page_by_page(publications: MemoryPublications | DynamoPublications) -> None:
    for number in range(12):
        publications.place(replace(ICE, title=f"Ice {number}"))
        publications.place(replace(BOOK, prefix="10.9999", title=f"Snow {number}"))

    pages, after = [], 0
    while page := publications.publications(Kind.JOURNAL, "10.5072", after=after, limit=5):
        pages.append([each.title for each in page])
        after = page[-1].number

    assert pages == [[f"Ice {number}" for number in numbers] for numbers in (range(5), range(5, 10), range(10, 12))]
    assert [publications.prefixes(kind) for kind in (Kind.JOURNAL, Kind.BOOK, Kind.SERIES)] == [
        ["10.5072"],
        ["10.9999"],
        ["10.9999"],
    ]


@pytest.mark.parametrize("title", ["", " \n", "x" * 50_000, "é\U0001f600"], ids=["none", "blank", "very long", "beyond ASCII"])
def test_any_title_has_a_number(publications: MemoryPublications | DynamoPublications, title: str) -> None:
    first, again = publications.place(replace(ICE, title=title)), publications.place(replace(ICE, title=f" {title}"))

    assert first == again
    assert publications.publication(Kind.JOURNAL, "10.5072", first.publication)


# ------------------------------------------------------------------------------------------------------- cost, and races
@pytest.mark.parametrize(
    ("wanted", "first", "elsewhere"),
    [
        pytest.param(ICE, {"GetItem": 1, "UpdateItem": 1, "TransactWriteItems": 1}, {"GetItem": 1}, id="journal"),
        pytest.param(BOOK, {"GetItem": 2, "UpdateItem": 2, "TransactWriteItems": 2}, {"GetItem": 2}, id="book in a series"),
        pytest.param(WantedPlace(Kind.NONE, "ark:/99999"), {}, {}, id="ark"),
    ],
)
def test_a_title_that_was_met_before_costs_nothing(
    table: str, requests: Counter[str], wanted: WantedPlace, first: dict[str, int], elsewhere: dict[str, int]
) -> None:
    process, other = DynamoPublications(), DynamoPublications()
    costs = []
    for publications in (process, process, other, other):
        requests.clear()
        publications.place(wanted)
        costs.append(dict(requests))

    assert costs == [first, {}, elsewhere, {}]


def test_a_new_year_of_a_journal_costs_one_transaction(table: str, requests: Counter[str]) -> None:
    publications = DynamoPublications()
    publications.place(ICE)
    requests.clear()

    publications.place(replace(ICE, year=2012))
    publications.place(replace(ICE, year=2011))

    assert requests == {"TransactWriteItems": 1}
    other = DynamoPublications()
    requests.clear()
    other.place(replace(ICE, year=2012))
    assert requests == {"GetItem": 1}


def test_of_two_that_enter_a_title_at_once_both_get_the_number_of_one(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = DynamoPublications(), DynamoPublications()
    placements = []
    enter = store._enter

    def enter_after_the_other(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(store, "_enter", enter)
        placements.append(quick.place(ICE))
        enter(*arguments, **options)

    monkeypatch.setattr(store, "_enter", enter_after_the_other)
    placements.append(slow.place(ICE))

    assert placements[0] == placements[1]
    assert len(slow.publications(Kind.JOURNAL, "10.5072")) == 1
    assert slow.place(replace(ICE, title="Snow")).publication == 3, "the number that the slower one drew is lost"


def test_a_year_that_the_faster_one_did_not_have_is_added(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = DynamoPublications(), DynamoPublications()
    enter = store._enter

    def enter_after_the_other(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(store, "_enter", enter)
        quick.place(replace(ICE, year=2012))
        enter(*arguments, **options)

    monkeypatch.setattr(store, "_enter", enter_after_the_other)
    slow.place(ICE)

    (found,) = quick.publications(Kind.JOURNAL, "10.5072")
    assert found.years == {2011, 2012}


@pytest.mark.parametrize("times", [1, TRIES - 1, TRIES])
def test_writers_in_the_way_are_waited_for_and_at_last_told_of(table: str, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    pauses: list[float] = []
    publications = DynamoPublications(pauses.append)
    _refuse(monkeypatch, "TransactionConflict", times)

    if times < TRIES:
        assert publications.place(ICE).publication == 1
    else:
        with pytest.raises(Busy):
            publications.place(ICE)

    assert len(pauses) == times


def test_what_will_never_pass_is_raised(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, "ValidationError", 1)

    with pytest.raises(store.TransactWriteError):
        DynamoPublications().place(ICE)


def _refuse(monkeypatch: pytest.MonkeyPatch, code: str, times: int) -> None:
    call = botocore.client.BaseClient._make_api_call
    left = iter(range(times))

    def refuse(self: Any, operation: str, parameters: Any) -> Any:
        if operation == "TransactWriteItems" and next(left, None) is not None:
            reasons = [{"Code": code, "Message": ""}]
            answer: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
            raise botocore.exceptions.ClientError(answer, operation)
        return call(self, operation, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", refuse)


def test_the_memory_of_a_process_forgets_what_was_not_used_for_longest() -> None:
    memory: Memory[str, int] = Memory(most=2)
    memory.keep("a", 1)
    memory.keep("b", 2)
    memory.get("a")

    memory.keep("c", 3)

    assert [memory.get(key) for key in "abc"] == [1, None, 3]
    assert len(memory) == 2


# --------------------------------------------------------------------------------------------------------------- restored
def test_a_lost_publication_is_put_back_under_its_number(publications: MemoryPublications | DynamoPublications) -> None:
    lost = Publication(Kind.JOURNAL, "10.5072", 7, "Journal of Ice", ("1234-5679",), years=frozenset({2011}))

    publications.restore(lost)
    publications.restore(replace(lost, years=frozenset({2012})))

    assert publications.place(ICE).publication == 7
    assert publications.publication(Kind.JOURNAL, "10.5072", 7) == replace(lost, years=frozenset({2011, 2012}))
    assert publications.prefixes(Kind.JOURNAL) == ["10.5072"]
    assert publications.place(replace(ICE, title="Snow")).publication == 8


def test_a_title_keeps_the_number_under_which_it_is_found(publications: MemoryPublications | DynamoPublications) -> None:
    for title in ("Journal of Ice", "b", "c"):
        publications.place(replace(ICE, title=title))

    publications.restore(Publication(Kind.JOURNAL, "10.5072", 2, "Journal of Ice"))

    assert publications.place(ICE).publication == 1
    assert publications.place(replace(ICE, title="d")).publication == 4


def test_a_publication_without_a_title_is_shown_as_unknown(table: str) -> None:
    DynamoPublications().place(replace(ICE, title=""))

    (found,) = DynamoPublications().publications(Kind.JOURNAL, "10.5072")
    assert found.title == "(:unav)"
    assert PublicationItem.get("publications#10.5072", "last").number == 1


# --------------------------------------------------------------------------------------------------------------- calendar
HARVESTED = a_record("doi:10.5072/FK2A", placement=Placement.parse("J:10.5072:4:2011"))


def test_a_day_is_marked_for_the_branch_and_for_the_owner(calendar: MemoryCalendar | DynamoCalendar) -> None:
    for days in (0, 2, 2, 40):
        calendar.mark(replace(HARVESTED, updated_s=NOW_S + days * DAY_S))
    calendar.mark(replace(HARVESTED, owner="bob", placement=Placement.parse("B:10.5072:4+5"), state=State.REGISTERED))

    january = {"J:10.5072": {15, 17}, "@alice": {15, 17}, "BS:10.5072": {15}, "@bob": {15}}
    assert calendar.marked("2027-01") == january
    assert calendar.marked("2027-02") == {"J:10.5072": {24}, "@alice": {24}}
    assert calendar.marked("2027-03") == {}
    assert calendar.marked(EVER) == dict.fromkeys(january, frozenset())


@pytest.mark.parametrize(
    "fields",
    [{"placement": None}, {"expires_s": NOW_S + 1}, {"agent_role": "user"}],
    ids=["never shown", "test", "agent"],
)
def test_what_harvesters_do_not_see_leaves_no_mark(calendar: MemoryCalendar | DynamoCalendar, fields: dict[str, Any]) -> None:
    calendar.mark(replace(HARVESTED, **fields))

    assert calendar.marked("2027-01") == calendar.marked(EVER) == {}


def test_a_day_that_was_marked_before_costs_nothing(table: str, requests: Counter[str]) -> None:
    process, other = DynamoCalendar(), DynamoCalendar()
    costs: list[dict[str, int]] = []

    def cost(mark: Callable[[], None]) -> None:
        requests.clear()
        mark()
        costs.append(dict(requests))

    cost(lambda: process.mark(HARVESTED))
    cost(lambda: process.mark(HARVESTED))
    cost(lambda: process.mark(replace(HARVESTED, updated_s=NOW_S + DAY_S)))
    cost(lambda: other.mark(HARVESTED))
    cost(lambda: other.mark(HARVESTED))

    first = {"BatchGetItem": 1, "UpdateItem": 2, "PutItem": 2}
    assert costs == [first, {}, {"BatchGetItem": 1, "UpdateItem": 2}, {"BatchGetItem": 1}, {}]


def test_marks_are_put_back(calendar: MemoryCalendar | DynamoCalendar) -> None:
    calendar.mark(HARVESTED)

    calendar.restore("2027-01", "J:10.5072", frozenset({3, 4}))
    calendar.restore(EVER, "B:10.5072", frozenset())

    assert calendar.marked("2027-01")["J:10.5072"] == {3, 4, 15}
    assert "B:10.5072" in calendar.marked(EVER)
