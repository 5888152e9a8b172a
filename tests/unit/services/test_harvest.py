"""Lists as harvesters get them: page by page, up to the watermark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement, WantedPlace
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
    Window,
)
from pidstack.services.harvest import DOI_KINDS, Ask, Harvest
from tests.builders import NOW_S
from tests.fakes.feed import MemoryLedger
from tests.fakes.harvest import MemoryHarvest
from tests.fakes.publications import MemoryPublications
from tests.harvesting import PLACES, SETTLE_S, Page, a_harvest, a_placed_record

JOURNAL = PLACES[0]
ALWAYS = Window(0, NOW_S)


class Shelf:
    """Records in memory, and a harvest over them."""

    def __init__(self, count: int = 0, **fields: Any) -> None:
        records = [
            a_placed_record(f"doi:10.5072/FK2{number:03d}", JOURNAL, updated_s=NOW_S - 1000 + number) for number in range(count)
        ]
        self.records = {record.identifier: record for record in records}
        self.indexed: dict[Identifier, Record] | None = None
        self.store = MemoryHarvest(self.records.values, lambda: (self.indexed or self.records).values())
        self.harvest = a_harvest(self.store, lambda: NOW_S, **fields)

    def change(self, number: int, **fields: Any) -> None:
        """Change a record; the lists have not heard of it."""
        self.indexed = self.indexed or dict(self.records)
        name = Identifier(f"doi:10.5072/FK2{number:03d}")
        self.records[name] = replace(self.records[name], **fields)


def the_page(harvest: Harvest, ask: Ask, take: Callable[[Page, Header, Record], bool] = Page.take) -> Page:
    page = Page()
    page.following = harvest.records(ask, lambda header, record: take(page, header, record))
    return page


def numbers(page: Page) -> list[int]:
    return [int(record.identifier.name[-3:]) for _, record in page.records]


def test_a_list_ends_at_the_watermark() -> None:
    harvest = Shelf().harvest

    watermark = harvest.watermark()

    assert watermark == NOW_S - SETTLE_S
    assert harvest.window(None, None, watermark) == Window(0, watermark)
    assert harvest.window(5, NOW_S + 99, watermark) == Window(5, watermark)
    assert harvest.window(5, 9, watermark) == Window(5, 9)


def test_a_window_behind_the_watermark_gives_nothing() -> None:
    shelf = Shelf(3)
    ask = Ask(Everything(), shelf.harvest.window(NOW_S, NOW_S, NOW_S - SETTLE_S), 10)

    assert shelf.harvest.headers(ask) == ([], None)
    assert the_page(shelf.harvest, ask) == Page()


def test_a_page_has_no_more_than_its_limit_and_the_next_goes_on() -> None:
    shelf = Shelf(5)
    first = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 3))

    second = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 3, first.following))

    assert (numbers(first), numbers(second)) == ([0, 1, 2], [3, 4])
    assert second.following is None


def test_a_list_that_fits_has_no_next_page() -> None:
    shelf = Shelf(3)

    page = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 3))
    headers, following = shelf.harvest.headers(Ask(Everything(), ALWAYS, 3))

    assert page.following is None
    assert following is None
    assert headers == [header for header, _ in page.records]


def test_a_record_that_does_not_fit_is_the_first_of_the_next_page() -> None:
    shelf = Shelf(5)

    def two_fit(page: Page, header: Header, record: Record) -> bool:
        return len(page.records) < 2 and page.take(header, record)

    first = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 5), two_fit)
    second = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 5, first.following), two_fit)

    assert (numbers(first), numbers(second)) == ([0, 1], [2, 3])


def test_no_more_bodies_are_read_than_a_full_page_needs() -> None:
    shelf = Shelf(250)

    the_page(shelf.harvest, Ask(Everything(), ALWAYS, 250), lambda page, *record: not page.records and page.take(*record))

    assert shelf.store.reads == 100


def test_a_record_that_was_changed_since_comes_with_the_next_list() -> None:
    shelf = Shelf(3)
    shelf.change(1, updated_s=NOW_S + 1, version=2)

    page = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 3))

    assert numbers(page) == [0, 2]


def test_a_record_that_left_the_selection_is_not_given() -> None:
    shelf = Shelf(3)
    shelf.change(1, updated_s=NOW_S - 1, placement=PLACES[2])

    page = the_page(shelf.harvest, Ask(OfTitle(Kind.JOURNAL, "10.5072", 1), ALWAYS, 3))

    assert numbers(page) == [0, 2]


def test_a_page_all_of_whose_records_were_changed_is_filled_from_behind_them() -> None:
    shelf = Shelf(4)
    for number in (0, 1):
        shelf.change(number, updated_s=NOW_S + 1)

    page = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 2))

    assert numbers(page) == [2, 3]


@pytest.mark.parametrize("lists_know", [False, True], ids=["the lists have not heard", "the lists know"])
def test_a_last_page_is_not_empty_though_its_record_was_changed(lists_know: bool) -> None:
    shelf = Shelf(2)
    first = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 1))
    shelf.change(1, updated_s=NOW_S + 1, state=State.REGISTERED)
    if lists_know:
        shelf.indexed = None

    second = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 1, first.following))

    assert numbers(second) == [1]
    assert second.records[0][0].withheld
    assert second.following is None
    if lists_know:
        headers, following = shelf.harvest.headers(Ask(Everything(), ALWAYS, 1, first.following))
        assert ([header.datestamp_s for header in headers], following) == ([NOW_S + 1], None)


def test_what_may_not_be_seen_is_left_out_and_does_not_count() -> None:
    shelf = Shelf(6)

    def is_even(header: Header) -> bool:
        return int(header.identifier.name[-1]) % 2 == 0

    first = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 2, may_see=is_even))
    second = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 2, first.following, is_even))

    assert (numbers(first), numbers(second)) == ([0, 2], [4])


def test_a_promised_record_that_may_not_be_seen_any_more_is_not_given() -> None:
    shelf = Shelf(2)
    first = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 1))

    second = the_page(shelf.harvest, Ask(Everything(), ALWAYS, 1, first.following, lambda _: False))

    assert second == Page()


def test_the_series_of_a_book_is_looked_up_until_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    publications, asked = MemoryPublications(), []
    harvest = replace(a_harvest(MemoryHarvest(list, list), lambda: NOW_S), publications=publications)
    found = publications.publication
    monkeypatch.setattr(publications, "publication", lambda *key: (asked.append(key), found(*key))[1])
    series = publications.place(WantedPlace(Kind.SERIES, "10.5072", "A Series")).publication
    number = series + 1  # of the next title that comes

    before = harvest._found(OfTitle(Kind.BOOK, "10.5072", number))
    publications.place(WantedPlace(Kind.BOOK, "10.5072", "A Book", series_title="A Series"))
    after = [harvest._found(OfTitle(Kind.BOOK, "10.5072", number)) for _ in range(3)]

    assert before == OfTitle(Kind.BOOK, "10.5072", number)
    assert after == [OfTitle(Kind.BOOK, "10.5072", number, series)] * 3
    assert asked == [(Kind.BOOK, "10.5072", number)] * 2


def test_a_book_in_a_series_is_looked_for_with_its_series() -> None:
    publications = MemoryPublications()
    place = publications.place(WantedPlace(Kind.BOOK, "10.5072", "A Book", series_title="A Series"))
    asked: list[Selection] = []

    class Noting(MemoryHarvest):
        def headers(self, selection: Selection, *others: Any) -> Any:
            asked.append(selection)
            return super().headers(selection, *others)

    harvest = a_harvest(Noting(tuple), lambda: NOW_S, publications=publications)
    harvest.headers(Ask(OfTitle(Kind.BOOK, "10.5072", place.publication), ALWAYS, 1))
    harvest.headers(Ask(OfGroup("groupa"), ALWAYS, 1))

    assert asked == [OfTitle(Kind.BOOK, "10.5072", place.publication, place.series), OfGroup("groupa", owners=("aaron", "alice"))]


@pytest.mark.parametrize(
    ("selection", "key"),
    [
        pytest.param(Everything(), CounterKey(CounterKind.HARVEST, "all"), id="everything"),
        pytest.param(Everything(DOI_KINDS), CounterKey(CounterKind.HARVEST, "doi"), id="DOIs"),
        pytest.param(OfKind(Kind.SERIES), CounterKey(CounterKind.SET, "S"), id="kind"),
        pytest.param(OfPrefix(Kind.BOOK, "10.5072"), CounterKey(CounterKind.SET, "B:10.5072"), id="prefix"),
        pytest.param(OfTitle(Kind.BOOK, "10.5072", 4), CounterKey(CounterKind.SET, "B:10.5072:4"), id="title"),
        pytest.param(OfYear(Kind.JOURNAL, "10.5072", 4, 2011), CounterKey(CounterKind.SET, "J:10.5072:4:2011"), id="year"),
        pytest.param(OfOwner("alice"), CounterKey(CounterKind.HARVEST_OWNER, "alice"), id="owner"),
        pytest.param(OfGroup("groupa"), CounterKey(CounterKind.HARVEST_GROUP, "groupa"), id="group"),
    ],
)
def test_the_length_of_a_list_is_one_count(selection: Selection, key: CounterKey) -> None:
    ledger = MemoryLedger()
    ledger.counts[key, 0] = Tally(findable=3, registered=2)

    assert Shelf(counters=ledger).harvest.size(selection) == 5


@pytest.mark.parametrize(
    "selection",
    [
        OfKind(Kind.NONE),
        OfPrefix(Kind.NONE, "ark:/99999"),
        Everything((Kind.BOOK, Kind.SERIES)),
        OfOwner("alice", Everything(DOI_KINDS)),
    ],
    ids=str,
)
def test_the_length_of_a_list_that_nobody_counts_is_not_known(selection: Selection) -> None:
    assert Shelf().harvest.size(selection) is None


def test_the_earliest_time_while_nothing_is_counted_is_the_start_of_the_day_before() -> None:
    shelf = Shelf()

    earliest = shelf.harvest.earliest()

    assert earliest + 24 * 3600 <= shelf.harvest.watermark() < earliest + 48 * 3600
    assert earliest % (24 * 3600) == 0
    assert Shelf(3).harvest.earliest() == NOW_S - 1000


@pytest.mark.parametrize("place", [*PLACES, Placement(Kind.NONE, "ark:/99999")], ids=str)
def test_a_set_holds_what_names_it(place: Placement) -> None:
    header = Header(Identifier("doi:10.5072/FK2"), NOW_S, place, "alice", "groupa", withheld=False)
    sets: dict[str, Selection] = {}
    for each in PLACES:
        sets |= {f"{kind}": OfKind(kind) for kind in DOI_KINDS}
        sets |= {f"{kind}:{each.prefix}": OfPrefix(kind, each.prefix) for kind in DOI_KINDS}
        sets |= {
            f"{kind}:{each.prefix}:{n}": OfTitle(kind, each.prefix, n)
            for kind in DOI_KINDS
            for n in (each.publication, each.series)
            if n
        }
        if each.year:
            sets[f"J:{each.prefix}:{each.publication}:{each.year}"] = OfYear(Kind.JOURNAL, each.prefix, each.publication, each.year)

    assert {spec for spec, selection in sets.items() if selection.holds(header)} == set(place.set_specs())
