"""The table's stream, as Lambda hands it over: which commit of an identifier each of its records tells of, if any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pidstack.domain.change import BY_EXPIRY, changes_between
from pidstack.domain.record import Record
from pidstack.ports.feed import Commit
from pidstack.store.deletions import deleted_record
from pidstack.store.record_items import record_on_wire
from pidstack.store.tables import DELETION_SORT_KEY, RECORD_SORT_KEY, DeletionItem

# Who removes items whose time is over. Rule: DynamoDB developer guide, "DynamoDB Streams and Time to Live".
_TIME_TO_LIVE = "dynamodb.amazonaws.com"
_Image = Mapping[str, Mapping[str, Any]]


def position_of(entry: Mapping[str, Any]) -> str:
    """Name a record of the stream, as a partial batch response does."""
    return str(entry["dynamodb"]["SequenceNumber"])


def read_commit(entry: Mapping[str, Any]) -> Commit | None:
    """Tell what a record of the stream did to an identifier.

    A deletion is told by the item that names who asked for it; the removal of the record's own item then tells nothing new, unless
    DynamoDB removed it because its time was over.

    Args:
        entry: one of `Records` in Lambda's event for DynamoDB streams, with old and new images.
    Returns:
        None if it is about something else than an identifier, or changed nothing of it.
    """
    told = entry["dynamodb"]
    sort_key = told["Keys"]["sk"]["S"]
    if sort_key == RECORD_SORT_KEY:
        return _of_record(entry)
    if sort_key.startswith(DELETION_SORT_KEY) and entry["eventName"] == "INSERT":
        return _of_deletion(entry)
    return None


def _of_record(entry: Mapping[str, Any]) -> Commit | None:
    told = entry["dynamodb"]
    old, new = _record(told.get("OldImage")), _record(told.get("NewImage"))
    if new is None and (entry.get("userIdentity") or {}).get("principalId") != _TIME_TO_LIVE:
        return None
    by, via = (new.changed_by, new.changed_via) if new else (BY_EXPIRY, "")
    return _commit(entry, old, new, by, via)


def _of_deletion(entry: Mapping[str, Any]) -> Commit | None:
    item = DeletionItem.from_raw_data(dict(entry["dynamodb"]["NewImage"]))
    return _commit(entry, deleted_record(item), None, item.deleted_by, item.deleted_via or "")


def _commit(entry: Mapping[str, Any], old: Record | None, new: Record | None, by: str, via: str) -> Commit | None:
    at_s = int(entry["dynamodb"]["ApproximateCreationDateTime"])
    changes = changes_between(old, new, by=by, via=via, at_s=at_s)
    return Commit(position_of(entry), old, new, tuple(changes)) if changes else None


def _record(image: _Image | None) -> Record | None:
    return record_on_wire(image) if image else None
