"""Crossref's sets: `J`, `B`, `S`; a prefix below them, a publication below it, a year below a journal.

Rule: Crossref, "OAI-PMH", "Set hierarchy".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pidstack.domain.placement import Kind, Placement, Publication
from pidstack.ports.directory import Directory
from pidstack.ports.harvest import Everything, Header, OfKind, OfPrefix, OfTitle, OfYear, SetSelection
from pidstack.ports.publications import Publications
from pidstack.protocols.oai.set_tree import SetEntry
from pidstack.services.harvest import DOI_KINDS

_NAMES = {
    Kind.JOURNAL: "Journals",
    Kind.BOOK: "Books, conference proceedings, dissertations, reports and datasets",
    Kind.SERIES: "Series",
}
_SPEC = re.compile(r"([JBS])(?::(10\.[0-9.]+)(?::([1-9][0-9]{0,14})(?::((?!0000)[0-9]{4}))?)?)?", re.ASCII)
_QUERY_SIZE = 1000


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """A set, in the order in which sets are listed."""

    kind: int
    prefix: str = ""
    number: int = 0
    year: int = 0

    @classmethod
    def parse(cls, spec: str) -> _Place | None:
        match = _SPEC.fullmatch(spec)
        if match is None or (match[4] and match[1] != Kind.JOURNAL):
            return None
        return cls(DOI_KINDS.index(Kind(match[1])), match[2] or "", int(match[3] or 0), int(match[4] or 0))

    def is_under(self, other: _Place) -> bool:
        """Tell whether it is `other` or a part of it."""
        return (
            self.kind == other.kind
            and other.prefix in {"", self.prefix}
            and other.number in {0, self.number}
            and other.year in {0, self.year}
        )


@dataclass(frozen=True, slots=True)
class CrossrefSets:
    """`SetTree` of Crossref's flavour."""

    publications: Publications
    directory: Directory

    def specs(self, header: Header) -> tuple[str, ...]:
        """See `SetTree`."""
        return _specs(header.placement)

    def selection(self, spec: str) -> SetSelection | None:
        """See `SetTree`. No request: a set of nothing is found out by listing it."""
        if not spec:
            return Everything(DOI_KINDS)
        place = _Place.parse(spec)
        if place is None:
            return None
        kind = DOI_KINDS[place.kind]
        if place.year:
            return OfYear(kind, place.prefix, place.number, place.year)
        if place.number:
            return OfTitle(kind, place.prefix, place.number)
        return OfPrefix(kind, place.prefix) if place.prefix else OfKind(kind)

    def entries(self, branch: str, after: str) -> Iterator[SetEntry]:
        """See `SetTree`. A query a kind, and for each prefix that is come to one more and the reading of its title.

        The branch of a publication is looked up instead: one read, of a book two.
        """
        top = _Place.parse(branch) if branch else None
        if branch and top is None:
            return
        last = _Place.parse(after) or _Place(-1)
        for index in range(max(last.kind, 0), len(DOI_KINDS)):
            if top is None or index == top.kind:
                yield from self._of_kind(index, top or _Place(index), last)

    def _of_kind(self, index: int, top: _Place, last: _Place) -> Iterator[SetEntry]:
        kind = DOI_KINDS[index]
        if not top.prefix and _Place(index) > last:
            yield SetEntry(kind, _NAMES[kind])
        for prefix in self.publications.prefixes(kind):
            if top.prefix in {"", prefix} and _Place(index, prefix, 10**15) > last:
                yield from self._of_prefix(_Place(index, prefix), top, last)

    def _of_prefix(self, place: _Place, top: _Place, last: _Place) -> Iterator[SetEntry]:
        spec = f"{DOI_KINDS[place.kind]}:{place.prefix}"
        if not top.number and place > last:
            found = self.directory.prefix(f"doi:{place.prefix}")
            yield SetEntry(spec, (found.title if found else "") or place.prefix)
        begun = last.number if (last.kind, last.prefix) == (place.kind, place.prefix) else 0
        kind = DOI_KINDS[place.kind]
        listed = self._publication(kind, top) if top.number else self._publications(kind, place.prefix, max(begun - 1, 0))
        for publication in listed:
            here = [(0, publication.title), *((year, str(year)) for year in sorted(publication.years))]
            for year, name in here:
                at = _Place(place.kind, place.prefix, publication.number, year)
                if at > last and at.is_under(top):
                    yield SetEntry(f"{spec}:{publication.number}" + (f":{year:04d}" if year else ""), name)

    def _publication(self, kind: Kind, place: _Place) -> list[Publication]:
        """Look a publication up by its number."""
        found = (self.publications.publication(each, place.prefix, place.number) for each in _stored(kind))
        return [each for each in found if each]

    def _publications(self, kind: Kind, prefix: str, after: int) -> Iterator[Publication]:
        """List publications by number."""
        while True:
            pages = [self.publications.publications(each, prefix, after=after, limit=_QUERY_SIZE) for each in _stored(kind)]
            # Behind the end of a full page there may be numbers that the other page has already gone past.
            full = [page[-1].number for page in pages if len(page) == _QUERY_SIZE]
            merged = sorted((each for page in pages for each in page), key=lambda each: each.number)
            yield from (each for each in merged if not full or each.number <= min(full))
            if not full:
                return
            after = min(full)


def _stored(kind: Kind) -> tuple[Kind, ...]:
    """Name the kinds of publication that stand under a set's letter: books are in the sets of their series, under `B` too."""
    return (Kind.BOOK, Kind.SERIES) if kind is Kind.BOOK else (kind,)


@lru_cache(10_000)
def _specs(placement: Placement) -> tuple[str, ...]:
    return placement.set_specs()
