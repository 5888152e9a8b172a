"""What a commit did to an identifier, told once it is done: the content of events, webhooks and the history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pidstack.domain.alteration import ELEMENT, Alteration, alterations_between
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State

# Who deletes what has outlived its time.
BY_EXPIRY = "expiry"
# Parts of a record under the names that a change tells them by; elements are told as `element:` and their name.
_PARTS = {
    "state": "state",
    "reason": "reason",
    "target": "target",
    "profile": "profile",
    "supplement": "supplement",
    "exported": "exported",
    "owner": "owner",
    "group": "group",
    "agency": "agency",
    "datacenter": "datacenter",
    "placement": "set",
    "agent_role": "agent_role",
    "created_s": "created",
}
_OTHERS = "elements"
# What carries a change holds 256 KB, ten changes together; the names of elements have no limit of their own.
_MAX_NAMES_BYTES = 12_000


class ChangeKind(StrEnum):
    """The four things that happen to identifiers."""

    CREATED = "IdentifierCreated"
    CHANGED = "IdentifierChanged"
    STATE_CHANGED = "IdentifierStateChanged"
    DELETED = "IdentifierDeleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to one identifier.

    Attributes:
        id: 32 hexadecimal digits; the same whenever the same change is told again, and no other's.
        owner, group: who keeps it afterwards, or kept it before it was deleted.
        old_state, new_state: None before it was made, and after it was deleted.
        version: of the record that the commit made; of the last one where it was deleted.
        changed: names of the parts that are not as they were, sorted; empty where it was made or deleted. `elements` at its end
            stands for elements that are too many to be named.
        by: the account that asked for it, or `expiry`; empty where nobody wrote it down.
        via: the protocol it was asked in: `ezid`, `ez`, `cli`; empty for `expiry`.
        at_s: when it was committed, Unix seconds.
        target: where it leads; empty for the registry's own page.
        alterations: of its parts, where they are known: of a record that was made, all that is not empty; of one that was changed,
            what `changed` names; of one that was deleted, nothing. Events do not tell them, and two changes are the same whatever
            they say here.
    """

    id: str
    kind: ChangeKind
    identifier: Identifier
    owner: str
    group: str
    old_state: State | None
    new_state: State | None
    version: int
    by: str
    via: str
    at_s: int
    changed: tuple[str, ...] = ()
    target: str = ""
    alterations: tuple[Alteration, ...] = field(default=(), compare=False, repr=False)


def changes_between(old: Record | None, new: Record | None, *, by: str, via: str, at_s: int) -> list[Change]:
    """Tell what happened to an identifier when its record `old` became `new`.

    A new record in the place of an old one, which the registry only allows where the old one had expired, is a deletion and a
    creation.

    Args:
        old, new: of one identifier; None where there was, or is, no record.
        by, via: who asked for it, and in which protocol.
        at_s: when it was committed, Unix seconds.
    """
    if old is not None and new is not None and _is_heir(old, new):
        deleted = changes_between(old, None, by=BY_EXPIRY, via="", at_s=at_s)
        return deleted + changes_between(None, new, by=by, via=via, at_s=at_s)
    record = new or old
    if record is None or (old is not None and new is not None and old.token == new.token):
        return []
    changed = _short(sorted(_differences(old, new))) if old and new else ()
    kind = _kind(old, new)
    change = Change(
        id=_change_id(record, kind),
        kind=kind,
        identifier=record.identifier,
        owner=record.owner,
        group=record.group,
        old_state=old.state if old else None,
        new_state=new.state if new else None,
        version=record.version,
        by=by,
        via=via,
        at_s=at_s,
        changed=changed,
        target=record.target,
        alterations=tuple(alterations_between(old, new, _PARTS)) if new else (),
    )
    return [change]


def _is_heir(old: Record, new: Record) -> bool:
    return new.version <= old.version and new.token != old.token


def _kind(old: Record | None, new: Record | None) -> ChangeKind:
    if old is None:
        return ChangeKind.CREATED
    if new is None:
        return ChangeKind.DELETED
    return ChangeKind.CHANGED if old.state is new.state else ChangeKind.STATE_CHANGED


def _change_id(record: Record, kind: ChangeKind) -> str:
    return hashlib.sha256(f"{record.identifier}\n{record.token}\n{kind}".encode()).hexdigest()[:32]


def _differences(old: Record, new: Record) -> Iterator[str]:
    for attribute, name in _PARTS.items():
        if getattr(old, attribute) != getattr(new, attribute):
            yield name
    for element in old.elements.keys() | new.elements.keys():
        if old.elements.get(element) != new.elements.get(element):
            yield f"{ELEMENT}{element}"


def _short(names: list[str]) -> tuple[str, ...]:
    """Keep the names that fit, counted as JSON writes them."""
    total = 0
    for index, name in enumerate(names):
        total += len(json.dumps(name).encode()) + 2
        if total > _MAX_NAMES_BYTES:
            parts = [part for part in names[index:] if not part.startswith(ELEMENT)]
            return (*names[:index], *parts, _OTHERS)
    return tuple(names)
