"""What a record counts for, and what a change of it adds to the counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.counting import ALL, COUNTER_SHARDS, CounterKey, CounterKind, Tally, difference, keys_of, shard_of
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from tests.builders import NOW_S, a_record

OWNER, GROUP = CounterKey(CounterKind.OWNER, "alice"), CounterKey(CounterKind.GROUP, "groupa")
PREFIX = CounterKey(CounterKind.PREFIX, "ark:/99999")
SET, DAY = CounterKey(CounterKind.SET, "J:10.5072"), CounterKey(CounterKind.DAY, "2027-01-15")


def test_a_harvested_record_counts_for_everything() -> None:
    assert set(keys_of(a_record(set_spec="J:10.5072"))) == {ALL, OWNER, GROUP, PREFIX, SET, DAY}


@pytest.mark.parametrize(
    "fields",
    [{"state": State.DRAFT}, {"exported": False}, {"expires_s": NOW_S}, {"agent_role": "user"}],
    ids=["draft", "not exported", "test", "agent"],
)
def test_what_harvesters_do_not_see_counts_for_no_set_and_no_day(fields: dict[str, Any]) -> None:
    record = a_record(set_spec="J:10.5072", **fields)

    assert set(keys_of(record)) == {ALL, OWNER, GROUP, PREFIX}


def test_a_new_record_is_one_more_of_its_state_everywhere() -> None:
    gains = difference(None, a_record(state=State.REGISTERED))

    assert gains == dict.fromkeys((ALL, OWNER, GROUP, PREFIX, DAY), Tally(registered=1))


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
    old = a_record()

    gains = difference(old, replace(old, updated_s=NOW_S + 24 * 3600))

    assert gains == {DAY: Tally(findable=-1), CounterKey(CounterKind.DAY, "2027-01-16"): Tally(findable=1)}


@pytest.mark.parametrize("record", [None, a_record()], ids=["none", "a record"])
def test_nothing_changes_where_nothing_changed(record: Record | None) -> None:
    assert difference(record, record) == {}


def test_shards_take_about_the_same() -> None:
    taken = [0] * COUNTER_SHARDS
    for number in range(8000):
        taken[shard_of(Identifier(f"ark:/99999/fk4{number}"))] += 1

    assert min(taken) > 800
    assert max(taken) < 1200
