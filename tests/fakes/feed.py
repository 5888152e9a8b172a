"""History, counters, bus and outbox in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pidstack.domain.change import Change
from pidstack.domain.counting import CounterKey, CounterKind, Tally, difference
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.feed import LAST_NAME, Commit, Failure, Found, HistoryPage, Share


class MemoryLedger:
    """`pidstack.ports.feed.Ledger`, `History` and `CounterKeeper` in memory.

    Args:
        records: tells what the table holds when it is surveyed.
    Attributes:
        refuse: tells which commits cannot be entered just now.
    """

    def __init__(self, records: Callable[[], Iterable[Record]] = tuple) -> None:
        self._records = records
        self._entries: dict[str, tuple[str, Change]] = {}
        self._tokens: set[tuple[Identifier, str]] = set()
        self.counts: dict[tuple[CounterKey, int], Tally] = {}
        self.refuse: Callable[[Commit], bool] = lambda _: False

    def enter(self, commits: Sequence[Commit]) -> list[Commit]:
        missed = []
        for commit in commits:
            if self.refuse(commit):
                missed.append(commit)
            elif commit.changes[0].id not in self._entries:
                self._enter(commit)
        return missed

    def of(
        self, identifier: Identifier, *, limit: int = 100, after: str = "", newest_first: bool = False, values: bool = False
    ) -> HistoryPage:
        mine = [entry for entry in self._entries.values() if entry[1].identifier == identifier]
        mine.sort(key=lambda entry: entry[0], reverse=newest_first)
        left = [(key, change) for key, change in mine if not after or (key < after if newest_first else key > after)]
        page = left[:limit]
        changes = tuple(change if values else replace(change, alterations=()) for _, change in page)
        return HistoryPage(changes, tuple(key for key, _ in page), page[-1][0] if len(left) > limit else "")

    def at(self, identifier: Identifier, key: str) -> Change | None:
        return next((each for kept, each in self._entries.values() if (each.identifier, kept) == (identifier, key)), None)

    def tally(self, key: CounterKey) -> Tally:
        return sum((tally for (kept, _), tally in self.counts.items() if kept == key), Tally())

    def tallies(self, kind: CounterKind, *, first: str = "", last: str = LAST_NAME) -> dict[str, Tally]:
        names = sorted({key.name for key, _ in self.counts if key.kind is kind and first <= key.name <= last})
        sums = {name: self.tally(CounterKey(kind, name)) for name in names}
        return {name: tally for name, tally in sums.items() if tally}

    def survey(self) -> Iterator[Found | Share]:
        for record in self._records():
            yield Found(record, (record.identifier, record.token) in self._tokens)
        for (key, shard), tally in self.counts.items():
            yield Share(key, shard, tally)

    def correct(self, by: Share) -> None:
        self._add(by.key, by.shard, by.tally)

    def _enter(self, commit: Commit) -> None:
        for number, change in enumerate(commit.changes):
            self._entries[change.id] = (f"{change.at_s:011d}#{commit.position:0>40}#{number}", change)
        if commit.new is not None:
            self._tokens.add((commit.identifier, commit.new.token))
        for key, gain in difference(commit.old, commit.new).items():
            self._add(key, len(self._entries) % 3, gain)

    def _add(self, key: CounterKey, shard: int, gain: Tally) -> None:
        self.counts[key, shard] = self.counts.get((key, shard), Tally()) + gain


class MemoryBus:
    """`pidstack.ports.feed.Bus` and `Outbox` in memory.

    Attributes:
        published: all changes handed on, repeats included, in order.
        refuse: tells which changes cannot be handed on just now.
    """

    def __init__(self) -> None:
        self.published: list[Change] = []
        self.refuse: Callable[[Change], bool] = lambda _: False

    def publish(self, changes: Sequence[Change]) -> list[Failure]:
        failures: list[Failure] = []
        stopped: set[Identifier] = set()
        for change in changes:
            if change.identifier in stopped or self.refuse(change):
                stopped.add(change.identifier)
                failures.append(Failure(change, "refused"))
            else:
                self.take(change)
        return failures

    def take(self, change: Change) -> None:
        """Hand one change on."""
        self.published.append(change)

    enqueue = publish
