"""A registry in which writers are at work while somebody harvests it; its lists lag behind what is written, as indexes do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Any, Protocol

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.harvest import HarvestStore, Header, Position, Selection, Window
from pidstack.services.harvest import Ask, Harvest
from tests.builders import NOW_S, a_record
from tests.fakes.feed import MemoryLedger
from tests.fakes.harvest import MemoryHarvest
from tests.fakes.publications import MemoryPublications

SETTLE_S = 30
PLACES = (
    Placement(Kind.JOURNAL, "10.5072", 1, year=2011),
    Placement(Kind.JOURNAL, "10.5072", 1, year=2012),
    Placement(Kind.JOURNAL, "10.5072", 2, year=2011),
    Placement(Kind.JOURNAL, "10.6000", 1),
    Placement(Kind.BOOK, "10.5072", 3),
    Placement(Kind.BOOK, "10.5072", 5, series=4),
    Placement(Kind.SERIES, "10.5072", 4),
)
OWNERS = {"alice": "groupa", "aaron": "groupa", "bob": "groupb"}
NO_DOI = Placement(Kind.NONE, "ark:/99999")


def a_placed_record(name: str, placement: Placement | None, owner: str = "alice", **fields: Any) -> Record:
    """A record that harvesters see, if it has a placement."""
    return a_record(name, placement=placement, owner=owner, group=OWNERS[owner], **fields)


def a_harvest(store: HarvestStore, clock: Callable[[], int], settle_s: int = SETTLE_S, **fields: Any) -> Harvest:
    """The use case over a store."""
    usual: dict[str, Any] = {"counters": MemoryLedger(), "publications": MemoryPublications(), "members_of": members_of}
    return Harvest(store, clock=clock, settle_s=settle_s, **{**usual, **fields})


def members_of(group: str) -> tuple[str, ...]:
    return tuple(owner for owner, its in OWNERS.items() if its == group)


class Shelves(Protocol):
    """What keeps records, and shows them to harvesters only when told to."""

    harvest: HarvestStore

    def keep(self, record: Record) -> None: ...

    def show(self, record: Record) -> None: ...


class MemoryShelves:
    """In dicts."""

    def __init__(self) -> None:
        self._kept: dict[Identifier, Record] = {}
        self._shown: dict[Identifier, Record] = {}
        self.harvest: HarvestStore = MemoryHarvest(self._kept.values, self._shown.values)

    def keep(self, record: Record) -> None:
        self._kept[record.identifier] = record

    def show(self, record: Record) -> None:
        self._shown[record.identifier] = record


@dataclass(slots=True)
class Writers:
    """Time, and changes on their way: each is stamped, then kept, then shown in the lists, some seconds apart.

    Attributes:
        records: what is kept, as writers read it.
    """

    shelves: Shelves
    now_s: int = NOW_S
    records: dict[Identifier, Record] = field(default_factory=dict)
    _waiting: list[tuple[int, int, str, Record]] = field(default_factory=list)
    _busy: set[Identifier] = field(default_factory=set)
    _shown: dict[Identifier, int] = field(default_factory=dict)
    _count: int = 0

    def clock(self) -> int:
        return self.now_s

    def write(self, name: str, change: Callable[[Record], Record], *, kept_after_s: int = 0, shown_after_s: int = 0) -> None:
        """Begin a change of a record, which may be a new one; none while another change of it is on its way."""
        identifier = Identifier(name)
        if identifier in self._busy:
            return
        old = self.records.get(identifier)
        blank = a_placed_record(name, None, version=0, created_s=self.now_s, state=State.DRAFT)
        new = change(replace(old or blank, updated_s=self.now_s, version=(old or blank).version + 1))
        self._busy.add(identifier)
        self._wait(kept_after_s, "keep", new)
        self._wait(kept_after_s + shown_after_s, "show", new)
        self.pass_s(0)

    def pass_s(self, seconds: int) -> None:
        """Let time go on, and do what is due meanwhile."""
        end = self.now_s + seconds
        while self._waiting and self._waiting[0][0] <= end:
            self.now_s, _, step, record = heappop(self._waiting)
            if step == "keep":
                self.records[record.identifier] = record
                self._busy.remove(record.identifier)
                self.shelves.keep(record)
            elif self._shown.get(record.identifier, 0) < record.version:  # an index never goes back
                self._shown[record.identifier] = record.version
                self.shelves.show(record)
        self.now_s = end

    def _wait(self, seconds: int, step: str, record: Record) -> None:
        self._count += 1
        heappush(self._waiting, (self.now_s + seconds, self._count, step, record))


@dataclass(slots=True)
class Harvester:
    """Somebody who keeps a copy of a selection, list by list.

    Attributes:
        copy: the newest that it was given of each record.
        lists: for each list, what was given, in order.
    """

    harvest: Harvest
    selection: Selection
    limit: int
    copy: dict[Identifier, tuple[Header, int]] = field(default_factory=dict)
    lists: list[list[tuple[Identifier, int]]] = field(default_factory=list)
    since_s: int | None = None

    def run(self, meanwhile: Callable[[], None]) -> int:
        """Harvest what is new since the list before, page by page, and give the watermark of this one."""
        watermark = self.harvest.watermark()
        window = self.harvest.window(self.since_s, None, watermark)
        given: list[tuple[Identifier, int]] = []
        start: Position | None = None
        while True:
            page = self.page(window, start)
            assert len(page.records) <= self.limit
            assert page.records or start is None, "only a first page may be empty"
            for header, record in page.records:
                assert self.selection.holds(header)
                self.copy[record.identifier] = (header, record.version)
                given.append((record.identifier, record.version))
            meanwhile()
            if page.following is None:
                break
            start = page.following
        self.lists.append(given)
        self.since_s = watermark
        return watermark

    def page(self, window: Window, start: Position | None) -> Page:
        """Ask for one page."""
        page = Page()
        page.following = self.harvest.records(Ask(self.selection, window, self.limit, start), page.take)
        return page


@dataclass(slots=True)
class Page:
    """What came of a page."""

    records: list[tuple[Header, Record]] = field(default_factory=list)
    following: Position | None = None

    def take(self, header: Header, record: Record) -> bool:
        self.records.append((header, record))
        return True
