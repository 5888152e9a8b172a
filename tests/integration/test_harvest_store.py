"""What a harvester's list costs and where it ends, on the table as the template describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.harvest import (
    Everything,
    Header,
    OfGroup,
    OfKind,
    OfOwner,
    OfPrefix,
    OfTitle,
    OfYear,
    Position,
    Selection,
    Window,
    header_of,
)
from pidstack.services.harvest import DOI_KINDS, everybody_may_see
from pidstack.store import harvest, walk
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.counters import counter_item, gain_of
from pidstack.store.harvest import DynamoHarvest
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.wire import Wire
from tests.builders import NOW_S
from tests.harvesting import NO_DOI, PLACES, a_placed_record

DAY_S = 24 * 3600
ALWAYS = Window(0, NOW_S + 10_000 * DAY_S)
JOURNAL, BOOK, BOOK_IN_SERIES, SERIES = PLACES[0], PLACES[4], PLACES[5], PLACES[6]


class CountingWire(Wire):
    """Notes what is asked."""

    def __init__(self, client: Any, table_name: str) -> None:
        super().__init__(client, table_name)
        self.queries: list[dict[str, Any]] = []
        self.batches: list[tuple[list[str], bool]] = []

    def query(self, **asked: Any) -> Any:
        self.queries.append(dict(asked))
        return super().query(**asked)

    def records(self, names: Any, *, consistent: bool = False, only: Any = ()) -> Any:
        self.batches.append((list(names), consistent))
        return super().records(names, consistent=consistent, only=only)


@pytest.fixture
def wire(table: str) -> CountingWire:
    opened = CountingWire.open()
    assert isinstance(opened, CountingWire)
    return opened


@pytest.fixture
def store(wire: CountingWire) -> DynamoHarvest:
    return DynamoHarvest(wire)


def keep(*records: Record) -> None:
    calendar, kept = DynamoCalendar(), DynamoIdentifiers(lambda: NOW_S)
    for record in records:
        calendar.mark(record)
        kept.create(record)


def some_records(count: int, place: Placement = JOURNAL, **fields: Any) -> list[Record]:
    name = str(place).replace(":", "-").replace("/", "-")
    return [a_placed_record(f"doi:10.5072/FK2{name}-{number:03d}", place, **fields) for number in range(count)]


def the_list(
    store: DynamoHarvest,
    selection: Selection,
    window: Window = ALWAYS,
    limit: int = 100,
    may_see: Callable[[Header], bool] = everybody_may_see,
) -> list[Header]:
    """All pages."""
    found: list[Header] = []
    start: Position | None = None
    while True:
        page, start = store.headers(selection, window, start, limit, may_see)
        assert len(page) <= limit
        assert page or start is None
        found += page
        if start is None:
            return found


KEPT = [
    *some_records(5, JOURNAL),
    *some_records(2, PLACES[1]),
    *some_records(2, PLACES[2]),
    *some_records(2, PLACES[3]),
    *some_records(3, BOOK),
    *some_records(3, BOOK_IN_SERIES),
    *some_records(1, SERIES, owner="bob"),
    a_placed_record("ark:/99999/fk4a", NO_DOI),
    a_placed_record("doi:10.5072/FK2GONE", JOURNAL, state=State.REGISTERED),
    a_placed_record("doi:10.5072/FK2HIDDEN", JOURNAL, exported=False, owner="aaron"),
    a_placed_record("doi:10.5072/FK2DRAFT", None, state=State.DRAFT),
    a_placed_record("doi:10.5072/FK2TEST", JOURNAL, expires_s=NOW_S + 99),
    a_placed_record("doi:10.5072/FK2AGENT", JOURNAL, agent_role="user"),
]


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize(
    ("selection", "count"),
    [
        pytest.param(Everything(), 21, id="everything"),
        pytest.param(Everything(DOI_KINDS), 20, id="DOIs"),
        pytest.param(OfKind(Kind.JOURNAL), 13, id="journals"),
        pytest.param(OfKind(Kind.BOOK), 6, id="books"),
        pytest.param(OfKind(Kind.SERIES), 4, id="series and the books in them"),
        pytest.param(OfKind(Kind.NONE), 1, id="what is no DOI"),
        pytest.param(OfPrefix(Kind.JOURNAL, "10.5072"), 11, id="a prefix"),
        pytest.param(OfPrefix(Kind.SERIES, "10.5072"), 4, id="a prefix's series"),
        pytest.param(OfPrefix(Kind.BOOK, "10.9999"), 0, id="a prefix without records"),
        pytest.param(OfTitle(Kind.JOURNAL, "10.5072", 1), 9, id="a title"),
        pytest.param(OfTitle(Kind.BOOK, "10.5072", 5, series=4), 3, id="a book in a series"),
        pytest.param(OfTitle(Kind.BOOK, "10.5072", 4), 3, id="a series by its books"),
        pytest.param(OfTitle(Kind.SERIES, "10.5072", 4), 4, id="a series"),
        pytest.param(OfYear(Kind.JOURNAL, "10.5072", 1, 2012), 2, id="a year"),
        pytest.param(OfOwner("alice"), 19, id="an owner"),
        pytest.param(OfOwner("alice", OfKind(Kind.BOOK)), 6, id="an owner's books"),
        pytest.param(OfGroup("groupa", owners=("aaron", "alice")), 20, id="a group"),
    ],
)
def test_a_list_holds_what_is_selected_once(store: DynamoHarvest, selection: Selection, count: int, limit: int) -> None:
    keep(*KEPT)

    found = the_list(store, selection, limit=limit)

    expected = {header for record in KEPT if (header := header_of(record)) is not None and selection.holds(header)}
    assert len(found) == len(set(found)) == count
    assert set(found) == expected


def test_both_ends_of_a_window_belong_to_it(store: DynamoHarvest) -> None:
    keep(*(a_placed_record(f"doi:10.5072/FK2{s}", JOURNAL, updated_s=NOW_S + s) for s in range(6)))

    found = the_list(store, Everything(), Window(NOW_S + 2, NOW_S + 4), limit=2)

    assert sorted(header.datestamp_s - NOW_S for header in found) == [2, 3, 4]


@pytest.mark.parametrize("days", [1, 40, 80, 400], ids=["a day", "two months", "three months", "more than a year"])
def test_a_window_over_months_and_years_finds_all(store: DynamoHarvest, days: int) -> None:
    records = [
        a_placed_record(f"doi:10.{5072 + n}/FK2", replace(JOURNAL, prefix=f"10.{5072 + n}"), updated_s=NOW_S + n * DAY_S)
        for n in range(0, 400, 10)
    ]
    keep(*records)

    found = the_list(store, OfKind(Kind.JOURNAL), Window(NOW_S, NOW_S + days * DAY_S - 1), limit=7)

    assert {header.identifier for header in found} == {r.identifier for r in records if r.updated_s < NOW_S + days * DAY_S}


def test_prefixes_without_a_change_in_the_window_are_not_read(store: DynamoHarvest, wire: CountingWire) -> None:
    keep(
        *(
            a_placed_record(f"doi:10.{5072 + n}/FK2", replace(JOURNAL, prefix=f"10.{5072 + n}"), updated_s=NOW_S + n * DAY_S)
            for n in range(20)
        )
    )

    found = the_list(store, OfKind(Kind.JOURNAL), Window(NOW_S + 7 * DAY_S, NOW_S + 8 * DAY_S - 1))

    of_marks = [asked for asked in wire.queries if "IndexName" not in asked]
    assert len(found) == 1
    assert len(wire.queries) - len(of_marks) <= 2 * walk.SHARDS


def test_a_page_of_an_owners_dois_costs_one_query(store: DynamoHarvest, wire: CountingWire) -> None:
    keep(*some_records(60))

    first, start = store.headers(OfOwner("alice"), ALWAYS, None, 5, everybody_may_see)
    of_first = len(wire.queries)
    second, _ = store.headers(OfOwner("alice"), ALWAYS, start, 5, everybody_may_see)

    assert (len(first), len(second), of_first, len(wire.queries)) == (5, 5, 1, 2)


def test_a_page_deep_in_a_title_costs_what_the_first_costs(store: DynamoHarvest, wire: CountingWire) -> None:
    keep(*some_records(400))
    costs: list[tuple[int, int]] = []
    start: Position | None = None

    for _ in range(8):
        before = len(wire.queries)
        page, start = store.headers(OfTitle(Kind.JOURNAL, "10.5072", 1), ALWAYS, start, 50, everybody_may_see)
        costs.append((len(wire.queries) - before, sum(asked["Limit"] for asked in wire.queries[before:])))
        assert len(page) == 50

    assert start is None
    assert {queries for queries, _ in costs} <= {1, 2}
    assert max(asked for _, asked in costs) <= 102


def test_who_may_see_little_is_not_kept_waiting_by_small_queries(store: DynamoHarvest, wire: CountingWire) -> None:
    keep(*some_records(400))

    found = the_list(store, Everything(), limit=1, may_see=lambda header: header.identifier.name.endswith("99"))

    assert len(found) == 4
    assert len(wire.queries) < 60


def test_a_page_of_records_far_apart_ends_early(store: DynamoHarvest, wire: CountingWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "MOST_QUERIES", 5)
    keep(*(a_placed_record(f"doi:10.{5072 + n}/FK2", replace(JOURNAL, prefix=f"10.{5072 + n}")) for n in range(20)))

    page, following = store.headers(Everything(), ALWAYS, None, 100, everybody_may_see)

    assert 1 <= len(page) < 20
    assert following is not None
    assert len(the_list(store, Everything())) == 20


def test_a_body_that_is_older_than_its_entry_is_read_again_consistently(
    store: DynamoHarvest, wire: CountingWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(*some_records(3))
    headers = the_list(store, Everything())
    read = Wire.records

    def behind(self: Wire, names: Any, *, consistent: bool = False, only: Any = ()) -> dict[str, Any]:
        found = read(self, names, consistent=consistent, only=only)
        if not consistent:
            found[names[0]] = {**found[names[0]], "updated_s": {"N": str(NOW_S - 1)}}
            del found[names[1]]
        return found

    monkeypatch.setattr(Wire, "records", behind)
    records = list(store.records(headers, ()))

    assert [each.header for each in records] == headers
    assert [(len(names), consistent) for names, consistent in wire.batches] == [(3, False), (2, True)]


def test_records_come_in_the_order_of_their_headers_as_they_are_now(store: DynamoHarvest) -> None:
    first, second, third = some_records(3)
    keep(first, second, third)
    headers = sorted(the_list(store, Everything()), key=lambda header: header.identifier.name, reverse=True)
    identifiers = DynamoIdentifiers(lambda: NOW_S)
    kept = identifiers.get(second.identifier)
    assert kept is not None
    identifiers.replace(replace(kept, state=State.REGISTERED, updated_s=NOW_S + 9, version=2))

    records = list(store.records(headers, ()))

    assert [each.listed for each in records] == headers
    assert [each.record.identifier for each in records] == [third.identifier, second.identifier, first.identifier]
    found = [each.header for each in records]
    assert [(header.withheld, header.datestamp_s - NOW_S) for header in found] == [(False, 0), (True, 9), (False, 0)]
    assert [header.position for header in found] == [header.position for header in headers]


def test_the_record_of_a_position_is_read_as_it_is_now(store: DynamoHarvest) -> None:
    (record,) = some_records(1)
    keep(record)
    (header,) = the_list(store, OfOwner("alice"))
    assert header.position is not None

    found = store.record_at(header.position)

    assert found == (header, record)
    assert store.record_at(Position("J:10.5072#0", "2026-11-22T00:15:00Z#doi:10.5072/FK2NONE")) is None


def test_the_earliest_time_is_the_start_of_the_first_day_that_was_counted(store: DynamoHarvest) -> None:
    assert store.earliest() is None

    for shard, day in enumerate(("2027-01-15", "2027-01-14", "2027-02-01")):
        counter = counter_item(CounterKey(CounterKind.DAY, day), shard)
        counter.update(actions=gain_of(Tally(findable=1)))

    assert store.earliest() == NOW_S - NOW_S % DAY_S - DAY_S
