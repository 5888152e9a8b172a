"""Nothing is lost to who harvests again and again, while others write and the lists lag behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count, islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.harvest import (
    Everything,
    Header,
    OfGroup,
    OfKind,
    OfOwner,
    OfPrefix,
    OfTitle,
    OfYear,
    Selection,
    header_of,
)
from pidstack.services.harvest import DOI_KINDS
from tests.builders import NOW_S
from tests.harvesting import NO_DOI, OWNERS, PLACES, SETTLE_S, Harvester, MemoryShelves, Shelves, Writers, a_harvest
from tests.integration.lagging import LaggingShelves

DAY_S = 24 * 3600
NAMES = [f"doi:10.5072/FK2{letter}" for letter in "ABCDEFGH"]
SELECTIONS: dict[str, Selection] = {
    "everything": Everything(),
    "all DOIs": Everything(DOI_KINDS),
    "a kind": OfKind(Kind.JOURNAL),
    "series with their books": OfKind(Kind.SERIES),
    "a prefix": OfPrefix(Kind.BOOK, "10.5072"),
    "a title": OfTitle(Kind.JOURNAL, "10.5072", 1),
    "a series": OfTitle(Kind.SERIES, "10.5072", 4),
    "a year": OfYear(Kind.JOURNAL, "10.5072", 1, 2011),
    "an owner": OfOwner("alice"),
    "an owner's journals": OfOwner("alice", OfKind(Kind.JOURNAL)),
    "a group": OfGroup("groupa"),
}


@pytest.fixture
def in_memory() -> Callable[[], Shelves]:
    """Fresh shelves each time."""
    return MemoryShelves


@pytest.fixture
def on_dynamodb(table: str) -> Callable[[], Shelves]:
    """The same shelves again and again: a test begins with what others left on them, which is older than all it writes."""
    shelves = LaggingShelves()
    return lambda: shelves


def published(place: Placement) -> Callable[[Record], Record]:
    return lambda record: replace(record, state=State.FINDABLE, exported=True, placement=place)


def withdrawn(record: Record) -> Record:
    return replace(record, state=State.REGISTERED) if record.state is State.FINDABLE else record


def unexported(record: Record) -> Record:
    return replace(record, exported=False)


def handed_to(owner: str) -> Callable[[Record], Record]:
    return lambda record: replace(record, owner=owner, group=OWNERS[owner])


CHANGES = st.one_of(
    st.sampled_from([*PLACES, NO_DOI]).map(published),
    st.sampled_from([withdrawn, unexported]),
    st.sampled_from(sorted(OWNERS)).map(handed_to),
)
# A change is kept within 20 s of its stamp, and shown within 10 s more: together what the watermark waits for.
Write = tuple[str, Callable[[Record], Record], int, int, int]
WRITES = st.tuples(st.sampled_from(NAMES), CHANGES, st.integers(0, 20), st.integers(0, SETTLE_S - 20), st.integers(0, 12))


@pytest.mark.parametrize(("shelves", "examples"), [("in_memory", 400), ("on_dynamodb", 25)])
def test_who_harvests_since_the_last_list_gets_every_change_and_none_twice(
    shelves: str, examples: int, request: pytest.FixtureRequest
) -> None:
    make: Callable[[], Shelves] = request.getfixturevalue(shelves)
    days = count()

    @settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        name=st.sampled_from(sorted(SELECTIONS)),
        rounds=st.lists(st.lists(WRITES, max_size=12), min_size=1, max_size=5),
        limit=st.integers(1, 4),
    )
    def run(name: str, rounds: list[list[Write]], limit: int) -> None:
        kept = make()
        writers = Writers(kept, NOW_S + next(days) * DAY_S)
        harvester = Harvester(a_harvest(kept.harvest, writers.clock), SELECTIONS[name], limit)
        for writes in rounds:
            coming = iter(writes)
            watermark = harvester.run(partial(some_are_written, writers, coming))
            check_nothing_is_missing(writers, harvester, watermark)
            some_are_written(writers, coming)
        writers.pass_s(2 * SETTLE_S)
        watermark = harvester.run(lambda: None)
        check_nothing_is_missing(writers, harvester, watermark)
        for given_once in harvester.lists:
            assert len(given_once) == len(set(given_once)), "a version was given twice in one list"

    run()


def some_are_written(writers: Writers, coming: Iterator[Write]) -> None:
    for name, change, kept_after_s, shown_after_s, then_s in islice(coming, 3):
        writers.write(name, change, kept_after_s=kept_after_s, shown_after_s=shown_after_s)
        writers.pass_s(then_s)


def check_nothing_is_missing(writers: Writers, harvester: Harvester, watermark: int) -> None:
    """What was changed last up to the watermark is in the copy as it is; what is younger may be."""
    for record in writers.records.values():
        header = header_of(record)
        if header is not None and harvester.selection.holds(header) and record.updated_s <= watermark:
            assert harvester.copy.get(record.identifier) == (header, record.version)


def test_a_change_that_is_shown_as_late_as_may_be_is_not_lost() -> None:
    shelves = MemoryShelves()
    writers = Writers(shelves)
    harvester = Harvester(a_harvest(shelves.harvest, writers.clock), Everything(), 10)
    writers.write(NAMES[0], published(PLACES[0]), kept_after_s=20, shown_after_s=SETTLE_S - 20)

    seen = []
    for _ in range(2 * SETTLE_S):
        harvester.run(lambda: None)
        seen.append(len(harvester.lists[-1]))
        writers.pass_s(1)

    assert sum(map(bool, seen)) >= 1
    assert list(harvester.copy) == [writers.records[next(iter(writers.records))].identifier]


def test_a_change_that_is_shown_later_than_may_be_is_lost_so_the_check_can_fail() -> None:
    shelves = MemoryShelves()
    writers = Writers(shelves)
    harvester = Harvester(a_harvest(shelves.harvest, writers.clock), Everything(), 10)
    writers.write(NAMES[0], published(PLACES[0]), kept_after_s=20, shown_after_s=SETTLE_S)

    for _ in range(3 * SETTLE_S):
        harvester.run(lambda: None)
        writers.pass_s(1)

    assert harvester.copy == {}


def test_the_last_record_of_a_list_is_given_though_it_was_changed_before_its_page_came() -> None:
    shelves = MemoryShelves()
    writers = Writers(shelves)
    for name in NAMES[:2]:
        writers.write(name, published(PLACES[0]))
    writers.pass_s(SETTLE_S)
    harvester = Harvester(a_harvest(shelves.harvest, writers.clock), Everything(), 1)

    harvester.run(lambda: writers.write(NAMES[1], withdrawn))

    first, second = harvester.lists[0]
    assert (first[0].name, first[1]) == (NAMES[0], 1)
    assert (second[0].name, second[1]) == (NAMES[1], 2)
    header: Header = harvester.copy[second[0]][0]
    assert header.withheld
