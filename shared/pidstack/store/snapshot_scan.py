"""The whole table in parts: DynamoDB's parallel Scan, of which each segment holds the items whose keys have hashes in its share.

Rule: Amazon DynamoDB API reference, "Scan", parameters `Segment` and `TotalSegments`: for a given number of segments an item is
always in the same one, and an item that is there throughout is read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.snapshots import Entry, Page
from pidstack.store.record_items import record_on_wire
from pidstack.store.tables import RECORD_SORT_KEY
from pidstack.store.wire import Item, Wire, placement_of

# What nobody needs to read a record again: keys of indexes, and what guards its changes.
_KEYS = ("owner_shard", "owner_sort", "owner_part", "list_part", "prefix_part", "set_shard", "harvest_shard", "harvest_sort")
_LEFT_OUT = ("sk", *_KEYS, "token", "changed_by")
_ASKED = {
    # Tests and agents' records are harvested by nobody; what was never findable has no place.
    "FilterExpression": "sk = :record AND attribute_exists(set_spec) AND attribute_not_exists(expires_s) "
    "AND attribute_not_exists(agent_role)",
    "ExpressionAttributeValues": {":record": {"S": RECORD_SORT_KEY}},
}


class DynamoScan:
    """`pidstack.ports.snapshots.Scan` on DynamoDB.

    Args:
        page_items: how many items a request reads at most; None is as many as fit into an answer, 1 MB.
    """

    def __init__(self, wire: Wire, page_items: int | None = None) -> None:
        self._wire = wire
        self._limit = {"Limit": page_items} if page_items else {}

    def page(self, part: int, of: int, start: str) -> Page:
        """See the port. One Scan, of what all replicas have had for a while."""
        asked: dict[str, Any] = {**_ASKED, **self._limit, "Segment": part, "TotalSegments": of}
        if start:
            asked["ExclusiveStartKey"] = json.loads(start)
        answer = self._wire.scan(**asked)
        following = answer.get("LastEvaluatedKey")
        return Page(list(_entries(answer)), json.dumps(following, separators=(",", ":")) if following else "")

    def record(self, packed: bytes) -> Record:
        """See the port. No request."""
        return record_on_wire(orjson.loads(packed))


def _entries(answer: Mapping[str, Any]) -> Iterator[Entry]:
    for item in answer["Items"]:
        for name in _LEFT_OUT:
            item.pop(name, None)
        yield Entry(
            name=item["pk"]["S"],
            state=State(item["state"]["S"]),
            exported=item["exported"]["BOOL"],
            updated_s=int(item["updated_s"]["N"]),
            registered_s=_registered_s(item),
            branch=placement_of(item["set_spec"]["S"]).branch,
            packed=orjson.dumps(item, option=orjson.OPT_SORT_KEYS),
        )


def _registered_s(item: Item) -> int:
    """Records of old may not say it; they were registered when they were made."""
    return int((item.get("registered_s") or item["created_s"])["N"])
