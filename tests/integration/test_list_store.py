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
# Neither is wrong with a test here: a table for all examples, and a machine that has other things to do.
CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
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


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=CHECKS)
@given(selection=SELECTIONS, order=st.sampled_from(Order), limit=st.integers(5, 70))
def test_the_pages_of_a_list_hold_each_selected_doi_once(
    filled: DynamoLists, selection: Selection, order: Order, limit: int
) -> None:
    found = flat(pages(filled, selection, order, limit))

    assert sorted(found, key=str) == sorted(expected(RECORDS, selection), key=str)
    times = [entry.updated_s for entry in found]
    assert order is Order.WALK or times == sorted(times, reverse=order is Order.NEWEST)


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=CHECKS)
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


OF_ALICE = (Whose(frozenset({ALICE})),)


@pytest.mark.parametrize(
    ("selection", "states"),
    [
        pytest.param(Selection(Reader()), 1, id="everything"),
        pytest.param(Selection(Reader(), whose=OF_ALICE), 1, id="a client"),
        pytest.param(Selection(Reader(), prefixes=frozenset({"10.5072"})), 1, id="a prefix"),
        pytest.param(Selection(READERS[2], frozenset({State.DRAFT}), OF_ALICE), 1, id="the client's own drafts"),
        pytest.param(Selection(READERS[2], whose=OF_ALICE), 3, id="a client's own"),
        pytest.param(Selection(READERS[2]), 3, id="everything, and a client's own"),
        pytest.param(Selection(STAFF), 3, id="everything, for staff"),
    ],
)
def test_a_page_costs_one_query_for_each_state_that_is_seen_and_one_by_cursor(
    wire: CountingWire, store: DynamoLists, selection: Selection, states: int
) -> None:
    keep(*(a_record(f"doi:10.5072/FK2{number:03d}", updated_s=NOW_S + number) for number in range(150)))
    keep(*(a_record(f"doi:10.5072/D{number:03d}", updated_s=NOW_S + number, state=State.DRAFT) for number in range(101)))
    keep(*(a_record(f"ark:/99999/fk4{number:03d}", updated_s=NOW_S + 1000 + number) for number in range(20)))

    walked = store.part(selection, Order.WALK, limit=100)
    by_cursor = len(wire.queries)
    merged = store.part(selection, Order.NEWEST, limit=100)

    assert (len(walked.entries), by_cursor) == (100, 1)
    assert (len(merged.entries), len(wire.queries) - by_cursor) == (100, states)
    assert sum(query["Limit"] for query in wire.queries[1:]) == states * 101


def test_what_others_keep_to_themselves_is_not_even_passed_over(wire: CountingWire, store: DynamoLists) -> None:
    hidden = {"owner": "bob", "group": "groupb", "state": State.DRAFT}
    keep(*(a_record(f"doi:10.5072/D{number:03d}", updated_s=NOW_S + number, **hidden) for number in range(30)))
    keep(a_record("doi:10.5072/FK2", updated_s=NOW_S - 1), a_record("doi:10.5072/FK3", state=State.DRAFT))
    own = READERS[2]

    for selection in (Selection(own), Selection(own, prefixes=frozenset({"10.5072"})), Selection(Reader())):
        wire.queries.clear()
        part = store.part(selection, Order.NEWEST, limit=20)
        assert len(part.entries) == (2 if selection.reader == own else 1)
        asked = {value["S"] for query in wire.queries for value in query["ExpressionAttributeValues"].values()}
        assert not {"draft", "10.5072#draft", "bob#draft"} & asked


def test_accounts_are_merged_while_they_are_few(wire: CountingWire, store: DynamoLists, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(*RECORDS)
    selection = Selection(Reader(), whose=(Whose(groups=frozenset({"groupa"})),))

    merged = store.part(selection, Order.NEWEST, limit=100)
    queries = len(wire.queries)
    monkeypatch.setattr(lists, "MOST_MERGED", 1)
    picked = store.part(selection, Order.NEWEST, limit=100)

    assert (queries, len(wire.queries) - queries) == (2, 1)
    assert picked.entries == merged.entries
    assert wire.queries[-1]["FilterExpression"] == "(#owner_group IN (:3))"


def test_a_provider_costs_a_query_a_client_and_a_few_for_the_client_that_has_most(wire: CountingWire) -> None:
    clients = [f"client{number:02d}" for number in range(30)]
    store = DynamoLists(wire, lambda: [Account(client, "groupa") for client in clients])
    keep(*(a_record(f"doi:10.5072/A{number:02d}", owner=client, updated_s=NOW_S) for number, client in enumerate(clients)))
    busy = [a_record(f"doi:10.5072/B{number:02d}", owner=clients[7], updated_s=NOW_S + 1 + number) for number in range(60)]
    keep(*busy)

    part = store.part(Selection(Reader(), whose=(Whose(groups=frozenset({"groupa"})),)), Order.NEWEST, limit=50)

    assert [entry.identifier for entry in part.entries] == [record.identifier for record in reversed(busy)][:50]
    assert len(clients) < len(wire.queries) <= len(clients) + 5


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
