"""Lists of what the directory holds (clients, providers, prefixes and who has which): filtered, sorted, counted, in pages.

The directory is small, some thousands of entries, and is read whole for a list.
Rule: DataCite REST API, "Pagination"; "Retrieving clients", "providers", "prefixes" for filters and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.documents import document, listed
from pidstack.protocols.rest.requests import parameters, read_page

# The filters that there are, by their parameters, and those that are known and that nothing here passes: what they are about is not
# kept (software, certificates), so nobody has it.
_FILTERS = ("ids", "provider-id", "client-id", "prefix-id", "year", "client-type", "member-type", "state")
_UNKNOWN_HERE = (
    "software",
    "certificate",
    "repository-type",
    "re3data-id",
    "opendoar-id",
    "region",
    "organization-type",
    "focus-area",
)
_SORTS = ("name", "created")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    Attributes:
        name: what it is sorted by, and what `query` looks at besides `words`.
        facets: by parameter, which values of a filter it passes; a value with what people call it.
        make: writes its resource object; called for the entries of a page only.
    """

    id: str
    name: str
    created_s: int
    make: Callable[[], dict[str, Any]]
    words: str = ""
    facets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def page_of(
    entries: Iterable[Entry], request: Request, *, at: str, counted: Mapping[str, str], uncounted: Iterable[str] = ()
) -> Response:
    """Answer with a page of a list, in the form of JSON:API.

    Args:
        at: path of the list.
        counted: name in `meta` -> parameter: the filters whose values are counted over the whole list.
        uncounted: names in `meta` that DataCite's clients know, of what is not kept here: always empty.
    """
    given = parameters(request)
    page = read_page(given)
    found = _sorted([each for each in entries if _passes(each, given)], given.get("sort", ""))
    start = page.skip if page.cursor is None else _behind(found, page.cursor)
    shown = found[start : start + page.size]
    behind = shown[-1].id if shown and len(found) > start + page.size else ""
    arguments = {name: given[name] for name in (*_FILTERS, *_UNKNOWN_HERE, "query", "sort") if name in given}
    told = listed([each.make() for each in shown], request, page, len(found), at=at, behind=behind, arguments=arguments)
    told["meta"] |= {name: _counts(found, parameter) for name, parameter in counted.items()} | {name: [] for name in uncounted}
    return document(told)


def year_of(seconds: int) -> dict[str, str]:
    """Give the facet of a year; none for what has no date."""
    year = str(datetime.fromtimestamp(seconds, UTC).year)
    return {year: year} if seconds else {}


def _passes(entry: Entry, given: Mapping[str, str]) -> bool:
    if any(given.get(name) for name in _UNKNOWN_HERE):
        return False
    text = f"{entry.id} {entry.name} {entry.words}".casefold()
    if any(word not in text for word in given.get("query", "").casefold().split()):
        return False
    facets = {**entry.facets, "year": entry.facets.get("year", year_of(entry.created_s)), "ids": {entry.id: ""}}
    return all(_wants(given.get(name, ""), facets.get(name, {})) for name in _FILTERS)


def _wants(text: str, values: Collection[str]) -> bool:
    """Tell whether a filter (`a,b` is either) lets one of these values pass; an empty one lets everything pass."""
    return not text or any(part.strip().lower() in values for part in text.split(","))


def _sorted(entries: list[Entry], sort: str) -> list[Entry]:
    order = sort.removeprefix("-") if sort.removeprefix("-") in _SORTS else "name"
    backwards = sort.startswith("-") and order in sort
    entries.sort(key=lambda each: each.id)
    keys: dict[str, Callable[[Entry], Any]] = {"name": lambda each: each.name.casefold(), "created": lambda each: each.created_s}
    entries.sort(key=keys[order], reverse=backwards)
    return entries


def _behind(entries: list[Entry], cursor: str) -> int:
    """Find the place behind the entry that a cursor names; the beginning if it names none."""
    return next((place + 1 for place, each in enumerate(entries) if each.id == cursor), 0)


def _counts(entries: list[Entry], parameter: str) -> list[dict[str, Any]]:
    """Count the values of a facet, the most frequent first; years the newest first."""
    titles: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for each in entries:
        values = each.facets.get(parameter, year_of(each.created_s) if parameter == "year" else {})
        titles.update(values)
        counts.update(values.keys())
    in_order = sorted(counts, reverse=True) if parameter == "year" else sorted(counts, key=lambda value: (-counts[value], value))
    return [{"id": value, "title": titles[value] or value, "count": counts[value]} for value in in_order]
