"""A recount: what it finds off, what it leaves alone, what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pidstack.domain.counting import ALL, CounterKey, CounterKind, Tally
from pidstack.domain.record import Record
from pidstack.ports.feed import Found, Share
from pidstack.services.recount import NEVER_ENTERED_AFTER_S, USUALLY_ENTERED_WITHIN_S, recount
from tests.builders import NOW_S, a_record
from tests.commits import a_commit
from tests.fakes.feed import MemoryLedger

RECORD = replace(a_record(), token="1")


class Table(MemoryLedger):
    """A table with records, of which a test says which are entered; `meanwhile` happens between two surveys."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)
        super().__init__(lambda: self.records)
        self.surveys = 0

    def survey(self) -> Iterator[Found | Share]:
        self.surveys += 1
        if self.surveys > 1:
            self.meanwhile()
        yield from super().survey()

    def meanwhile(self) -> object:
        """Nothing."""
        return None


@pytest.fixture
def table() -> Table:
    table = Table(RECORD)
    table.enter([a_commit(None, RECORD)])
    return table


def test_right_counts_are_found_right_in_one_survey(table: Table) -> None:
    result = recount(table, lambda: NOW_S, correct=True)

    assert (result.records, result.off, result.moving, result.is_corrected) == (1, (), 0, False)
    assert table.surveys == 1


def test_what_is_off_is_named_and_stays_without_a_word(table: Table) -> None:
    table.correct(Share(ALL, 3, Tally(findable=2)))

    result = recount(table, lambda: NOW_S, correct=False)

    assert [(str(each.key), each.kept, each.counted) for each in result.off] == [("all", Tally(findable=3), Tally(findable=1))]
    assert not result.is_corrected
    assert table.tally(ALL) == Tally(findable=3)


def test_what_is_off_is_corrected(table: Table) -> None:
    table.correct(Share(ALL, 3, Tally(findable=2)))
    table.correct(Share(CounterKey(CounterKind.SET, "J:1"), 0, Tally(draft=-1)))

    result = recount(table, lambda: NOW_S, correct=True)

    assert (len(result.off), result.is_corrected) == (2, True)
    assert table.tally(ALL) == Tally(findable=1)
    assert table.tallies(CounterKind.SET) == {}


def test_counts_of_records_older_than_the_feed_are_made() -> None:
    table = Table(RECORD)

    result = recount(table, lambda: NOW_S + NEVER_ENTERED_AFTER_S + 1, correct=True)

    assert (result.forgotten, result.waiting, result.is_corrected) == (1, 0, True)
    assert table.tally(CounterKey(CounterKind.OWNER, "alice")) == Tally(findable=1)


def test_nothing_is_corrected_while_the_feed_is_behind() -> None:
    table = Table(RECORD)

    result = recount(table, lambda: NOW_S + USUALLY_ENTERED_WITHIN_S + 1, correct=True)

    assert (result.waiting, result.is_corrected, table.counts) == (1, False, {})
    assert result.off


def test_what_the_feed_catches_up_with_meanwhile_is_not_off() -> None:
    table = Table(RECORD)
    table.meanwhile = lambda: table.enter([a_commit(None, RECORD)])  # type: ignore[method-assign]

    result = recount(table, lambda: NOW_S + 1, correct=True)

    assert (result.off, result.moving) == ((), 0)
    assert table.tally(ALL) == Tally(findable=1)


def test_what_is_off_by_another_number_the_second_time_is_moving(table: Table) -> None:
    table.correct(Share(ALL, 0, Tally(findable=1)))
    table.meanwhile = lambda: table.correct(Share(ALL, 0, Tally(findable=1)))  # type: ignore[method-assign]

    result = recount(table, lambda: NOW_S, correct=True)

    assert (result.off, result.moving) == ((), 1)
    assert table.tally(ALL) == Tally(findable=3)


def test_a_correction_is_right_whatever_the_feed_adds_meanwhile(table: Table) -> None:
    table.correct(Share(ALL, 3, Tally(findable=2)))
    other = replace(a_record("ark:/99999/fk4b"), token="2")

    def also_feed(by: Share) -> None:
        if table.records == [RECORD]:
            table.records.append(other)
            table.enter([a_commit(None, other)])
        MemoryLedger.correct(table, by)

    table.correct = also_feed  # type: ignore[method-assign]

    assert recount(table, lambda: NOW_S, correct=True).is_corrected
    assert table.tally(ALL) == Tally(findable=2)
    assert recount(table, lambda: NOW_S, correct=False).off == ()
