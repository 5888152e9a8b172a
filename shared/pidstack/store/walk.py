"""Which partitions of the table's indexes hold what a harvester asks for, in the order in which they are read.

An index spreads a branch, a title or an owner over some partitions, each sorted by time. A list is a row of such partitions,
each read within the asked time, one behind the other. Branches and owners that are to be read are found by the marks that writers
put down (`ports.publications.Calendar`): by those of the months asked for, or, where these are many, by those of all times.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from pidstack.domain.placement import Kind
from pidstack.domain.state import State
from pidstack.ports.harvest import Everything, OfGroup, OfKind, OfOwner, OfPrefix, OfTitle, OfYear, Selection, Window
from pidstack.ports.publications import EVER
from pidstack.store.identifiers import OWNER_PARTS, SHARDS
from pidstack.store.tables import HARVEST_KEY
from pidstack.store.wire import Item, Wire

MOST_MONTHS = 3
_MARKS_AT_ONCE = 200
_LAST = "~"  # sorts behind all that names are made of
# The first letters of branches, and the kinds that each is of. Their order is that of their text.
_BRANCHES = {
    "-": frozenset({Kind.NONE}),
    "B": frozenset({Kind.BOOK}),
    "BS": frozenset({Kind.BOOK, Kind.SERIES}),
    "J": frozenset({Kind.JOURNAL}),
    "S": frozenset({Kind.SERIES}),
}


@dataclass(frozen=True, slots=True)
class Index:
    """One of the table's indexes that harvesters read: its name, its two keys, and what is read of it beside."""

    name: str
    partition: str
    sort: str
    attributes: tuple[str, ...] = ("exported", "set_spec", "owner", "owner_group")


# An owner's index holds also what harvesters do not see, and tells it apart.
BY_OWNER = Index("owner-index", "owner_part", "owner_sort", ("exported", "set_spec", "owner_group", "test", "agent_role"))
BY_TITLE = Index("set-index", "set_shard", "harvest_sort")
BY_BRANCH = Index("harvest-index", "harvest_shard", "harvest_sort")
_SHARDS = tuple(map(str, range(SHARDS)))
# Drafts are nobody's harvest. What is listed comes first: most owners who are asked for keep DOIs.
_PARTS = {
    BY_OWNER.name: tuple(part for part in OWNER_PARTS if part != State.DRAFT),
    BY_TITLE.name: _SHARDS,
    BY_BRANCH.name: _SHARDS,
}


def index_for(selection: Selection) -> Index:
    """Choose the index that holds what is selected next to each other."""
    match selection:
        case OfOwner() | OfGroup():
            return BY_OWNER
        case OfTitle() | OfYear():
            return BY_TITLE
        case Everything() | OfKind() | OfPrefix():
            return BY_BRANCH


def partitions(wire: Wire, selection: Selection, window: Window, first: str = "") -> Iterator[str]:
    """Name the partitions of the selection's index, from `first` on, in their order.

    Cost: none for a title, a prefix or an owner; else one Query for 200 branches, once it comes to them.
    """
    begin, _, begin_part = first.rpartition("#")
    parts = _PARTS[index_for(selection).name]
    for name in _names(wire, selection, window, begin):
        if name >= begin:
            rest = parts[parts.index(begin_part) :] if name == begin and begin_part in parts else parts
            yield from (f"{name}#{part}" for part in rest)


def _names(wire: Wire, selection: Selection, window: Window, begin: str) -> Iterator[str]:
    match selection:
        case OfOwner(owner):
            yield owner
        case OfGroup(owners=owners):
            yield from _owners(wire, frozenset(owners), window, begin)
        case OfTitle(kind, prefix, number, series):
            yield from sorted(_shelves(kind, prefix, number, series))
        case OfYear(kind, prefix, number):
            yield from sorted(_shelves(kind, prefix, number, 0))
        case OfPrefix(kind, prefix):
            yield from (f"{letters}:{prefix}" for letters, kinds in _BRANCHES.items() if kind in kinds)
        case OfKind(kind):
            yield from _branches(wire, frozenset({kind}), window, begin)
        case Everything(kinds):
            yield from _branches(wire, frozenset(kinds), window, begin)


def _shelves(kind: Kind, prefix: str, number: int, series: int) -> set[str]:
    """Name what holds a title: a book in a series lies with the others of the series, under the letter of books."""
    shelves = {f"{kind}:{prefix}:{number}"}
    if kind is Kind.SERIES:
        shelves.add(f"{Kind.BOOK}:{prefix}:{number}")
    if kind is Kind.BOOK and series:
        shelves.add(f"{kind}:{prefix}:{series}")
    return shelves


def _branches(wire: Wire, kinds: frozenset[Kind], window: Window, begin: str) -> Iterator[str]:
    if begin:
        yield begin  # a page ended in it: there is no need to look it up
    for letters, of in _BRANCHES.items():
        if of & kinds:
            yield from (name for name in _marked(wire, f"{letters}:", window, begin) if name != begin)


def _owners(wire: Wire, owners: frozenset[str], window: Window, begin: str) -> Iterator[str]:
    if begin:
        yield begin
    for marked in _marked(wire, "@", window, f"@{begin}" if begin else ""):
        if (name := marked.removeprefix("@")) in owners and name != begin:
            yield name


def _marked(wire: Wire, start: str, window: Window, begin: str) -> Iterator[str]:
    """Name the marks that begin with `start`, from `begin` on, in order; those without a day in the window are left out."""
    low, high = max(start, begin), start + _LAST
    if low > high:
        return
    first, last = _day(window.from_s), _day(window.until_s)
    months = _months(first, last)
    streams = [_marks(wire, month, low, high) for month in months or [EVER]]
    for name, marks in groupby(heapq.merge(*streams), key=lambda mark: mark[0]):
        if not months or any(first <= day <= last for _, days in marks for day in days):
            yield name


def _marks(wire: Wire, month: str, low: str, high: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the names of a month's marks and their days, as `2026-11-22`."""
    asked = {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":pk": {"S": f"{HARVEST_KEY}{month}"}, ":low": {"S": low}, ":high": {"S": high}},
        "ConsistentRead": True,
        "Limit": _MARKS_AT_ONCE,
    }
    while True:
        answer = wire.query(**asked)
        yield from ((mark["sk"]["S"], _days(mark, month)) for mark in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _days(mark: Item, month: str) -> tuple[str, ...]:
    return tuple(f"{month}-{int(day):02d}" for day in mark["days"]["NS"]) if "days" in mark else ()


def _months(first: str, last: str) -> list[str]:
    """List the months that two days lie in and those between, if they are few; else none."""
    (year, month), (last_year, last_month) = ((int(day[:4]), int(day[5:7])) for day in (first, last))
    count = 12 * (last_year - year) + last_month - month + 1
    if count > MOST_MONTHS:
        return []
    return [f"{year + (month - 1 + i) // 12:04d}-{(month - 1 + i) % 12 + 1:02d}" for i in range(count)]


def _day(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%d")
