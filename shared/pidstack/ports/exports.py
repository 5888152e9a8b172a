"""What exports need of the outside: their memory, the names of an owner, whoever carries them out, and whoever is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pidstack.domain.export import Export, Order
from pidstack.domain.record import Record


@dataclass(frozen=True, slots=True)
class Progress:
    """How many identifiers the writers have looked at, and how many of them they wrote."""

    seen: int
    written: int


class Exports(Protocol):
    """Remembers exports, until a week after they are finished."""

    def get(self, name: str) -> Export | None:
        """Give an export. One read."""

    def take(self, order: Order, now_s: int) -> Export:
        """Give the export that is being made of an equal order, else a new one that waits.

        One that is stuck is taken for over. Of two that ask at the same time both get the same one. Two reads; a new one costs a
        conditional transaction.
        """

    def change(self, old: Export, new: Export) -> bool:
        """Keep the next stage of an export, unless it is over already. One conditional write. False if it was."""

    def note(self, name: str, segment: int, progress: Progress) -> None:
        """Remember how far a segment is; what was said of it before is forgotten. One write."""

    def progress(self, name: str) -> Progress:
        """Sum the segments up. One query a thousand segments."""


class OwnedNames(Protocol):
    """The names of an owner's identifiers, in the order of their characters."""

    def names(self, owner: str, *, after: str = "", until: str = "") -> Iterator[str]:
        """Go through names behind `after`, up to and including `until`; empty is no limit.

        What has existed throughout comes exactly once, whatever is written meanwhile. About one query for 10,000 names and shard.
        """

    def records(self, names: Sequence[str]) -> list[Record]:
        """Read records, in the order of the names; a name that has none is left out. One batched read a hundred."""


class Runner(Protocol):
    """Carries exports out."""

    def start(self, name: str) -> None:
        """Begin. Safe to repeat."""


class Writer(Protocol):
    """Writes records, one after the other, in one form."""

    @property
    def opening(self) -> bytes:
        """What the file begins with."""

    @property
    def between(self) -> bytes:
        """What stands between two records."""

    @property
    def closing(self) -> bytes:
        """What the file ends with."""

    def write(self, record: Record) -> bytes:
        """Write one record."""


class Links(Protocol):
    """Lets somebody have a file who has nothing but an address."""

    def link(self, name: str, *, saved_as: str, media_type: str) -> str:
        """Give an address that works for an hour. Nothing is sent."""

    def read(self, name: str) -> bytes:
        """Read a whole file, of some megabytes. One request.

        Raises:
            FileNotFoundError: there is none.
        """


class News(Protocol):
    """Tells programs how an export ended."""

    def tell(self, export: Export) -> None:
        """Tell it; who tells it twice is understood once. One request."""


class Mailer(Protocol):
    """Sends mail."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail. `to` is an address, perhaps with a name."""
