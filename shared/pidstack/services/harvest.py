"""Read the registry as harvesters do: page by page, a set or all, within a span of time, missing nothing.

A list ends at the watermark: it serves what was last changed up to then, and nothing younger. A change is stamped with the time at
which its request came, is written while that function may run, and comes into the indexes a moment later; the watermark lies far
enough behind the clock that all of this is over. So what has a datestamp up to it is there to be found, and who asks again `from`
the watermark of the last list misses nothing. A record that is changed while a list is read leaves it, and comes with the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pidstack.domain.counting import HARVESTED, HARVESTED_DOIS, CounterKey, CounterKind
from pidstack.domain.placement import Kind
from pidstack.domain.record import Record
from pidstack.ports.clock import Clock
from pidstack.ports.feed import Counters
from pidstack.ports.harvest import (
    Everything,
    HarvestStore,
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
)
from pidstack.ports.publications import Publications

DOI_KINDS = (Kind.JOURNAL, Kind.BOOK, Kind.SERIES)
_READ_AT_ONCE = 100
_MOST_REMEMBERED = 10_000


def everybody_may_see(_: Header) -> bool:
    """Leave no header out."""
    return True


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page is asked for.

    Attributes:
        window: as `Harvest.window` gave it for the first page; the same for all pages of a list.
        limit: the most entries of a page, from 1.
        start: what the page before gave for the next; None begins the list.
        may_see: leaves out headers that it is false for.
    """

    selection: Selection
    window: Window
    limit: int
    start: Position | None = None
    may_see: Callable[[Header], bool] = everybody_may_see


@dataclass(frozen=True, slots=True)
class Harvest:
    """The use case.

    Attributes:
        members_of: names the accounts of a group.
        settle_s: seconds within which a change has come into the indexes, counted from the time it is stamped with.
    """

    store: HarvestStore
    counters: Counters
    publications: Publications
    members_of: Callable[[str], Sequence[str]]
    clock: Clock
    settle_s: int
    _series: dict[tuple[str, int], int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def watermark(self) -> int:
        """Tell, in Unix seconds, up to when everything can be served; lists that begin now say that they are of this time."""
        return self.clock() - self.settle_s

    def window(self, from_s: int | None, until_s: int | None, watermark_s: int) -> Window:
        """Give the span that a list serves: as asked for, but no further than the watermark. It may be empty."""
        return Window(max(0, from_s or 0), watermark_s if until_s is None else min(until_s, watermark_s))

    def earliest(self) -> int:
        """Give a time before which no record was changed last: the start of a day, in Unix seconds."""
        found = self.store.earliest()
        # Counts follow the records by some seconds, between which it may become midnight.
        return found if found is not None else _start_of_day(self.watermark() - 24 * 3600)

    def size(self, selection: Selection) -> int | None:
        """Count the records of a whole list, all times, if that is known without reading it. One batched read.

        Counts follow the records by some seconds.
        """
        key = _counter(selection)
        if key is None:
            return None
        tally = self.counters.tally(key)
        return tally.findable + tally.registered

    def headers(self, ask: Ask) -> tuple[list[Header], Position | None]:
        """Give the headers of a page, and where the next begins; None if this is the last.

        A first page is empty if nothing is selected. A later one is so only if the last that was left to give is not to be had
        any more.
        """
        if ask.window.from_s > ask.window.until_s:
            return [], None
        headers, following = self.store.headers(self._found(ask.selection), ask.window, ask.start, ask.limit, ask.may_see)
        if not headers and ask.start is not None:
            return [header for header, _ in self._promised(ask)], None
        return headers, following

    def records(self, ask: Ask, take: Callable[[Header, Record], bool], forms: Sequence[str] = ()) -> Position | None:
        """Hand the records of a page on, one by one, and give where the next page begins; None if this is the last.

        Pages are empty as those of `headers` are.

        Args:
            take: gets each record; false means that the page is full, and this record is the first of the next page. It has to take
                the first.
            forms: names of the kept forms of descriptions that it may want.
        """
        if ask.window.from_s > ask.window.until_s:
            return None
        ask = replace(ask, selection=self._found(ask.selection))
        start, taken = ask.start, 0
        while True:
            headers, following = self.store.headers(ask.selection, ask.window, start, ask.limit, ask.may_see)
            for header, record in self._read(headers, ask, forms):
                if not take(header, record):
                    return header.position
                taken += 1
            if taken or following is None:
                break
            start = following
        if not taken and ask.start is not None:
            for header, record in self._promised(ask):
                take(header, record)
        return following

    def _read(self, headers: Sequence[Header], ask: Ask, forms: Sequence[str]) -> Iterator[tuple[Header, Record]]:
        """Read the records of headers, no more than are needed; those that were changed since come with the next list."""
        for start in range(0, len(headers), _READ_AT_ONCE):
            for listed, header, record in self.store.records(headers[start : start + _READ_AT_ONCE], forms):
                is_listed = header is listed or (ask.selection.holds(header) and ask.may_see(header))
                if is_listed and header.datestamp_s <= ask.window.until_s:
                    yield header, record

    def _promised(self, ask: Ask) -> list[tuple[Header, Record]]:
        """Give the record that the page before saw as the next, though it was changed since and all behind it as well.

        It comes again with the next list; but a page that was promised is not to be empty.
        """
        found = self.store.record_at(ask.start) if ask.start else None
        return [found] if found is not None and ask.may_see(found[0]) else []

    def _found(self, selection: Selection) -> Selection:
        """Look up what the store needs to know of a set beside its name."""
        match selection:
            case OfTitle(Kind.BOOK, prefix, number):
                return replace(selection, series=self._series_of(prefix, number))
            case OfGroup(group):
                return replace(selection, owners=tuple(sorted(self.members_of(group))))
            case _:
                return selection

    def _series_of(self, prefix: str, number: int) -> int:
        """Give the series that a book is in, or 0; looked up once, as a book never leaves its series, nor comes into one."""
        known = self._series.get((prefix, number))
        if known is not None:
            return known
        book = self.publications.publication(Kind.BOOK, prefix, number)
        if book is None:
            return 0
        if len(self._series) >= _MOST_REMEMBERED:
            self._series.clear()
        return self._series.setdefault((prefix, number), book.series)


def _counter(selection: Selection) -> CounterKey | None:
    match selection:
        case Everything(kinds) if set(kinds) == set(Kind):
            return HARVESTED
        case Everything(kinds) if set(kinds) == set(DOI_KINDS):
            return HARVESTED_DOIS
        case OfOwner(owner, Everything(kinds)) if set(kinds) == set(Kind):
            return CounterKey(CounterKind.HARVEST_OWNER, owner)
        case OfGroup(group, Everything(kinds)) if set(kinds) == set(Kind):
            return CounterKey(CounterKind.HARVEST_GROUP, group)
        case OfKind(Kind.NONE) | OfPrefix(Kind.NONE):
            return None
        case OfKind(kind):
            return CounterKey(CounterKind.SET, f"{kind}")
        case OfPrefix(kind, prefix):
            return CounterKey(CounterKind.SET, f"{kind}:{prefix}")
        case OfTitle(kind, prefix, number):
            return CounterKey(CounterKind.SET, f"{kind}:{prefix}:{number}")
        case OfYear(kind, prefix, number, year):
            return CounterKey(CounterKind.SET, f"{kind}:{prefix}:{number}:{year:04d}")
        case _:
            return None


def _start_of_day(moment_s: int) -> int:
    return int(datetime.fromtimestamp(moment_s, UTC).replace(hour=0, minute=0, second=0).timestamp())
