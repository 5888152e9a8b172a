"""Where harvesters find a record: its kind, the prefix it lies under, the publication it is a part of, and the sets that follow.

Rule: Crossref, "OAI-PMH", sets `type[:prefix[:publication[:year]]]`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

NO_TITLE = "(:unav)"
_WRITTEN = re.compile(r"([JBS]):(10\.[0-9.]+)(?::([0-9]+)(?::([0-9]{4}))?)?(?:\+([0-9]+))?", re.ASCII)


class Kind(StrEnum):
    """What a publication is. Books are all that are neither journals nor series: proceedings, reports, databases..."""

    JOURNAL = "J"
    BOOK = "B"
    SERIES = "S"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of one record among the sets.

    Attributes:
        kind: `NONE` for what is no DOI: it lies in no set, only under its prefix.
        prefix: `10.5072`; of kind `NONE` the root of the name, `ark:/99999`.
        publication: number of the title; 0 of kind `NONE`.
        series: number of the series that a book is in; 0 if in none.
        year: of publication; 0 if nobody knows.
    """

    kind: Kind
    prefix: str
    publication: int = 0
    series: int = 0
    year: int = 0

    def __str__(self) -> str:
        """Write all of it in one word: `J:10.5072:4:2011`, `B:10.5072:12:2011+77`, `-:ark:/99999`."""
        number = f":{self.publication}" if self.publication or self.year else ""
        year = f":{self.year:04d}" if self.year else ""
        return f"{self.kind}:{self.prefix}{number}{year}" + (f"+{self.series}" if self.series else "")

    @classmethod
    def parse(cls, written: str) -> Placement:
        """Read what `str` wrote.

        Raises:
            ValueError: it is nothing of the kind.
        """
        if written.startswith(f"{Kind.NONE}:"):
            return cls(Kind.NONE, written[2:])
        match = _WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError(f"no placement: {written!r}")
        kind, prefix, publication, year, series = match.groups()
        return cls(Kind(kind), prefix, int(publication or 0), int(series or 0), int(year or 0))

    def set_specs(self) -> tuple[str, ...]:
        """List every level of every set it is in, the widest first; none of kind `NONE`.

        Only journals have years. A book that is in a series is in the sets of both, under both letters.
        """
        if self.kind is Kind.NONE:
            return ()
        levels = [f"{self.kind}", f"{self.kind}:{self.prefix}"]
        levels += [f"{self.kind}:{self.prefix}:{number}" for number in (self.publication, self.series) if number]
        if self.kind is Kind.JOURNAL and self.publication and self.year:
            levels.append(f"{levels[-1]}:{self.year:04d}")
        if self.series:
            levels += [f"{Kind.SERIES}", f"{Kind.SERIES}:{self.prefix}", f"{Kind.SERIES}:{self.prefix}:{self.series}"]
        return tuple(dict.fromkeys(levels))

    @property
    def branch(self) -> str:
        """Name all records of its kind under its prefix: `J:10.5072`; books in series, being of two kinds, apart: `BS:10.5072`."""
        return f"{self.kind}{Kind.SERIES if self.series else ''}:{self.prefix}"

    @property
    def shelf(self) -> str:
        """Name all records of its title, or of the series that a book is in: `J:10.5072:4`; empty of kind `NONE`."""
        number = self.series or self.publication
        return f"{self.kind}:{self.prefix}:{number}" if number else ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A journal, book, series... that has a number.

    Attributes:
        number: unique under its prefix, whatever its kind.
        title: as it was first spelled.
        identifiers: its ISSNs or ISBNs, as first given.
        series: number of the series it is in; 0 if in none.
        years: in which something of it was published; of journals only.
    """

    kind: Kind
    prefix: str
    number: int
    title: str
    identifiers: tuple[str, ...] = ()
    series: int = 0
    years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """What a record says about where it belongs; numbers come from the registry of publications.

    Attributes:
        title: of the publication; two that `folded` makes equal are one, if they are in the same series.
        identifiers: ISSNs or ISBNs.
        series_title: of the series that a book is in; empty if in none.
        year: of publication; 0 if nobody knows.
    """

    kind: Kind
    prefix: str
    title: str = ""
    identifiers: tuple[str, ...] = ()
    series_title: str = ""
    year: int = 0


def folded(title: str) -> str:
    """Give a title as titles are compared: compatible characters, case and blanks do not count; no title is `(:unav)`."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", title).casefold()).split()) or NO_TITLE
