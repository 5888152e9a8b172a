"""What the two repositories mean by a set: for a header the sets it is in, for a set what to list, and all sets in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pidstack.ports.harvest import Header, Selection


@dataclass(frozen=True, slots=True)
class SetEntry:
    """One set as ListSets tells it."""

    spec: str
    name: str


class SetTree(Protocol):
    """The sets of a repository."""

    def specs(self, header: Header) -> tuple[str, ...]:
        """List every set that a record is in, ancestors included."""

    def selection(self, spec: str) -> Selection | None:
        """Say what a set holds; None if there is no such set. The empty one is the whole repository."""

    def entries(self, branch: str, after: str) -> Iterator[SetEntry]:
        """Give sets in a fixed order, parents before children; each is read when it is asked for.

        Args:
            branch: a set, for it and those below it; empty for all.
            after: the spec of the last set that was given; empty begins.
        """
