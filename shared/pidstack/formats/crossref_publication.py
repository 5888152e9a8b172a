"""The publication that a Crossref deposit belongs to: its journal, book, proceedings, database, and the series that is in.

Rule: Crossref deposit schema 5.4.0 (`…_metadata`, `series_metadata`, `proceedings_series_metadata`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pidstack.formats.crossref_item import Item, find_item
from pidstack.formats.crossref_types import CONTAINERS
from pidstack.formats.outside_names import issn
from pidstack.formats.plain_xml import INSIDE, NAME, Node, child, children, kept, said, text, text_at

# What is a part of nothing, and so appears under its publisher's name.
_ALONE = frozenset({"dissertation", "grant", "peer_review", "pending_publication", "posted_content", "preprint", "sa_component"})
_TITLES = (("full_title",), ("proceedings_title",), ("titles", "title"))
_SERIES_TYPES = frozenset({"book_series", "conference_series", "report-paper_series", "standard_series"})


@dataclass(frozen=True, slots=True)
class Whole:
    """A publication as a deposit names it.

    Attributes:
        title: empty if the deposit has none.
        numbers: its ISSNs or ISBNs.
        series: title of the series that a book is in; empty if in none.
        is_series: whether the deposit is about the series itself.
    """

    title: str
    numbers: tuple[str, ...]
    series: str = ""
    is_journal: bool = False
    is_series: bool = False


def publication(document: str, doi: str) -> Whole | None:
    """Tell which publication the object of a deposit belongs to; None for what is a part of none.

    Args:
        document: XML as `documents.with_documents` keeps it.
        doi: the object's DOI.
    Raises:
        Unreadable: not XML that we read, or nothing of Crossref's in it.
    """
    item = find_item(kept(document.encode()), doi)
    family = item.family_name
    if family in _ALONE:
        return None
    whole = next((part for part in item.family[INSIDE] if part[NAME] in CONTAINERS), item.node)
    if family == "journal":
        return Whole(_title(whole), _numbers(whole, "issn"), is_journal=True)
    series = _series(whole)
    if series is not None and _is_series(item, whole, series):
        return Whole(_title(series) or _title(whole), _numbers(series, "issn"), is_series=True)
    series_title = _title(series) if series is not None else ""
    return Whole(_title(whole) or _title(child(whole, "set_metadata")) or series_title, _numbers(whole, "isbn"), series_title)


def _series(whole: Node) -> Node | None:
    return child(whole, "series_metadata")


def _is_series(item: Item, whole: Node, series: Node) -> bool:
    """Tell whether the series itself is meant, and not a volume in it: it has the DOI, or the volume has no title of its own."""
    if item.node is series or item.kind in _SERIES_TYPES:
        return True
    return item.node is whole and not _title(whole)


def _title(node: Node | None) -> str:
    return next((title for path in _TITLES if (title := text_at(node, *path))), "")


def _numbers(node: Node, name: str) -> tuple[str, ...]:
    """ISSNs in their usual form, the electronic one first; ISBNs as given."""
    found = sorted(children(node, name), key=lambda part: said(part, "media_type") != "electronic")
    return tuple(issn(text(part)) if name == "issn" else text(part) for part in found)
