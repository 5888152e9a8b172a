"""When a thing was published, accepted and changed, as Crossref says it.

Rule: Crossref deposit schema 5.4.0, `date_t` (a month of 21 to 34 is a season or quarter, which only the year survives).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from pidstack.domain.metadata import Date
from pidstack.formats.crossref_item import Item
from pidstack.formats.plain_xml import INSIDE, NAME, Node, Parts, by_name, text, within

_ISSUED = (
    ("publication_date",),
    ("posted_date",),
    ("approval_date",),
    ("review_date",),
    ("database_date", "publication_date"),
    ("database_date", "creation_date"),
    ("acceptance_date",),
)
_OTHERS = (
    (("acceptance_date",), "Accepted"),
    (("database_date", "creation_date"), "Created"),
    (("database_date", "update_date"), "Updated"),
)


def dates(item: Item) -> tuple[Date, ...]:
    """Return the dates of an item: `Issued` first, where anything is known of it, then the others."""
    found = []
    if issued := _issued(item):
        found.append(Date(issued, "Issued"))
    for path, kind in _OTHERS:
        found += [Date(when, kind) for part in within(item.parts, *path) if (when := _date(part))]
    if updated := item.facts.get("last-update", ""):
        found.append(Date(updated, "Updated"))
    return tuple(found)


def _issued(item: Item) -> str:
    """The item's own date, else that of what is around it, else the day it was registered."""
    return _first(item.parts) or _around(item) or item.facts.get("created", "")[:10]


def _around(item: Item) -> str:
    for node in (item.node, *item.around):
        if node is item.family:
            issues = item.family_parts.get("journal_issue", ())[:1]
            places = (item.family_parts, *map(by_name, issues), item.whole_parts)
            return next((when for parts in places if (when := _first(parts))), "")
        if when := _first(by_name(node)):
            return when
    return ""


def _first(parts: Parts) -> str:
    for path in _ISSUED:
        for part in within(parts, *path):
            if when := _date(part):
                return when
    return ""


def _date(node: Node) -> str:
    """Write as much of a date as makes sense: `2012`, `2012-03` or `2012-03-31`; nothing without a year."""
    parts = {part[NAME]: text(part) for part in reversed(node[INSIDE])}  # of several years, the first counts
    year, month, day = parts.get("year", ""), parts.get("month", ""), parts.get("day", "")
    if not (len(year) == 4 and year.isascii() and year.isdigit()):
        return ""
    is_usual = len(month) <= 2 and len(day) <= 2
    return _written(year, month, day) if is_usual else _written.__wrapped__(year, month, day)


@lru_cache(maxsize=4096)
def _written(year: str, month: str, day: str) -> str:
    try:
        whole = date(int(year), int(month), int(day or "1"))
    except ValueError:
        return f"{year}-{int(month):02}" if _is_month(month) else year
    return whole.isoformat() if day else whole.isoformat()[:7]


def _is_month(month: str) -> bool:
    return month.isascii() and month.isdigit() and 1 <= int(month) <= 12
