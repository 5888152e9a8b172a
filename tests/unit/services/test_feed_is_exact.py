"""The feed over ports that fail: whatever is repeated, reordered or cut short, counts are exact and nobody misses a change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.ports.feed import Commit
from pidstack.services.feed import Outlets, feed
from pidstack.services.recount import recount
from tests.builders import NOW_S
from tests.commits import CrashedError, Faults, Story, batches, plans, shuffled, stories
from tests.fakes.feed import MemoryBus, MemoryLedger


class _Ledger(MemoryLedger):
    """Enters one commit at a time, so that a crash may come between any two."""

    def __init__(self, story: Story, faults: Faults) -> None:
        super().__init__(story.records.values)
        self._enter = faults.around(self._enter)  # type: ignore[method-assign]


class _Bus(MemoryBus):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    def take(self, change: object) -> None:
        self._faults.around(super().take)(change)


def run(batch: list[Commit], outlets: Outlets) -> None:
    """Do as Lambda does: come again from the first that failed, or with the whole batch after a crash, until all is done."""
    while batch:
        try:
            failed = feed(batch, outlets)
        except CrashedError:
            continue
        batch = batch[batch.index(failed) :] if failed else []


@settings(derandomize=True, deadline=None, max_examples=150)
@given(story=stories(), size=st.integers(1, 12), seed=st.integers(0, 99), plan=plans(), refusals=st.integers(0, 6))
def test_whatever_happens_counts_equal_a_recount_and_nobody_misses_a_change(
    story: Story, size: int, seed: int, plan: list[str], refusals: int
) -> None:
    faults = Faults(plan)
    ledger, bus, topic, outbox = _Ledger(story, faults), _Bus(faults), _Bus(faults), _Bus(faults)
    left = iter(range(refusals))
    for each in (bus, topic, outbox):
        each.refuse = lambda change: int(change.id, 16) % 3 == 0 and next(left, None) is not None
    outlets = Outlets(ledger, (bus, topic), outbox)

    for batch in batches(shuffled(story.commits, seed), size):
        run(batch, outlets)
        run(batch, outlets)
    for batch in batches(shuffled(story.commits, seed + 1), size):
        run(batch, outlets)

    found = recount(ledger, lambda: NOW_S, correct=False)
    assert (found.off, found.moving, found.records) == ((), 0, len(story.records))
    told = [change for commit in story.commits for change in commit.changes]
    for identifier in {change.identifier for change in told}:
        in_order = [change for change in told if change.identifier == identifier]
        assert list(ledger.of(identifier).changes) == in_order
        for each in (bus, topic, outbox):
            heard = [change for change in each.published if change.identifier == identifier]
            assert list(dict.fromkeys(heard)) == in_order
