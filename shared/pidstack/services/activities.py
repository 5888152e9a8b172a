"""What was done to a record since it was made, newest first, in pages that are asked for by number or by what came before.

What was done to another record, which had the same name before it was deleted or expired, is nobody's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.identifier import Identifier
from pidstack.ports.feed import History

_STEP = 250  # changes that are read at once


@dataclass(frozen=True, slots=True)
class Activity:
    """A change, and the key that finds it in the history of its identifier."""

    key: str
    change: Change


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Some activities, how many there are in all, and whether there are more behind these."""

    activities: tuple[Activity, ...]
    total: int
    has_more: bool


def activities(identifier: Identifier, history: History, *, limit: int, skip: int = 0, before: int = 0) -> ActivityPage:
    """Give a page of what was done to a record. One query; one more for each 250 activities that are passed over.

    Args:
        limit: the most to give, from 0.
        skip: how many of the newest to pass over.
        before: pass over this version and all newer ones instead; 0 for none. Versions have no gaps: the newest is the total.
    """
    found = _life(identifier, history, after="", limit=1 if skip or before else limit + 1, values=not (skip or before))
    total = found[0].change.version if found else 0
    skip = total - before + 1 if 0 < before <= total else skip
    if skip > 0:
        after = _passed(identifier, history, skip)
        found = _life(identifier, history, after=after, limit=limit + 1, values=True) if after else []
    elif before:
        found = _life(identifier, history, after="", limit=limit + 1, values=True)
    return ActivityPage(tuple(found[:limit]), total, has_more=len(found) > limit)


def activity(identifier: Identifier, history: History, key: str) -> Activity | None:
    """Give one activity of a record by its key; None if it is none. One read, and a query for each 250 that are newer."""
    change = history.at(identifier, key)
    after = ""
    while change is not None and (newer := _life(identifier, history, after=after, limit=_STEP, values=False)):
        if any(each.key == key for each in newer):
            return Activity(key, change)
        after = newer[-1].key
        if after < key or _is_first(newer[-1]):
            break
    return None


def _passed(identifier: Identifier, history: History, count: int) -> str:
    """Give the key of the activity so many from the newest; empty if there is none behind it."""
    after = ""
    while count > 0:
        passed = _life(identifier, history, after=after, limit=min(count, _STEP), values=False)
        if not passed or _is_first(passed[-1]):
            return ""
        after = passed[-1].key
        count -= len(passed)
    return after


def _life(identifier: Identifier, history: History, *, after: str, limit: int, values: bool) -> list[Activity]:
    """Give activities back to the one in which the record was made."""
    page = history.of(identifier, limit=limit, after=after, newest_first=True, values=values)
    found: list[Activity] = []
    for key, change in zip(page.keys, page.changes, strict=True):
        if change.kind is ChangeKind.DELETED:
            break
        found.append(Activity(key, change))
        if _is_first(found[-1]):
            break
    return found


def _is_first(activity: Activity) -> bool:
    return activity.change.kind is ChangeKind.CREATED
