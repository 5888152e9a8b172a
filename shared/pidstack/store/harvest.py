"""Harvesters' lists over the table's indexes: a page costs the same however long its list is and however far down in it it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pidstack.domain.counting import COUNTER_SHARDS, CounterKind
from pidstack.domain.identifier import Identifier
from pidstack.domain.instant import instant, moment
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.harvest import Header, Listed, Position, Selection, Window, header_of
from pidstack.store.record_items import Item, paths, placement_of, record_on_wire
from pidstack.store.tables import COUNTER_KEY
from pidstack.store.walk import BY_OWNER, Index, index_for, partitions
from pidstack.store.wire import Wire

# Where entries lie far apart, a page ends after so many queries if it can: with one entry to give and one to go on at.
MOST_QUERIES = 30
# Where a query finds nothing that is wanted, the next reads so many times more, up to what one query gives.
_BOOST, _MOST_READ = 4, 4000
# Follows what precedes the name in a sort key, and all names under it.
_AFTER_NAMES = "$"
_FINDABLE = State.FINDABLE.value  # whose `value` is a function of its own, up to Python 3.11


class DynamoHarvest:
    """`pidstack.ports.harvest.HarvestStore` on DynamoDB. `tables.connect` must have been called."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def headers(
        self, selection: Selection, window: Window, start: Position | None, limit: int, may_see: Callable[[Header], bool]
    ) -> tuple[list[Header], Position | None]:
        """See the port. One Query for each partition that is come to; mostly one."""
        found: list[Header] = []
        entries = _Entries(self._wire, index_for(selection), window, start)
        for partition in partitions(self._wire, selection, window, start.partition if start else ""):
            if entries.queries >= MOST_QUERIES and len(found) > 1:
                break
            for header in entries.of(partition, limit):
                if selection.holds(header) and may_see(header):
                    found.append(header)
                    entries.wanted += 1
                    if len(found) > limit:
                        return found[:limit], found[limit].position
        else:
            return found, None
        return found[:-1], found[-1].position

    def records(self, headers: Sequence[Header], forms: Sequence[str]) -> Iterator[Listed]:
        """See the port. One BatchGetItem per 100, and one more where an index was ahead of the table's replicas."""
        listed, wanted = {header.identifier.name: header for header in headers}, paths(forms)
        items = self._wire.records(list(listed), only=wanted)
        behind = [name for name, header in listed.items() if _updated_s(items.get(name)) < header.datestamp_s]
        if behind:
            items.update(self._wire.records(behind, consistent=True, only=wanted))
        for name, header in listed.items():
            if (item := items.get(name)) is not None:
                if _is_as_listed(item, header):
                    yield Listed(header, header, record_on_wire(item, header))
                elif (now := header_of(record := record_on_wire(item), header.position)) is not None:
                    yield Listed(header, now, record)

    def record_at(self, position: Position) -> tuple[Header, Record] | None:
        """See the port. One consistent BatchGetItem of one."""
        name = position.sort.partition("#")[2]
        item = self._wire.records([name], consistent=True).get(name)
        record = record_on_wire(item) if item else None
        header = header_of(record, position) if record else None
        return (header, record) if header and record else None

    def earliest(self) -> int | None:
        """See the port. One Query of one item for each share of the counts of days, which outlive the records they counted."""
        days = []
        for shard in range(COUNTER_SHARDS):
            answer = self._wire.query(
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"{COUNTER_KEY}{CounterKind.DAY}#{shard}"}},
                Limit=1,
            )
            days += [item["sk"]["S"] for item in answer["Items"]]
        return moment(f"{min(days)}T00:00:00Z") if days else None


class _Entries:
    """Reads partitions of an index within a window, each from its start or from a position in it.

    Attributes:
        queries: how many were sent.
        wanted: how many of the entries that were given are wanted; the reader counts them.
    """

    def __init__(self, wire: Wire, index: Index, window: Window, start: Position | None) -> None:
        self._wire, self._index, self._start = wire, index, start
        self._low, self._high = instant(window.from_s), f"{instant(window.until_s)}{_AFTER_NAMES}"
        self.queries = 0
        self.wanted = 0
        self._boost = 1

    def of(self, partition: str, limit: int) -> Iterator[Header]:
        """Give the entries of a partition in their order. One Query, and more where that does not reach.

        Args:
            limit: how many will be taken of all partitions, before one more is looked at.
        """
        is_begun = self._start is not None and partition == self._start.partition
        low = self._start.sort if self._start and is_begun else self._low
        if low > self._high:
            return
        asked = self._asked(partition, low)
        while True:
            wanted_before = self.wanted
            asked["Limit"] = min(_MOST_READ, max(1, limit + 1 - self.wanted) * self._boost)
            answer = self._wire.query(**asked)
            self.queries += 1
            yield from _headers(answer["Items"], self._index, partition)
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if 2 * (self.wanted - wanted_before) < len(answer["Items"]):
                self._boost *= _BOOST

    def _asked(self, partition: str, low: str) -> dict[str, Any]:
        read = ("pk", "state", self._index.sort, *self._index.attributes)
        return {
            "IndexName": self._index.name,
            "KeyConditionExpression": f"{self._index.partition} = :partition AND #{self._index.sort} BETWEEN :low AND :high",
            "ExpressionAttributeNames": {f"#{name}": name for name in read},
            "ExpressionAttributeValues": {":partition": {"S": partition}, ":low": {"S": low}, ":high": {"S": self._high}},
            "ProjectionExpression": ", ".join(f"#{name}" for name in read),
        }


def _headers(items: Sequence[Item], index: Index, partition: str) -> Iterator[Header]:
    """Read entries; those of records that harvesters do not see are left out, which only the index of owners has."""
    owner = partition.rpartition("#")[0] if index is BY_OWNER else ""
    for item in items:
        placement = item.get("set_spec")
        if placement is None or "test" in item or "agent_role" in item:
            continue
        sort = item[index.sort]["S"]
        yield Header(
            Identifier(item["pk"]["S"]),
            moment(sort[:20]),
            placement_of(placement["S"]),
            owner or item["owner"]["S"],
            item["owner_group"]["S"],
            _is_withheld(item),
            Position(partition, sort),
        )


def _is_as_listed(item: Item, header: Header) -> bool:
    """Tell whether a record still says what its header does, without reading it."""
    placement = item.get("set_spec")
    return (
        placement is not None
        and placement_of(placement["S"]) == header.placement
        and int(item["updated_s"]["N"]) == header.datestamp_s
        and item["owner"]["S"] == header.owner
        and item["owner_group"]["S"] == header.group
        and _is_withheld(item) is header.withheld
        and "expires_s" not in item
        and "agent_role" not in item
    )


def _is_withheld(item: Item) -> bool:
    return item["state"]["S"] != _FINDABLE or not item["exported"]["BOOL"]


def _updated_s(item: Mapping[str, Any] | None) -> int:
    return int(item["updated_s"]["N"]) if item else -1
