"""Lists of DOIs over the table's indexes. What a page costs does not depend on the length of its list.

Each index holds what belongs together (everything, an account's, a prefix's) by state, in partitions that are sorted by the time
of the last change: its streams. What the public sees of a list is one stream, so a page of it is one Query. Who sees more than one
state, or asks for several accounts or prefixes, has streams merged, and pays a Query for each; with a cursor they are read one by
one.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from pidstack.domain.accounts import Account
from pidstack.domain.counting import CounterKey, Tally
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.instant import instant, moment
from pidstack.domain.listing import PUBLIC, Entry, Reader, Selection, Whose
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.lists import Order, Part
from pidstack.store.tallies import tallies
from pidstack.store.wire import Item, Wire, record_on_wire

# A call reads so many entries, besides those that it passes over, and sends so many queries.
MOST_READ, MOST_QUERIES = 20_000, 150
# More streams are not merged: what is wanted is picked out of the stream of all.
MOST_MERGED = 100
# So many are read a whole page of; of more each gives a part of it.
_READ_WHOLE = 3
_BOOST, _MOST_AT_ONCE = 4, 4000
_MOST_OPERANDS = 100  # of IN. Rule: Amazon DynamoDB developer guide, "Comparison operator and function reference"
_FIRST, _LAST = "0", ":"  # before and behind all instants
_AFTER_NAMES = "$"
_BY_LIST, _BY_PREFIX, _BY_OWNER = "list", "prefix", "owner"
_ATTRIBUTES = ("pk", "owner_sort", "owner", "owner_group", "created_s", "registered_s", "resource_type")
_NOT_PROJECTED = (_BY_OWNER, "owner")  # there the partition says it
_Place = tuple[str, Entry | None]  # a sort key, and what is there; None where reading had to stop


@dataclass(frozen=True, slots=True, order=True)
class Stream:
    """A partition of an index: the listed DOIs of something that are in one state.

    Attributes:
        index: begins the index's name and those of its keys.
        partition: ends in the state.
    """

    index: str
    partition: str

    @property
    def key(self) -> str:
        """Names it, in the order in which streams are read."""
        return f"{self.index}:{self.partition}"

    @property
    def of(self) -> str:
        """Whose or what it is: an account, a prefix; empty for everything."""
        return self.partition.rpartition("#")[0]

    @property
    def state(self) -> State:
        """The state of all that is in it."""
        return State(self.partition.rpartition("#")[2])


class DynamoLists:
    """`pidstack.ports.lists.ListStore` on DynamoDB. `tables.connect` must have been called.

    Args:
        accounts: lists all accounts; asked for those of groups.
    """

    def __init__(self, wire: Wire, accounts: Callable[[], Sequence[Account]]) -> None:
        self._wire = wire
        self._all_accounts = accounts

    def part(self, selection: Selection, order: Order, *, limit: int, skip: int = 0, after: str = "") -> Part:
        """See the port. One Query a stream: of all of them if they are sorted together, else mostly of one.

        A list of everything, of an account or of a prefix is one stream for the public, one more for each other state that is seen.
        """
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
        return tallies(self._wire, keys)

    def _streams(self, selection: Selection, *, merged: bool) -> list[Stream]:
        """Choose the streams that hold a selection, of the index that holds least besides; in the order of their keys."""
        reader, most = selection.reader, MOST_MERGED if merged else None
        if selection.prefixes == frozenset() or selection.resource_types == frozenset():
            return []
        if selection.whose:
            streams = self._of_accounts(selection.whose[0], selection.states, reader)
            if len(streams) <= (most or len(streams)):
                return streams
        shown = selection.states if reader.everything else selection.states & PUBLIC
        own = self._of_accounts(reader.own, selection.states - shown, reader)
        if len(own) > (most or len(own)):
            shown, own = selection.states, []
        return sorted(_of_all(selection.prefixes, shown, most) + own, key=_key)

    def _of_accounts(self, whose: Whose, states: frozenset[State], reader: Reader) -> list[Stream]:
        """Give the streams of accounts that a reader sees. One reading of all accounts where groups are named, however many."""
        members = (account for account in self._all_accounts() if account.group in whose.groups) if whose.groups and states else ()
        accounts = {*whose.accounts, *((account.name, account.group) for account in members)}
        seen = ((name, state) for name, group in accounts for state in states if reader.sees(state, name, group))
        return sorted((Stream(_BY_OWNER, f"{name}#{state}") for name, state in seen), key=_key)

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
        state, of = stream.state, stream.of
        left = share = self.at_once
        boost = _BOOST if _is_sifted(self._selection, stream) else 1
        while True:
            answer = self._wire.query(**asked, Limit=min(left * boost, _MOST_AT_ONCE))
            self._queries += 1
            scanned = answer.get("ScannedCount", len(answer["Items"]))
            self._room -= scanned
            hits = 0
            for item in answer["Items"]:
                entry = _entry(item, state, of)
                if self._selection.holds(entry):
                    hits += 1
                    yield item["owner_sort"]["S"], entry
            if "LastEvaluatedKey" not in answer:
                return
            if self.is_spent:
                yield answer["LastEvaluatedKey"]["owner_sort"]["S"], None
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if hits < left:
                left -= hits
            else:  # it has more of what is wanted than its share, so it may well have twice as much
                left = share = 2 * share
            boost = boost if 2 * hits > scanned else min(boost * _BOOST, _MOST_AT_ONCE)

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
        key, sort = words.name(f"{stream.index}_part"), words.name("owner_sort")
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

    def among(self, attribute: str, values: Iterable[str]) -> str:
        return f"{self.name(attribute)} IN ({', '.join(map(self.text, sorted(values)))})"

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
    """Merge streams, reading one entry more than is given, so that it is known whether there are more."""
    reading.at_once = math.ceil((limit + skip + 1) * min(1, _READ_WHOLE / max(len(streams), 1)))
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


def _of_all(prefixes: frozenset[str] | None, states: frozenset[State], most: int | None) -> list[Stream]:
    """Give the streams of prefixes, or of everything if none are asked for, or too many."""
    streams = [Stream(_BY_PREFIX, f"{prefix}#{state}") for prefix in prefixes or () for state in states]
    return streams if streams and len(streams) <= (most or len(streams)) else [Stream(_BY_LIST, state) for state in states]


def _key(stream: Stream) -> str:
    return stream.key


def _is_sifted(selection: Selection, stream: Stream) -> bool:
    """Tell whether much of what is read may be left out."""
    by_prefix = selection.prefixes is not None and stream.index != _BY_PREFIX
    by_owner = bool(selection.whose) and stream.index != _BY_OWNER
    others = (selection.resource_types, selection.created, selection.registered)
    return by_prefix or by_owner or any(each is not None for each in others)


def _filters(selection: Selection, stream: Stream, words: _Words) -> Iterator[str]:
    """Let DynamoDB leave out what `Selection.holds` would, as far as what is wanted is not too much to name."""
    for whose in selection.whose:
        if stream.index != _BY_OWNER and 0 < len(whose.accounts) + len(whose.groups) <= _MOST_OPERANDS:
            owners, groups = {owner for owner, _ in whose.accounts}, whose.groups
            named = (("owner", owners), ("owner_group", groups))
            yield "(" + " OR ".join(words.among(attribute, values) for attribute, values in named if values) + ")"
    if selection.prefixes is not None and stream.index != _BY_PREFIX and len(selection.prefixes) <= MOST_MERGED:
        yield words.begins(words.name("pk"), [f"doi:{prefix}/" for prefix in sorted(selection.prefixes)])
    if selection.resource_types is not None and 0 < len(selection.resource_types) <= _MOST_OPERANDS:
        yield words.among("resource_type", selection.resource_types)
    for attribute, span in (("created_s", selection.created), ("registered_s", selection.registered)):
        if span is not None:
            yield f"{words.name(attribute)} BETWEEN {words.number(span.from_s)} AND {words.number(max(span.from_s, span.until_s))}"


def _before(sort: str) -> str:
    """Give a key that sorts before this one and behind all others that do: names have no characters behind `~`."""
    return f"{sort[:-1]}{chr(ord(sort[-1]) - 1)}\U0010ffff"


def _entry(item: Item, state: State, of: str) -> Entry:
    sort = item["owner_sort"]["S"]
    return Entry(
        Identifier(item["pk"]["S"]),
        state,
        item["owner"]["S"] if "owner" in item else of,
        item["owner_group"]["S"],
        _whole(item, "created_s"),
        _whole(item, "registered_s"),
        moment(sort[:20]),
        item["resource_type"]["S"] if "resource_type" in item else "",
    )


def _whole(item: Item, name: str) -> int:
    value = item.get(name)
    return int(value["N"]) if value and "N" in value else 0
