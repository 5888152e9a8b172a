"""Which DOIs a list is asked for: parameters and `query`, as a selection.

Commas join what may be either; parameters are all to be fulfilled, but for `client-id` and `provider-id`, of which one is enough.
Rule: DataCite REST API, "Retrieving a list of DOIs" and "Filtering". What needs a search engine is refused, as an answer that had
more in it than was asked for would be taken for the whole truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.listing import PUBLIC, Reader, Selection, Span, Whose
from pidstack.domain.state import State
from pidstack.ports.directory import Directory
from pidstack.protocols.rest.query import SPANS, Term, read_moment, read_query
from pidstack.protocols.rest.requests import BadRequest
from pidstack.protocols.symbols import account_of_symbol

MOST_NAMES = 1000
SUPPORTED = (
    "query",
    "ids",
    "id",
    "state",
    "client-id",
    "provider-id",
    "prefix",
    "created",
    "registered",
    "updated",
    "resource-type-id",
    "schema-version",
)
# What DataCite's service filters by, and no index here. Names with `-` at the end are beginnings.
_UNSUPPORTED = (
    "consortium-id",
    "published",
    "resource-type",
    "subject",
    "field-of-science",
    "license",
    "certificate",
    "re3data-id",
    "opendoar-id",
    "client-type",
    "user-id",
    "affiliation-id",
    "affiliation-country",
    "funder-id",
    "funded-by",
    "source",
    "sample-group",
    "scroll-id",
    "page[scroll]",
    "include-other-registration-agencies",
    "has-",
    "link-check-",
)
_NOT_ASKED = {"", "false", "0"}  # of what is a flag or a least number
_SCHEMA = "4"  # all descriptions are shown in this version
_VERSION = re.compile(r"(?:.*kernel-)?([0-9])(?:\.[0-9]+)*")
_YEAR = re.compile("[0-9]{4}", re.ASCII)


def read_selection(given: Mapping[str, str], reader: Reader, directory: Directory, within: Whose | None = None) -> Selection:
    """Read what is asked for.

    Args:
        given: parameters by their names with hyphens.
        within: whose DOIs the path of the request names.
    Raises:
        BadRequest: something of it cannot be searched for here, or read.
    """
    for name, value in given.items():
        if _is_unsupported(name, value):
            raise BadRequest(f"Parameter {name} is not supported. Supported are {', '.join(SUPPORTED)}.")
    selection = Selection(reader, whose=(within,) if within is not None else ())
    if given.get("ids") or given.get("id"):
        names = frozenset(read_names(given.get("ids") or given["id"]))
        if len(names) > MOST_NAMES:
            raise BadRequest(f"More than {MOST_NAMES} ids at once cannot be asked for.")
        return replace(selection, names=names)
    selection = _narrowed_by_owner(selection, given, directory)
    for term in (*_terms(given), *read_query(given.get("query", ""))):
        selection = _narrowed(selection, term, directory)
    if reader == Reader():
        selection = replace(selection, states=selection.states & PUBLIC if "state" not in given else PUBLIC)
    return selection


def _is_unsupported(name: str, value: str) -> bool:
    if name.startswith(("has-", "include-")) and value in _NOT_ASKED:
        return False
    return bool(value) and (name in _UNSUPPORTED or any(name.startswith(each) for each in _UNSUPPORTED if each.endswith("-")))


def read_names(text: str) -> list[Identifier]:
    """Read DOIs, each once, in their order; what is none is left out."""
    found = (_name(part) for part in text.split(","))
    return list(dict.fromkeys(each for each in found if each is not None))


def _name(text: str) -> Identifier | None:
    try:
        identifier = Identifier.read(text.strip())
    except Invalid:
        return None
    return identifier if identifier.scheme is Scheme.DOI else None


def _terms(given: Mapping[str, str]) -> Iterable[Term]:
    parameters = {"state": "state", "prefix": "prefix", "resource-type-id": "type", "schema-version": "schema"}
    for name, field in parameters.items():
        if given.get(name):
            yield Term(field, tuple(stripped for part in given[name].split(",") if (stripped := part.strip())))
    for name in sorted(SPANS):
        if given.get(name):
            yield Term(name, span=_years(given[name]))


def _years(text: str) -> Span:
    """Read years; of several the span from the first to the last."""
    years = sorted(part.strip() for part in text.split(","))
    if not all(_YEAR.fullmatch(year) for year in years):
        raise BadRequest(f"{text!r} is not a year, or years with commas between them.")
    return Span(read_moment(years[0]).from_s, read_moment(years[-1]).until_s)


def _narrowed_by_owner(selection: Selection, given: Mapping[str, str], directory: Directory) -> Selection:
    names = [given.get(name, "") for name in ("client-id", "provider-id")]
    if not any(names):
        return selection
    clients, providers = ([part for part in name.split(",") if part.strip()] for name in names)
    whose = Whose(_clients(clients, directory).accounts, _providers(providers).groups)
    return replace(selection, whose=(*selection.whose, whose))


def _clients(symbols: Iterable[str], directory: Directory) -> Whose:
    accounts = (account_of_symbol(symbol, directory) for symbol in symbols)
    return Whose(accounts=frozenset((account.name, account.group) for account in accounts if account is not None))


def _providers(symbols: Iterable[str]) -> Whose:
    return Whose(groups=frozenset(symbol.strip().lower() for symbol in symbols))


def _narrowed(selection: Selection, term: Term, directory: Directory) -> Selection:
    match term.field:
        case "doi":
            names = frozenset(read_names(",".join(term.values)))
            return replace(selection, names=names if selection.names is None else names & selection.names)
        case "prefix":
            return replace(selection, prefixes=_both(selection.prefixes, term.values))
        case "type":
            return replace(selection, resource_types=_both(selection.resource_types, map(_type, term.values)))
        case "state":
            states = frozenset(state for state in State if state.value in term.values)
            return replace(selection, states=selection.states & states)
        case "active":
            states = frozenset(state for state in State if str(state is State.FINDABLE).lower() in term.values)
            return replace(selection, states=selection.states & states)
        case "client":
            return replace(selection, whose=(*selection.whose, _clients(term.values, directory)))
        case "provider":
            return replace(selection, whose=(*selection.whose, _providers(term.values)))
        case "schema":
            return selection if any(map(_is_shown_version, term.values)) else replace(selection, states=frozenset())
    spans: dict[str, Any] = {term.field: term.span.within(getattr(selection, term.field)) if term.span else None}
    return replace(selection, **spans)


def _both(known: frozenset[str] | None, values: Iterable[str]) -> frozenset[str]:
    return frozenset(values) if known is None else known & frozenset(values)


def _is_shown_version(text: str) -> bool:
    match = _VERSION.fullmatch(text)
    return match is not None and match[1] == _SCHEMA


def _type(text: str) -> str:
    """Give a general type as descriptions have it: `journal-article` is `JournalArticle`. What is none stays as it is."""
    return _types().get(text.replace("-", "").lower(), text)


@cache
def _types() -> dict[str, str]:
    from pidstack.formats.datacite_lists import RESOURCE_TYPES

    return {name.lower(): name for name in RESOURCE_TYPES}
