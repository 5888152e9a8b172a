"""The memory of publications, and of when something of them was there to harvest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from pidstack.domain.placement import Kind, Placement, Publication, WantedPlace
from pidstack.domain.record import Record

EVER = "ever"


class Publications(Protocol):
    """Gives titles their numbers. What `place` gave once it gives for ever, to every process."""

    def place(self, wanted: WantedPlace) -> Placement:
        """Turn titles into numbers, new ones if they are new here; kind `NONE` needs none.

        Free of requests for titles and years that this process has met before.
        """

    def publication(self, kind: Kind, prefix: str, number: int) -> Publication | None:
        """Give the publication of this number, if it is of this kind. One read."""

    def publications(self, kind: Kind, prefix: str, *, after: int = 0, limit: int = 1000) -> list[Publication]:
        """List publications by their numbers, from the first behind `after`. One query.

        Series that something of kind `BOOK` is in are listed as `SERIES` only.
        """

    def prefixes(self, kind: Kind) -> list[str]:
        """List the prefixes, sorted, that have publications of a kind. One query."""


class Calendar(Protocol):
    """Remembers which branches and owners have something to harvest, and from which days: where a harvester has to look."""

    def mark(self, record: Record) -> None:
        """Remember the day of a record that is to be kept now; nothing if harvesters do not see it.

        Comes before the record itself, so that whoever finds no mark misses nothing. Free of requests for marks that this process
        has made before; safe to repeat.
        """

    def marked(self, month: str) -> dict[str, frozenset[int]]:
        """Give the marks of a month, `2026-11`, or of all times, `EVER`: a branch (`J:10.5072`) or owner (`@alice`), and the days.

        Of all times no days are known. A mark may be there for what is gone since. One query.
        """


class PublicationKeeper(Publications, Protocol):
    """What a recount needs on top."""

    def restore(self, publication: Publication) -> None:
        """Enter a publication that records speak of, with its number; of one that is there, add the years. Safe to repeat.

        Args:
            publication: with the whole title, by which it is to be found.
        """


class CalendarKeeper(Calendar, Protocol):
    """What a recount needs on top."""

    def restore(self, month: str, name: str, days: frozenset[int]) -> None:
        """Make a mark, or add days to it. Safe to repeat."""


def marks_of(record: Record) -> tuple[str, ...]:
    """Name the branch and the owner under which a record is marked; nothing if harvesters do not see it."""
    return (record.placement.branch, f"@{record.owner}") if record.placement and record.is_harvested else ()


def month_and_day(moment_s: int) -> tuple[str, int]:
    """Give the UTC month of Unix seconds as `2026-11`, and the day in it."""
    moment = datetime.fromtimestamp(moment_s, UTC)
    return f"{moment.year:04d}-{moment.month:02d}", moment.day
