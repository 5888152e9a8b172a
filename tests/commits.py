"""Histories for tests of the feed: what a table's stream tells of some identifiers, and what is in the table in the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import strategies as st

from pidstack.domain.change import BY_EXPIRY, changes_between
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.feed import Commit
from tests.builders import NOW_S, a_record

_NAMES = ("ark:/99999/fk4a", "ark:/99999/fk4b", "ark:/13030/c7c", "doi:10.5072/FK2D", "doi:10.9999/FZ4E")
_DAY_S = 24 * 3600


def a_commit(old: Record | None, new: Record | None, position: str = "1", at_s: int = NOW_S) -> Commit:
    """A commit as the stream tells it."""
    by, via = (new.changed_by or "alice", "ezid") if new else (BY_EXPIRY, "")
    return Commit(position, old, new, tuple(changes_between(old, new, by=by, via=via, at_s=at_s)))


@dataclass(slots=True)
class Story:
    """A table, and the stream of its commits."""

    records: dict[str, Record] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    _serial: Any = field(default_factory=lambda: count(1))

    def write(self, name: str, *, anew: bool = False, **fields: Any) -> None:
        """Make a record, or its next version, or one anew in the place of one that has expired."""
        old = None if anew else self.records.get(name)
        kept = {"version": old.version + 1, "created_s": old.created_s, "expires_s": old.expires_s} if old else {}
        self._commit(name, a_record(name, **fields, **kept))

    def remove(self, name: str) -> None:
        """Delete a record, or let it expire."""
        if name in self.records:
            self._commit(name, None)

    def _commit(self, name: str, new: Record | None) -> None:
        serial = next(self._serial)
        new = replace(new, token=f"token{serial}") if new else None
        self.commits.append(a_commit(self.records.pop(name, None), new, f"{serial}", NOW_S + serial))
        if new is not None:
            self.records[name] = new


_DEEDS = st.tuples(
    st.sampled_from(_NAMES),
    st.sampled_from(["write"] * 6 + ["remove", "anew"]),
    st.fixed_dictionaries(
        {
            "owner": st.sampled_from(["alice", "bob"]),
            "group": st.sampled_from(["groupa", "groupb"]),
            "state": st.sampled_from(State),
            "exported": st.booleans(),
            "placement": st.sampled_from([None, *map(Placement.parse, ("J:10.5072:1:2011", "B:10.9999:4+5", "-:ark:/99999"))]),
            "updated_s": st.sampled_from([NOW_S, NOW_S + _DAY_S]),
        }
    ),
)


def stories(most: int = 25) -> st.SearchStrategy[Story]:
    """All that can happen to five identifiers: made, changed, handed over, hidden, deleted, expired, replaced after expiry."""
    return st.lists(_DEEDS, min_size=1, max_size=most).map(_told)


def _told(deeds: Sequence[tuple[str, str, dict[str, Any]]]) -> Story:
    story = Story()
    for name, deed, fields in deeds:
        if deed == "remove":
            story.remove(name)
        elif deed == "anew":
            story.write(name, anew=True, **fields, expires_s=NOW_S + 5)
        else:
            story.write(name, **fields)
    return story


def shuffled(commits: Sequence[Commit], seed: int) -> list[Commit]:
    """Bring commits of different identifiers in any order; those of one identifier keep theirs."""
    lines: dict[str, list[Commit]] = {}
    for commit in commits:
        lines.setdefault(commit.identifier.name, []).append(commit)
    dice = random.Random(seed)  # noqa: S311 - no secret
    names = [name for name, line in lines.items() for _ in line]
    dice.shuffle(names)
    heads = {name: iter(line) for name, line in lines.items()}
    return [next(heads[name]) for name in names]


def batches(commits: Sequence[Commit], size: int) -> list[list[Commit]]:
    """Part commits as a stream does."""
    return [list(commits[start : start + size]) for start in range(0, len(commits), size)]


class CrashedError(Exception):
    """The process ended."""


class Faults:
    """Crashes to come: each step of the work takes the next of a plan, `before`, `after` or anything else for none."""

    def __init__(self, plan: Sequence[str]) -> None:
        self._plan = iter(plan)

    def around(self, work: Any) -> Any:
        """Give the same work, with crashes."""

        def work_or_crash(*arguments: Any) -> Any:
            fault = next(self._plan, "none")
            if fault == "before":
                raise CrashedError
            result = work(*arguments)
            if fault == "after":
                raise CrashedError
            return result

        return work_or_crash


def plans() -> st.SearchStrategy[list[str]]:
    """Plans for `Faults`."""
    return st.lists(st.sampled_from(["none", "before", "after"]), max_size=30)
