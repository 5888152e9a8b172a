"""Handing commits on: everything gets everywhere, in order, however often the way breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from pidstack.domain.change import Change, changes_between
from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.feed import Commit, Failure
from pidstack.services.feed import Outlets, feed
from tests.builders import NOW_S, a_record
from tests.fakes.feed import MemoryBus, MemoryLedger

NAMES = ("ark:/99999/fk4a", "ark:/99999/fk4b", "ark:/99999/fk4c")


def life_of(name: str) -> list[Record | None]:
    first = a_record(name, state=State.DRAFT, token=f"{name} 1")
    return [
        None,
        first,
        replace(first, state=State.FINDABLE, version=2, token=f"{name} 2"),
        replace(first, state=State.FINDABLE, target="https://example.org/", version=3, token=f"{name} 3"),
    ]


def a_batch() -> list[Commit]:
    """The lives of three identifiers, one step of each in turn."""
    steps = [step for lived in zip(*(pairwise(life_of(name)) for name in NAMES), strict=True) for step in lived]
    return [
        Commit(str(number), old, new, tuple(changes_between(old, new, by="alice", via="ezid", at_s=NOW_S)))
        for number, (old, new) in enumerate(steps)
    ]


class Ways:
    """All outlets, in memory."""

    def __init__(self) -> None:
        self.ledger, self.bus, self.topic, self.outbox = MemoryLedger(), MemoryBus(), MemoryBus(), MemoryBus()
        self.outlets = Outlets(self.ledger, (self.bus, self.topic), self.outbox)

    @property
    def told(self) -> list[MemoryBus]:
        return [self.bus, self.topic, self.outbox]


@pytest.fixture
def ways() -> Ways:
    return Ways()


def feed_until_done(commits: Sequence[Commit], ways: Ways) -> None:
    """Feed as Lambda does: again from the first that failed, and all of it again after a crash."""
    left = list(commits)
    for _ in range(50):
        try:
            failed = feed(left, ways.outlets)
        except Killed:
            continue
        if failed is None:
            return
        left = left[left.index(failed) :]
    pytest.fail("it never got through")


def require_complete(ways: Ways, commits: Sequence[Commit]) -> None:
    """Every outlet has every change, the first telling of each in order; the books hold each once."""
    for bus in ways.told:
        for name in NAMES:
            expected = [change for commit in commits for change in commit.changes if str(change.identifier) == name]
            mine = [change for change in bus.published if str(change.identifier) == name]
            assert list(dict.fromkeys(mine)) == expected
    for commit in commits:
        page = ways.ledger.of(commit.identifier)
        assert sorted(change.version for change in page.changes) == [1, 2, 3]
    assert ways.ledger.tally(CounterKey(CounterKind.OWNER, "alice")) == Tally(findable=3)


class Killed(Exception):
    """The process ended here."""


def test_a_batch_gets_everywhere_in_order(ways: Ways) -> None:
    commits = a_batch()

    assert feed(commits, ways.outlets) is None

    require_complete(ways, commits)
    assert all(len(bus.published) == 9 for bus in ways.told)


def test_an_empty_batch_asks_nobody(ways: Ways) -> None:
    def never(*_: object) -> Any:
        pytest.fail("asked")

    for outlet in (ways.ledger, *ways.told):
        vars(outlet).update(enter=never, publish=never, enqueue=never)

    assert feed([], ways.outlets) is None


def test_a_batch_that_is_fed_twice_is_entered_once_and_told_with_the_same_ids(ways: Ways) -> None:
    commits = a_batch()

    assert feed(commits, ways.outlets) is None
    assert feed(commits, ways.outlets) is None

    require_complete(ways, commits)
    assert all(len(bus.published) == 18 and len({change.id for change in bus.published}) == 9 for bus in ways.told)


@pytest.mark.parametrize("broken", ["bus", "topic", "outbox"])
def test_an_entry_that_is_refused_makes_the_batch_come_again_from_there(ways: Ways, broken: str) -> None:
    commits = a_batch()
    getattr(ways, broken).refuse = lambda change: change == commits[4].changes[0]

    assert feed(commits, ways.outlets) == commits[4]

    getattr(ways, broken).refuse = lambda _: False
    feed_until_done(commits[4:], ways)
    require_complete(ways, commits)


def test_what_comes_after_a_refused_entry_is_not_told_to_later_outlets(ways: Ways) -> None:
    commits = a_batch()
    ways.bus.refuse = lambda change: change == commits[4].changes[0]

    feed(commits, ways.outlets)

    before = [change for commit in commits[:4] for change in commit.changes]
    assert ways.topic.published == ways.outbox.published == before


def test_what_cannot_be_entered_is_not_told(ways: Ways) -> None:
    commits = a_batch()
    ways.ledger.refuse = lambda commit: commit.position == "2"

    assert feed(commits, ways.outlets) == commits[2]

    assert [change for bus in ways.told for change in bus.published] == [*commits[0].changes, *commits[1].changes] * 3
    ways.ledger.refuse = lambda _: False
    feed_until_done(commits[2:], ways)
    require_complete(ways, commits)


@pytest.mark.parametrize("step", ["ledger", "bus", "topic", "outbox"])
@pytest.mark.parametrize("when", ["before", "after", "halfway"])
def test_a_publisher_that_is_killed_loses_nothing(ways: Ways, step: str, when: str) -> None:
    commits = a_batch()
    _kill_once(getattr(ways, step), when)

    feed_until_done(commits, ways)

    require_complete(ways, commits)


def _kill_once(outlet: Any, when: str) -> None:
    name = "enter" if hasattr(outlet, "enter") else "publish"
    work: Callable[[Any, Sequence[Any]], list[Any]] = getattr(type(outlet), name)
    killed: list[bool] = []

    def work_and_die(things: Sequence[Any]) -> list[Any]:
        if killed:
            return work(outlet, things)
        killed.append(True)
        done = {"before": 0, "halfway": len(things) // 2, "after": len(things)}[when]
        work(outlet, things[:done])
        raise Killed

    for alias in (name, "enqueue") if name == "publish" else (name,):
        setattr(outlet, alias, work_and_die)


def test_one_commit_with_two_changes_counts_as_failed_if_either_is(ways: Ways) -> None:
    old = a_record(expires_s=NOW_S, token="1")
    heir = a_record(owner="bob", token="2")
    told: list[Change] = changes_between(old, heir, by="bob", via="ez", at_s=NOW_S)
    commit = Commit("1", old, heir, tuple(told))
    ways.bus.publish = lambda changes: [Failure(changes[1], "no")]  # type: ignore[method-assign]

    assert feed([commit], ways.outlets) == commit
