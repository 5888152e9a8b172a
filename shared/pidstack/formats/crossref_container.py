"""What a thing appeared in, as Crossref says it: journal, book, series, proceedings, database.

Rule: Crossref deposit schema 5.4.0; container types as DataCite's Crossref crosswalk (bolognese) has them.
"""

from __future__ import annotations

from pidstack.domain.metadata import Container
from pidstack.formats.crossref_item import Item
from pidstack.formats.outside_names import issn
from pidstack.formats.plain_xml import Parts, by_name, said, text, text_in, within

_ARTICLE_NUMBERS = frozenset({"articlenumber", "arnumber"})


def container(item: Item) -> Container | None:
    """Return what an item appeared in and where in it; None for a whole that is part of nothing."""
    first = last = ""
    if "pages" in item.parts:
        first, last = text_in(item.parts, "pages", "first_page"), text_in(item.parts, "pages", "last_page")
    if not first and item.family_name == "journal":
        first = _article_number(item)
    pages = {"first_page": first, "last_page": last}
    return _series(item, pages) or _whole(item, pages)


def series_of(whole: Parts) -> Parts:
    """Return what stands in the description of the series that a whole is in."""
    return by_name(next(iter(whole.get("series_metadata", ())), None))


def serial(parts: Parts) -> tuple[str, str]:
    """Return an ISSN and the word for it, the electronic one before the printed one; empty without one."""
    found = parts.get("issn")
    if not found:
        return "", ""
    best = found[0]
    for part in found:
        if said(part, "media_type") == "electronic":
            best = part
            break
    return issn(text(best)), "ISSN"


def book_number(parts: Parts) -> tuple[str, str]:
    """Return the first ISBN and the word for it; empty without one."""
    found = text_in(parts, "isbn")
    return (found, "ISBN") if found else ("", "")


def volume_and_issue(item: Item) -> tuple[str, str]:
    """Return the volume and the issue of a journal that an article belongs to."""
    parts = item.family_parts
    return text_in(parts, "journal_issue", "journal_volume", "volume"), text_in(parts, "journal_issue", "issue")


def _series(item: Item, pages: dict[str, str]) -> Container | None:
    """The series of a book, report or chapter."""
    whole = item.whole_or_own
    if "series_metadata" not in whole or item.name == "series_metadata":
        return None
    series = series_of(whole)
    return Container("Book Series", text_in(series, "titles", "title"), *serial(series), volume=text_in(whole, "volume"), **pages)


def _whole(item: Item, pages: dict[str, str]) -> Container | None:
    if item.whole is None or item.name in ("component", "set_metadata"):
        return None
    whole = item.whole_parts
    match item.family_name:
        case "journal":
            title, number, (volume, issue) = text_in(whole, "full_title"), serial(whole), volume_and_issue(item)
            return Container("Journal", title, *number, volume, issue, **pages)
        case "book":
            title = text_in(whole, "titles", "title") or text_in(whole, "set_metadata", "titles", "title")
            edition = text_in(whole, "edition_number")
            return Container("Book", title, *book_number(whole), volume=text_in(whole, "volume"), edition=edition, **pages)
        case "conference":
            return Container("Proceedings", text_in(whole, "proceedings_title"), *book_number(whole), **pages)
        case "database":
            return Container("DataRepository", text_in(whole, "titles", "title"), **pages)
        case "report-paper":
            return Container("Report", text_in(whole, "titles", "title"), *book_number(whole), **pages)
        case "standard":
            return Container("Standard", text_in(whole, "titles", "title"), *book_number(whole), **pages)
    return None


def _article_number(item: Item) -> str:
    for part in (*within(item.parts, "publisher_item", "item_number"), *item.parts.get("item_number", ())):
        if said(part, "item_number_type").replace("_", "").replace("-", "").lower() in _ARTICLE_NUMBERS:
            return text(part)
    return ""
