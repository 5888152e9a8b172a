"""Lists of DOIs over the table's indexes. What a page costs does not depend on the length of its list.

Each index spreads what belongs together over `SHARDS` partitions, its streams, each sorted by the time of the last change: so no
partition takes all writes. A list that is read stream by stream, which a cursor does, costs one Query a page; one that is
sorted as a whole merges its streams, and costs one Query for each of them, of a part of the page.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from pidstack.domain.accounts import Account
from pidstack.domain.counting import COUNTER_SHARDS, CounterKey, Tally
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.listing import PUBLIC, Entry, Selection, Whose
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.lists import Order, Part
from pidstack.store.harvest import moment
from pidstack.store.identifiers import SHARDS
from pidstack.store.moments import instant
from pidstack.store.tables import COUNTER_KEY
from pidstack.store.wire import Item, Wire, record_on_wire

# A call reads so many entries, besides those that it passes over, and sends so many queries.
MOST_READ, MOST_QUERIES = 20_000, 40
# More accounts or prefixes are not merged: they are picked out of all.
MOST_MERGED = 8
_BOOST, _MOST_AT_ONCE = 4, 4000
_MOST_OPERANDS = 100  # of IN. Rule: Amazon DynamoDB developer guide, "Comparison operator and function reference"
_FIRST, _LAST = "0", ":"  # before and behind all instants
_AFTER_NAMES = "$"
_BY_LIST, _BY_PREFIX, _BY_OWNER = "list", "prefix", "owner"
_ATTRIBUTES = ("pk", "owner_sort", "list_shard", "owner", "owner_group", "created_s", "registered_s", "resource_type")
_NOT_PROJECTED = (_BY_OWNER, "owner")  # there the partition says it
_Place = tuple[str, Entry | None]  # a sort key, and what is there; None where reading had to stop


@dataclass(frozen=True, slots=True, order=True)
class Stream:
    """A partition of an index, and the states that are wanted of it.

    Attributes:
        index: begins the index's name and those of its keys.
    """

    index: str
    partition: str
    states: tuple[State, ...] = ()

    @property
    def key(self) -> str:
        """Names it, in the order in which streams are read."""
        return f"{self.index}:{self.partition}:{','.join(self.states)}"


class DynamoLists:
    """`pidstack.ports.lists.ListStore` on DynamoDB. `tables.connect` must have been called.

    Args:
        accounts: lists all accounts; asked for those of groups.
    """

    def __init__(self, wire: Wire, accounts: Callable[[], Sequence[Account]]) -> None:
        self._wire = wire
        self._all_accounts = accounts

    def part(self, selection: Selection, order: Order, *, limit: int, skip: int = 0, after: str = "") -> Part:
        """See the port. One Query a stream: of all of them if they are sorted together, else mostly of one."""
        if limit == 0:
            return Part(())
        begin = after[1:] if after[:1] == order[0] else ""
        streams = self._streams(selection, merged=order is not Order.WALK)
        reading = _Reading(self._wire, selection, forward=order is not Order.NEWEST, wanted=limit + skip, room=MOST_READ + skip)
        if order is Order.WALK:
            return _walked(streams, reading, limit, begin)
        return _merged(streams, reading, order, limit, skip, begin)

    def sample(self, selection: Selection, *, limit: int) -> tuple[Entry, ...]:
        """See the port. Two queries of one entry, and one a stream until there are enough; mostly one."""
        streams = self._streams(selection, merged=False)
        random.shuffle(streams)
        if not streams or limit == 0:
            return ()
        reading = _Reading(self._wire, selection, forward=True, wanted=limit, room=MOST_READ)
        places = chain(
            reading.places(streams[0], self._somewhere(streams[0], selection)),
            *(reading.places(stream) for stream in (*streams[1:], streams[0])),
        )
        found: dict[Identifier, Entry] = {}
        for _, entry in places:
            if entry is None or len(found) == limit:
                break
            found[entry.identifier] = entry
        return tuple(random.sample(list(found.values()), len(found)))

    def records(self, identifiers: Sequence[Identifier]) -> list[Record]:
        """See the port. One BatchGetItem per 100."""
        items = self._wire.records([str(identifier) for identifier in identifiers])
        return [record_on_wire(item) for identifier in identifiers if (item := items.get(str(identifier)))]

    def tallies(self, keys: Sequence[CounterKey]) -> list[Tally]:
        """See the port. One BatchGetItem of `COUNTER_SHARDS` items a count, 100 at once."""
        places = [(f"{COUNTER_KEY}{key.kind}#{shard}", key.name) for key in dict.fromkeys(keys) for shard in range(COUNTER_SHARDS)]
        sums: dict[tuple[str, str], Tally] = {}
        for item in self._wire.items(places):
            name = item["pk"]["S"].rpartition("#")[0], item["sk"]["S"]
            sums[name] = sums.get(name, Tally()) + Tally(*(_whole(item, state) for state in ("draft", "findable", "registered")))
        return [sums.get((f"{COUNTER_KEY}{key.kind}", key.name), Tally()) for key in keys]

    def _streams(self, selection: Selection, *, merged: bool) -> list[Stream]:
        """Choose the streams that hold a selection, of the index that holds least besides; in the order of their keys."""
        reader = selection.reader
        is_public = not reader.everything and reader.own == Whose()
        states = selection.states & PUBLIC if is_public else selection.states
        if not states or not (selection.prefixes is None or selection.prefixes) or selection.resource_types == frozenset():
            return []
        wanted = tuple(sorted(states))
        if selection.whose:
            owners = self._accounts(selection.whose[0])
            if not merged or len(owners) <= MOST_MERGED:
                return _spread(_BY_OWNER, owners, wanted)
        if selection.prefixes is not None and (not merged or len(selection.prefixes) <= MOST_MERGED):
            return _spread(_BY_PREFIX, selection.prefixes, wanted)
        hidden = states - PUBLIC
        if hidden and not reader.everything:
            owners = self._accounts(reader.own)
            if not merged or len(owners) <= MOST_MERGED:
                return _spread(_BY_LIST, states & PUBLIC) + _spread(_BY_OWNER, owners, tuple(sorted(hidden)))
        return _spread(_BY_LIST, states)

    def _accounts(self, whose: Whose) -> set[str]:
        """Name the accounts. One reading of them all where groups are named, however many."""
        members = (account.name for account in self._all_accounts() if account.group in whose.groups) if whose.groups else ()
        return {*(owner for owner, _ in whose.accounts), *members}

    def _somewhere(self, stream: Stream, selection: Selection) -> str:
        """Draw a time between the first and the last change of a stream."""
        ends = [
            next((sort for sort, _ in _Reading(self._wire, selection, forward=forward, wanted=1, room=1).places(stream)), "")
            for forward in (True, False)
        ]
        if not all(ends):
            return ""
        first, last = (moment(end[:20]) for end in ends)
        return instant(random.randint(first, last) - 1 if last > first else first - 1)  # noqa: S311 - no secret


class _Reading:
    """Reads streams of a selection until so much is read that a call must end.

    Args:
        forward: from the oldest on.
        wanted: how many entries will be taken, those included that are passed over.
        room: how many may be read.
    """

    def __init__(self, wire: Wire, selection: Selection, *, forward: bool, wanted: int, room: int) -> None:
        self._wire, self._selection, self._forward = wire, selection, forward
        self._room, self._queries = room, 0
        self.at_once = wanted

    def places(self, stream: Stream, after: str = "") -> Iterator[_Place]:
        """Give the entries of a stream in order, and a place without one if there is no room for more.

        At least one Query is sent for each stream of a merged list, so that each call comes further than the one before.
        """
        asked = self._asked(stream, after)
        if asked is None:
            return
        size = min(self.at_once * (_BOOST if _is_sifted(self._selection, stream) else 1), _MOST_AT_ONCE)
        while True:
            answer = self._wire.query(**asked, Limit=size)
            self._queries += 1
            self._room -= answer.get("ScannedCount", len(answer["Items"]))
            hits = 0
            for item in answer["Items"]:
                entry = _entry(item, stream)
                if self._selection.holds(entry):
                    hits += 1
                    yield item["owner_sort"]["S"], entry
            if "LastEvaluatedKey" not in answer:
                return
            if self.is_spent:
                yield answer["LastEvaluatedKey"]["owner_sort"]["S"], None
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            size = size if 2 * hits > size else min(size * _BOOST, _MOST_AT_ONCE)

    @property
    def is_spent(self) -> bool:
        """Whether no more is to be read."""
        return self._room <= 0 or self._queries >= MOST_QUERIES

    def _asked(self, stream: Stream, after: str) -> dict[str, Any] | None:
        span = self._selection.updated
        low = instant(max(span.from_s, 0)) if span else _FIRST
        high = f"{instant(span.until_s)}{_AFTER_NAMES}" if span else _LAST
        if after:
            # Nothing sorts between a key and the key with the least of all characters behind it.
            low, high = (max(low, f"{after}\x01"), high) if self._forward else (low, min(high, _before(after)))
        if low > high:
            return None
        words = _Words()
        key, sort = words.name(f"{stream.index}_shard"), words.name("owner_sort")
        condition = f"{key} = {words.text(stream.partition)} AND {sort} BETWEEN {words.text(low)} AND {words.text(high)}"
        filters = " AND ".join(_filters(self._selection, stream, words))
        return {
            "IndexName": f"{stream.index}-index",
            "KeyConditionExpression": condition,
            "ProjectionExpression": ", ".join(words.name(name) for name in _ATTRIBUTES if (stream.index, name) != _NOT_PROJECTED),
            **({"FilterExpression": filters} if filters else {}),
            "ExpressionAttributeNames": words.names,
            "ExpressionAttributeValues": words.values,
            "ScanIndexForward": self._forward,
        }


class _Words:
    """Names and values of an expression."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}

    def name(self, attribute: str) -> str:
        self.names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def text(self, value: str) -> str:
        return self._value({"S": value})

    def number(self, value: int) -> str:
        return self._value({"N": str(value)})

    def begins(self, attribute: str, starts: Sequence[str]) -> str:
        return "(" + " OR ".join(f"begins_with({attribute}, {self.text(start)})" for start in starts) + ")"

    def _value(self, value: dict[str, str]) -> str:
        self.values[name := f":{len(self.values)}"] = value
        return name


def _walked(streams: list[Stream], reading: _Reading, limit: int, begin: str) -> Part:
    begin_key, _, sort = begin.partition(" ")
    found: list[Entry] = []
    for stream in streams:
        if stream.key < begin_key:
            continue
        if reading.is_spent:
            return Part(tuple(found), f"{Order.WALK[0]}{stream.key} ")
        reading.at_once = limit - len(found)
        for place, entry in reading.places(stream, sort if stream.key == begin_key else ""):
            found += [entry] if entry else []
            if entry is None or len(found) == limit:
                return Part(tuple(found), f"{Order.WALK[0]}{stream.key} {place}")
    return Part(tuple(found))


def _merged(streams: list[Stream], reading: _Reading, order: Order, limit: int, skip: int, begin: str) -> Part:
    """Merge streams. One more than its share is read of each, and some for chance, so that a second Query is seldom needed."""
    share = (limit + skip + 1) / max(len(streams), 1)
    reading.at_once = limit + skip + 1 if len(streams) == 1 else math.ceil(share + 2 * math.sqrt(share)) + 3
    places = heapq.merge(*(reading.places(stream, begin) for stream in streams), key=itemgetter(0), reverse=order is Order.NEWEST)
    found: list[Entry] = []
    last = ""
    for number, (place, entry) in enumerate(places):
        if entry is None:
            if number < skip:
                raise Invalid("What is asked for lies too far apart for pages by number: use page[cursor].")
            return Part(tuple(found), f"{order[0]}{place}")
        if len(found) == limit:
            return Part(tuple(found), f"{order[0]}{last}")
        if number >= skip:
            found.append(entry)
        last = place
    return Part(tuple(found))


def _spread(index: str, names: set[str] | frozenset[str], states: tuple[State, ...] = ()) -> list[Stream]:
    return sorted((Stream(index, f"{name}#{shard}", states) for name in names for shard in range(SHARDS)), key=_key)


def _key(stream: Stream) -> str:
    return stream.key


def _is_sifted(selection: Selection, stream: Stream) -> bool:
    """Tell whether much of what is read may be left out."""
    by_prefix = selection.prefixes is not None and stream.index != _BY_PREFIX
    return by_prefix or any(each is not None for each in (selection.resource_types, selection.created, selection.registered))


def _filters(selection: Selection, stream: Stream, words: _Words) -> Iterator[str]:
    """Let DynamoDB leave out what `Selection.holds` would; whose they are is looked at here, as there may be too many to name."""
    listed = words.name("list_shard")
    if stream.index != _BY_LIST and len(stream.states) < len(State):
        yield words.begins(listed, [f"{state}#" for state in stream.states])
    elif stream.index == _BY_OWNER:
        yield f"attribute_exists({listed})"
    if selection.prefixes is not None and stream.index != _BY_PREFIX and len(selection.prefixes) <= MOST_MERGED:
        yield words.begins(words.name("pk"), [f"doi:{prefix}/" for prefix in sorted(selection.prefixes)])
    if selection.resource_types is not None and 0 < len(selection.resource_types) <= _MOST_OPERANDS:
        yield f"{words.name('resource_type')} IN ({', '.join(map(words.text, sorted(selection.resource_types)))})"
    for attribute, span in (("created_s", selection.created), ("registered_s", selection.registered)):
        if span is not None:
            yield f"{words.name(attribute)} BETWEEN {words.number(span.from_s)} AND {words.number(max(span.from_s, span.until_s))}"


def _before(sort: str) -> str:
    """Give a key that sorts before this one and behind all others that do: names have no characters behind `~`."""
    return f"{sort[:-1]}{chr(ord(sort[-1]) - 1)}\U0010ffff"


def _entry(item: Item, stream: Stream) -> Entry:
    sort = item["owner_sort"]["S"]
    listed = item["list_shard"]["S"] if "list_shard" in item else stream.partition
    return Entry(
        Identifier(item["pk"]["S"]),
        _state(listed),
        item["owner"]["S"] if "owner" in item else stream.partition.rpartition("#")[0],
        item["owner_group"]["S"],
        _whole(item, "created_s"),
        _whole(item, "registered_s"),
        moment(sort[:20]),
        item["resource_type"]["S"] if "resource_type" in item else "",
    )


@lru_cache(maxsize=64)
def _state(list_shard: str) -> State:
    return State(list_shard.rpartition("#")[0])


def _whole(item: Item, name: str) -> int:
    value = item.get(name)
    return int(value["N"]) if value and "N" in value else 0
