"""Take the last change of a record back, as far as the history has kept what was there before.

The history is written some seconds after a change, and keeps no more than some kilobytes of it: what it does not say cannot be
undone.
Cost: one query of the history beside that of `update`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pidstack.domain import edits as e
from pidstack.domain.alteration import ELEMENT, Alteration, Digest
from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.domain.supplement import Supplement
from pidstack.ports.feed import History
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry
from pidstack.services.update import update

_SKEW_S = 60  # by which the clocks of those who write and those who tell of it may differ
# What follows from the rest, and is passed over. What only edits of superusers set cannot be undone.
_FOLLOWS = frozenset({"set", "group", "reason"})


def undo(identifier: Identifier, by: Authority, registry: Registry, history: History) -> Record:
    """Keep a record as it was before its last change; that is a change, too.

    Raises:
        NoSuchIdentifier, Forbidden, Busy: as `update`.
        Invalid: nothing was changed yet, the history does not say enough, or the record may not become again what it was.
    """
    page = history.of(identifier, limit=1, newest_first=True, values=True)
    last = page.changes[0] if page.changes else None
    return update(identifier, (e.Depending(lambda record: _backwards(record, last)),), by, registry)


def _backwards(record: Record, last: Change | None) -> Iterator[e.Edit]:
    version = record.version - 1  # the edits are applied to what will be the next one
    if last is None or last.version != version or last.kind is ChangeKind.DELETED or last.at_s + _SKEW_S < record.created_s:
        raise Invalid("The history does not have the last change yet: try again in some seconds.")
    if last.kind is ChangeKind.CREATED:
        raise Invalid("Nothing was changed since the DOI was made.")
    altered = [each for each in last.alterations if not each.is_context]
    if {each.part for each in altered} != set(last.changed) or any(isinstance(each.old, Digest) for each in altered):
        raise Invalid("The last change cannot be undone: the history does not keep texts that are so long.")
    before = {each.part: each.old for each in altered}
    for each in altered:
        yield from _edits(each, record, before)


def _edits(each: Alteration, record: Record, before: dict[str, str | Digest | None]) -> Iterator[e.Edit]:
    old = str(each.old or "")
    match each.part:
        case part if part.startswith(ELEMENT):
            yield e.SetElement(part.removeprefix(ELEMENT), old)
        case "state":
            yield e.SetState(State(old), str(before.get("reason") or ""))
        case "reason" if "state" not in before:
            yield e.Undergo(None, old)
        case "target":
            yield e.SetTarget(old)
        case "profile":
            yield e.SetProfile(old)
        case "supplement":
            yield e.SetSupplement(Supplement.parse(old))
        case "exported":
            yield e.SetExported(old == "yes")
        case "owner":
            yield e.SetOwner(old)
        case part if part not in _FOLLOWS:
            raise Invalid(f"The last change cannot be undone: it altered what only the staff sets ({part}).")
