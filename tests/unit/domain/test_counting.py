"""What a record counts for, and what a change of it adds to the counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.counting import ALL, HARVESTED, HARVESTED_DOIS, CounterKey, CounterKind, Tally, difference, keys_of
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from tests.builders import NOW_S, a_record

OWNER, GROUP = CounterKey(CounterKind.OWNER, "alice"), CounterKey(CounterKind.GROUP, "groupa")
PREFIX = CounterKey(CounterKind.PREFIX, "ark:/99999")
DAY = CounterKey(CounterKind.DAY, "2027-01-15")
HARVESTED_HERE = {HARVESTED, CounterKey(CounterKind.HARVEST_OWNER, "alice"), CounterKey(CounterKind.HARVEST_GROUP, "groupa"), DAY}
LISTED_HERE = {
    CounterKey(CounterKind.LIST, name)
    for name in ("all", "owner:alice", "group:groupa", "prefix:10.5072", "prefix:10.5072 owner:alice", "created:2027")
}
PLACE = Placement.parse("-:ark:/99999")


@pytest.mark.parametrize(
    ("written", "sets"),
    [
        pytest.param("J:10.5072:4:2011", ("J", "J:10.5072", "J:10.5072:4", "J:10.5072:4:2011"), id="journal"),
        pytest.param("B:10.5072:12:2011", ("B", "B:10.5072", "B:10.5072:12"), id="book"),
        pytest.param(
            "B:10.5072:12+7",
            ("B", "B:10.5072", "B:10.5072:12", "B:10.5072:7", "S", "S:10.5072", "S:10.5072:7"),
            id="book in a series",
        ),
    ],
)
def test_a_harvested_doi_counts_in_every_list_that_it_is_in(written: str, sets: tuple[str, ...]) -> None:
    found = keys_of(a_record("doi:10.5072/FK2A", placement=Placement.parse(written)))

    assert len(found) == len(set(found))
    of_sets = {CounterKey(CounterKind.SET, name) for name in sets}
    assert set(found) == {
        ALL,
        OWNER,
        GROUP,
        CounterKey(CounterKind.PREFIX, "doi:10.5072"),
        HARVESTED_DOIS,
        *HARVESTED_HERE,
        *of_sets,
        *LISTED_HERE,
    }


def test_a_listed_doi_counts_for_its_type_and_others_for_no_list() -> None:
    listed = keys_of(a_record("doi:10.5072/FK2A", state=State.DRAFT, resource_type="Dataset", registered_s=NOW_S - 366 * 86400))
    others = [a_record("doi:10.5072/FK2A", agency=Agency.CROSSREF), a_record("doi:10.5072/FK2A", agent_role="user"), a_record()]

    more = {CounterKey(CounterKind.LIST, name) for name in ("type:Dataset", "type:Dataset owner:alice", "registered:2026")}
    assert {key for key in listed if key.kind is CounterKind.LIST} == LISTED_HERE | more
    assert not any(key.kind is CounterKind.LIST for other in others for key in keys_of(other))


def test_a_harvested_ark_is_in_no_set_and_no_list_of_dois() -> None:
    assert set(keys_of(a_record(placement=PLACE))) == {ALL, OWNER, GROUP, PREFIX, *HARVESTED_HERE}


@pytest.mark.parametrize(
    "fields",
    [{"placement": None}, {"expires_s": NOW_S}, {"agent_role": "user"}],
    ids=["never shown", "test", "agent"],
)
def test_what_harvesters_do_not_see_counts_for_no_set_and_no_day(fields: dict[str, Any]) -> None:
    record = a_record(**{"placement": PLACE, **fields})

    assert set(keys_of(record)) == {ALL, OWNER, GROUP, PREFIX}


def test_a_new_record_is_one_more_of_its_state_everywhere() -> None:
    gains = difference(None, a_record(state=State.REGISTERED, placement=PLACE))

    assert gains == dict.fromkeys((ALL, OWNER, GROUP, PREFIX, *HARVESTED_HERE), Tally(registered=1))


def test_a_record_that_is_gone_is_one_less() -> None:
    record = a_record()

    assert difference(record, None) == {key: -gain for key, gain in difference(None, record).items()}


def test_a_move_takes_from_one_state_and_gives_to_the_other() -> None:
    old = a_record(exported=False)

    gains = difference(old, replace(old, state=State.REGISTERED))

    assert gains == dict.fromkeys((ALL, OWNER, GROUP, PREFIX), Tally(findable=-1, registered=1))


def test_a_record_that_is_handed_over_moves_from_owner_to_owner() -> None:
    old = a_record()

    gains = difference(old, replace(old, owner="bob"))

    assert gains == {OWNER: Tally(findable=-1), CounterKey(CounterKind.OWNER, "bob"): Tally(findable=1)}


def test_a_change_on_another_day_moves_the_record_in_the_calendar() -> None:
    old = a_record(placement=PLACE)

    gains = difference(old, replace(old, updated_s=NOW_S + 24 * 3600))

    assert gains == {DAY: Tally(findable=-1), CounterKey(CounterKind.DAY, "2027-01-16"): Tally(findable=1)}


@pytest.mark.parametrize("record", [None, a_record()], ids=["none", "a record"])
def test_nothing_changes_where_nothing_changed(record: Record | None) -> None:
    assert difference(record, record) == {}
