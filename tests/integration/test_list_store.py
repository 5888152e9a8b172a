"""Lists of DOIs on the table as the template describes it: every page, what it costs, and where reading stops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.accounts import Account
from pidstack.domain.counting import LISTED, Tally, of_owner, of_prefix
from pidstack.domain.errors import Invalid
from pidstack.domain.listing import ALL_STATES, PUBLIC, Entry, Reader, Selection, Span, Whose, entry_of
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.ports.lists import Order
from pidstack.services.lists import count
from pidstack.store import lists
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.ledger import DynamoLedger
from pidstack.store.lists import DynamoLists
from tests.builders import NOW_S, a_record
from tests.commits import Story
from tests.integration.test_harvest_store import CountingWire

GROUPS = {"alice": "groupa", "aaron": "groupa", "bob": "groupb"}
ALICE, BOB = ("alice", "groupa"), ("bob", "groupb")
STAFF = Reader(everything=True)
READERS = (Reader(), STAFF, Reader(own=Whose(frozenset({ALICE}))), Reader(own=Whose(groups=frozenset({"groupa"}))))


@pytest.fixture
def wire(table: str) -> CountingWire:
    opened = CountingWire.open()
    assert isinstance(opened, CountingWire)
    return opened


@pytest.fixture
def store(wire: CountingWire) -> DynamoLists:
    return DynamoLists(wire, lambda: [Account(owner, group) for owner, group in GROUPS.items()])


def some_records(count: int) -> list[Record]:
    """DOIs of three accounts under two prefixes, in all states, of some types, several changed in the same second."""
    records = []
    for number in range(count):
        owner = ("alice", "alice", "aaron", "bob")[number % 4]
        fields: dict[str, Any] = {
            "owner": owner,
            "group": GROUPS[owner],
            "state": (State.FINDABLE, State.FINDABLE, State.DRAFT, State.FINDABLE, State.REGISTERED)[number % 5],
            "created_s": NOW_S + number,
            "updated_s": NOW_S + number // 3 * 60,
            "registered_s": NOW_S + number if number % 5 != 2 else 0,
            "resource_type": ("Dataset", "Text", "")[number % 3],
        }
        records.append(a_record(f"doi:10.{5072 + number % 2}/FK2{number:03d}", **fields))
    return [
        *records,
        a_record("ark:/99999/fk4a"),
        a_record("doi:10.5072/CROSSREF", agency=Agency.CROSSREF),
        a_record("doi:10.5072/AGENT", agent_role="user"),
    ]


def keep(*records: Record) -> None:
    kept = DynamoIdentifiers(lambda: NOW_S)
    for record in records:
        kept.create(record)


def expected(records: list[Record], selection: Selection) -> list[Entry]:
    return [entry_of(record) for record in records if record.is_listed and selection.holds(entry_of(record))]


def pages(store: DynamoLists, selection: Selection, order: Order, limit: int) -> list[tuple[Entry, ...]]:
    found, after = [], ""
    while True:
        part = store.part(selection, order, limit=limit, after=after)
        assert len(part.entries) <= limit
        found.append(part.entries)
        after = part.after
        if not after:
            return found


def flat(found: list[tuple[Entry, ...]]) -> list[Entry]:
    return [entry for page in found for entry in page]


RECORDS = some_records(60)
SELECTIONS = st.builds(
    Selection,
    reader=st.sampled_from(READERS),
    states=st.sampled_from([ALL_STATES, PUBLIC, frozenset({State.DRAFT}), frozenset({State.DRAFT, State.REGISTERED})]),
    whose=st.sampled_from(
        [(), (Whose(frozenset({ALICE})),), (Whose(frozenset({BOB}), frozenset({"groupa"})),), (Whose(frozenset({ALICE, BOB})),)]
    ),
    prefixes=st.sampled_from([None, frozenset({"10.5072"}), frozenset({"10.5072", "10.5073"}), frozenset()]),
    resource_types=st.sampled_from([None, frozenset({"Dataset"}), frozenset({"Text", "Image"})]),
    created=st.sampled_from([None, Span(NOW_S + 5, NOW_S + 40)]),
    registered=st.sampled_from([None, Span(NOW_S, NOW_S + 30)]),
    updated=st.sampled_from([None, Span(NOW_S + 120, NOW_S + 900)]),
)


@pytest.fixture
def filled(store: DynamoLists) -> DynamoLists:
    keep(*RECORDS)
    return store


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selection=SELECTIONS, order=st.sampled_from(Order), limit=st.integers(5, 70))
def test_the_pages_of_a_list_hold_each_selected_doi_once(
    filled: DynamoLists, selection: Selection, order: Order, limit: int
) -> None:
    found = flat(pages(filled, selection, order, limit))

    assert sorted(found, key=str) == sorted(expected(RECORDS, selection), key=str)
    times = [entry.updated_s for entry in found]
    assert order is Order.WALK or times == sorted(times, reverse=order is Order.NEWEST)


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selection=SELECTIONS, limit=st.integers(8, 20))
def test_pages_by_number_are_those_that_follow_each_other(filled: DynamoLists, selection: Selection, limit: int) -> None:
    one_by_one = pages(filled, selection, Order.NEWEST, limit)

    for number, page in enumerate(one_by_one):
        assert filled.part(selection, Order.NEWEST, limit=limit, skip=number * limit).entries == page


@pytest.mark.parametrize("order", [Order.WALK, Order.OLDEST])
def test_what_stays_as_it_is_comes_once_while_others_change(filled: DynamoLists, order: Order) -> None:
    kept = DynamoIdentifiers(lambda: NOW_S)
    selection, seen, after = Selection(STAFF), [], ""
    moved = {record.identifier for record in RECORDS[::4] if record.is_listed}
    for turn in range(1000):
        part = filled.part(selection, order, limit=4, after=after)
        seen += [entry.identifier for entry in part.entries]
        if (identifier := sorted(moved, key=str)[turn % len(moved)]) and turn < 30:
            record = kept.get(identifier)
            assert record is not None
            kept.replace(replace(record, updated_s=NOW_S + 5000 + turn, version=record.version + 1))
        after = part.after
        if not after:
            break

    stayed = {record.identifier for record in RECORDS if record.is_listed} - moved
    assert sorted(str(each) for each in seen if each in stayed) == sorted(map(str, stayed))
    assert moved <= set(seen)


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param(Selection(Reader()), id="everything"),
        pytest.param(Selection(Reader(), whose=(Whose(frozenset({ALICE})),)), id="a client"),
        pytest.param(Selection(Reader(), prefixes=frozenset({"10.5072"})), id="a prefix"),
    ],
)
def test_a_page_costs_one_query_a_stream_and_one_by_cursor(
    table: str, wire: CountingWire, store: DynamoLists, selection: Selection
) -> None:
    keep(*(a_record(f"doi:10.5072/FK2{number:04d}", updated_s=NOW_S + number) for number in range(600)))

    walked = store.part(selection, Order.WALK, limit=100)
    by_cursor = len(wire.queries)
    merged = store.part(selection, Order.NEWEST, limit=100)

    assert (len(walked.entries), by_cursor) == (100, 1)
    assert (len(merged.entries), len(wire.queries) - by_cursor) == (100, 4)
    assert sum(query["Limit"] for query in wire.queries[1:]) < 200


def test_reading_stops_and_goes_on_where_what_is_wanted_lies_far_apart(
    filled: DynamoLists, wire: CountingWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_READ", 4)
    monkeypatch.setattr(lists, "_BOOST", 1)
    selection = Selection(STAFF, resource_types=frozenset({"Dataset"}), created=Span(NOW_S, NOW_S + 3))

    for order in Order:
        found = pages(filled, selection, order, 2)
        assert sorted(flat(found), key=str) == sorted(expected(RECORDS, selection), key=str)
        assert len(found) > 2
    with pytest.raises(Invalid, match="cursor"):
        filled.part(selection, Order.NEWEST, limit=1, skip=2)


def test_a_sample_is_drawn_from_the_selection(filled: DynamoLists) -> None:
    selection = Selection(Reader(), prefixes=frozenset({"10.5072"}))
    samples = [filled.sample(selection, limit=5) for _ in range(10)]

    wanted = set(expected(RECORDS, selection))
    assert all(len(set(sample)) == 5 and set(sample) <= wanted for sample in samples)
    assert len({frozenset(sample) for sample in samples}) > 1
    assert set(filled.sample(selection, limit=1000)) == wanted


def test_counts_of_several_lists_are_one_read(store: DynamoLists, wire: CountingWire) -> None:
    story = Story()
    for number, record in enumerate(RECORDS):
        fields = {name: getattr(record, name) for name in ("owner", "group", "state", "agency", "agent_role")}
        story.write(str(record.identifier), resource_type=("Dataset", "Text", "")[number % 3], **fields)
    DynamoLedger().enter(story.commits)
    kept = list(story.records.values())

    assert store.tallies([LISTED, of_owner("nobody"), of_prefix("10.5072", "bob")])[1] == Tally()
    asked = 0
    for reader in READERS:
        for states in (ALL_STATES, PUBLIC, frozenset({State.DRAFT})):
            for whose in ((), (Whose(frozenset({ALICE})),), (Whose(frozenset({BOB}), frozenset({"groupa"})),)):
                for prefixes in (None, frozenset({"10.5072"})):
                    for types in (None, frozenset({"Dataset"})):
                        selection = Selection(reader, states, whose, prefixes, types)
                        tally = count(selection, store)
                        if tally is not None:
                            asked += 1
                            assert tally.total == len(expected(kept, selection)), selection
    assert asked > 50
