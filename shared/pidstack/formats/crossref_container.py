"""What a thing appeared in, as Crossref says it: journal, book, series, proceedings, database.

Rule: Crossref deposit schema 5.4.0; container types as DataCite's Crossref crosswalk (bolognese) has them.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from pidstack.domain.metadata import Container
from pidstack.formats.crossref_item import Item
from pidstack.formats.outside_names import issn
from pidstack.formats.xml_nodes import child, children, descendants, local, text, text_at

_ARTICLE_NUMBERS = frozenset({"articlenumber", "arnumber"})


def container(item: Item) -> Container | None:
    """Return what an item appeared in and where in it; None for a whole that is part of nothing."""
    found = _series(item) or _whole(item)
    if found is None:
        return None
    first, last = text_at(item.node, "pages/first_page"), text_at(item.node, "pages/last_page")
    if local(item.family) == "journal":
        first = first or _article_number(item.node)
    return replace(found, first_page=first, last_page=last)


def serial(node: etree._Element | None) -> tuple[str, str]:
    """Return an ISSN and the word for it, the electronic one before the printed one; empty without one."""
    found = sorted(children(node, "issn"), key=lambda part: part.get("media_type") != "electronic")
    return (issn(text(found[0])), "ISSN") if found else ("", "")


def book_number(node: etree._Element) -> tuple[str, str]:
    """Return the first ISBN and the word for it; empty without one."""
    found = text_at(node, "isbn")
    return (found, "ISBN") if found else ("", "")


def volume(item: Item) -> str:
    """Return the journal volume that an article or issue belongs to."""
    return text_at(item.family, "journal_issue/journal_volume/volume")


def _series(item: Item) -> Container | None:
    """The series of a book, report or chapter."""
    whole = item.node if item.whole is None else item.whole
    series = child(whole, "series_metadata")
    if series is None or item.name == "series_metadata":
        return None
    return Container("Book Series", text_at(series, "titles/title"), *serial(series), volume=text_at(whole, "volume"))


def _whole(item: Item) -> Container | None:
    whole = item.whole
    if whole is None or item.name in ("component", "set_metadata"):
        return None
    title = text_at(whole, "titles/title")
    match local(item.family):
        case "journal":
            issue = text_at(item.family, "journal_issue/issue")
            return Container("Journal", text_at(whole, "full_title"), *serial(whole), volume=volume(item), issue=issue)
        case "book":
            title = title or text_at(whole, "set_metadata/titles/title")
            edition = text_at(whole, "edition_number")
            return Container("Book", title, *book_number(whole), volume=text_at(whole, "volume"), edition=edition)
        case "conference":
            return Container("Proceedings", text_at(whole, "proceedings_title"), *book_number(whole))
        case "database":
            return Container("DataRepository", title)
        case "report-paper":
            return Container("Report", title, *book_number(whole))
        case "standard":
            return Container("Standard", title, *book_number(whole))
    return None


def _article_number(node: etree._Element) -> str:
    for part in descendants(node, "item_number"):
        if part.get("item_number_type", "").replace("_", "").replace("-", "").lower() in _ARTICLE_NUMBERS:
            return text(part)
    return ""
