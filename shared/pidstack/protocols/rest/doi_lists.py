"""The operations that list DOIs: all, a client's, a provider's, in pages by number or by cursor, or some at random.

A list costs at most one query for each of the parts that it is kept in, one batched read for each hundred records, and one of
counts; with a cursor it is read part by part, one query a page.
Rule: DataCite REST API, "Retrieving a list of DOIs" and "Pagination".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pidstack.domain.counting import CREATED, REGISTERED, CounterKind, Tally
from pidstack.domain.errors import Forbidden
from pidstack.domain.listing import PUBLIC, Reader, Selection, Whose
from pidstack.domain.record import Record
from pidstack.ports.lists import Order
from pidstack.protocols.accept import Wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.catalogue import prefixes_of
from pidstack.protocols.rest.clients import client_resource
from pidstack.protocols.rest.documents import document, listed
from pidstack.protocols.rest.doi_resource import Look, doi_resource, look_of
from pidstack.protocols.rest.filters import SUPPORTED, read_names, read_selection
from pidstack.protocols.rest.negotiation import MOST_IN_FORM, VARY, all_in_form, form_of
from pidstack.protocols.rest.requests import BadRequest, Page, parameters, read_page
from pidstack.protocols.rest.roles import Role
from pidstack.protocols.rest.service import Service
from pidstack.protocols.symbols import client_id
from pidstack.services.lists import count, named, read, reader_of

Json = Any
_PATH = "/dois"
# What the next page is asked for with, besides its place.
_CARRIED = (
    *SUPPORTED,
    *("sort", "fields[dois]", "include", "affiliation", "publisher", "detail", "facets", "disable-facets", "style", "locale"),
)
_ORDERS = {"updated": Order.OLDEST, "-updated": Order.NEWEST}
_UNSORTABLE = ("name", "created", "published", "title", "view-count", "download-count", "citation-count")
# What only a list with `detail=true` tells.
_DETAILS = ("prefix", "suffix", "alternateIdentifiers", "xml", "viewsOverTime", "downloadsOverTime", "citationsOverTime")
# Facet -> how the names of its counts begin; some are years.
_COUNTED = {
    "clients": "owner",
    "providers": "group",
    "prefixes": "prefix",
    "resourceTypes": "type",
    "created": CREATED,
    "registered": REGISTERED,
}
_YEARS = {CREATED, REGISTERED}
_TITLES = {"findable": "Findable", "registered": "Registered", "draft": "Draft"}
_BOTH = "Cursor-based pagination and random sampling are mutually exclusive, please choose one or the other."
_MOST_NAMES, _NAMES_AT_ONCE = 50_000, 4000
_UNKNOWN = -1  # a total that nothing counts


def list_dois(request: Request, service: Service) -> Response:
    """`GET /dois`: as JSON, or the descriptions one after the other in the form that `Accept` names."""
    return dois_of(None, request, service, at=_PATH)


def dois_of(within: Whose | None, request: Request, service: Service, *, at: str) -> Response:
    """List DOIs: `GET /dois`, `GET /clients/{id}/dois`, `GET /providers/{id}/dois`.

    Args:
        within: whose; None for everybody's.
        at: path of the list.
    """
    form = form_of(request)
    given, store = parameters(request), service.lists()
    page, order = _page(given, form), _order(given)
    selection = read_selection(given, reader_of(service.requester(request), service.keeper), service.registry.directory, within)
    is_random = given.get("random") == "true"
    if is_random and page.cursor is not None:
        raise BadRequest(_BOTH)
    now_s, after, tally = service.registry.clock(), "", None
    if selection.names is not None:
        wanted = read_names(given.get("ids") or given.get("id", "")) or sorted(selection.names)
        found = named(wanted, selection, store, now_s)
        records, total = found[page.skip : page.skip + page.size], len(found)
        after = "more" if len(found) > page.skip + page.size else ""
        page = replace(page, cursor=None)
    else:
        tally = count(selection, store)
        if is_random:
            entries: Sequence[Any] = store.sample(selection, limit=page.size)
        else:
            part = _part(page, order, selection, service)
            entries, after = part.entries, part.after
        records = read(entries, selection, store, now_s)
        is_last = not after and page.cursor is None and not is_random and page.size > 0 and bool(entries or not page.skip)
        total = tally.total if tally is not None else page.skip + len(entries) if is_last else _UNKNOWN
    told = _told(records, request, service, page, total, at=at, after=after, tally=tally, selection=selection, form=form)
    if form is not None:
        return all_in_form(records, form, request, next_page=told["links"].get("next", ""))
    return document(told, headers=VARY)


def list_own_names(request: Request, service: Service) -> Response:
    """`GET /dois/get-dois`: all DOIs of a client under the first of its prefixes, in capitals. A query for each 4000."""
    requester = service.signed_in(request)
    if service.role(request) is not Role.CLIENT_ADMIN:
        raise Forbidden("for clients")
    account = requester.account
    prefixes = prefixes_of(account)
    own = Whose(frozenset({(account.name, account.group)}))
    selection = Selection(Reader(own=own), whose=(own,), prefixes=frozenset(prefixes[:1]))
    names: list[str] = []
    after = ""
    while len(names) < _MOST_NAMES:
        part = service.lists().part(selection, Order.WALK, limit=_NAMES_AT_ONCE, after=after)
        names += [(entry.identifier.doi or "").upper() for entry in part.entries]
        after = part.after
        if not after:
            break
    return document({"dois": sorted(names)}) if names else Response(204)


def _page(given: Mapping[str, str], form: Wanted | None) -> Page:
    page = read_page(given)
    return page if form is None else replace(page, size=min(page.size, MOST_IN_FORM))


def _order(given: Mapping[str, str]) -> Order:
    """Read `sort`; what nobody knows sorts as usual, and who reads by cursor, or names DOIs, is not asked."""
    sort, is_free = given.get("sort", ""), "page[cursor]" in given or given.get("ids") or given.get("id")
    if sort.removeprefix("-") in _UNSORTABLE and not is_free:
        raise BadRequest(f"Sorting by {sort} is not supported. Supported are -updated, updated.")
    return _ORDERS.get(sort, Order.NEWEST)


def _part(page: Page, order: Order, selection: Selection, service: Service) -> Any:
    if page.cursor is None:
        return service.lists().part(selection, order, limit=page.size, skip=page.skip)
    after = _read_cursor(page.cursor)
    began = next((each for each in Order if each[0] == after[:1]), Order.WALK)
    return service.lists().part(selection, began, limit=page.size, after=after)


def _told(
    records: Sequence[Record],
    request: Request,
    service: Service,
    page: Page,
    total: int,
    *,
    at: str,
    after: str,
    tally: Tally | None,
    selection: Selection,
    form: Wanted | None,
) -> dict[str, Json]:
    """Make the document of a page; where another form is wanted, only what it tells of the page itself."""
    given = parameters(request)
    resources = [] if form else _resources(records, given, request.base_url)
    arguments = {name: given[name] for name in _CARRIED if name in given}
    behind = _write_cursor(after) if after else ""
    told = listed(resources, request, page, max(total, 0), at=at, behind=behind, arguments=arguments)
    if after and page.cursor is None and selection.names is None and len(records) < page.size:
        # Reading had to stop before the page was full: only a cursor says where.
        by_cursor = listed([], request, replace(page, cursor=""), 0, at=at, behind=behind, arguments=arguments)
        told["links"]["next"] = by_cursor["links"]["next"]
    if form is not None:
        return told
    if total == _UNKNOWN:
        told["meta"] = {"page": page.number} if page.cursor is None else {}
    if total > 0 and tally is not None and given.get("disable-facets") not in {"true", "1"}:
        told["meta"] |= _facets(tally, selection, given, service)
    if "client" in _words(given.get("include", "")):
        told["included"] = _clients(records, service)
    return told


def _resources(records: Sequence[Record], given: Mapping[str, str], base_url: str) -> list[dict[str, Json]]:
    fields, is_detailed = _words(given.get("fields[dois]", "")), given.get("detail") == "true"
    look = look_of(given, base_url)
    look = replace(look, xml="xml" in fields if fields else is_detailed)
    return [_resource(record, look, fields, is_detailed=is_detailed) for record in records]


def _resource(record: Record, look: Look, fields: set[str], *, is_detailed: bool) -> dict[str, Json]:
    told = doi_resource(record, look)
    attributes, relationships = told["attributes"], told["relationships"]
    if fields:
        told["attributes"] = {name: value for name, value in attributes.items() if name in fields}
        told["relationships"] = {name: value for name, value in relationships.items() if name in fields}
    elif not is_detailed:
        for name in _DETAILS:
            attributes.pop(name, None)
        told["relationships"] = {"client": relationships["client"]}
    else:
        relationships.pop("media", None)
    return told


def _clients(records: Sequence[Record], service: Service) -> list[Json]:
    accounts = (service.registry.directory.account(owner) for owner in dict.fromkeys(record.owner for record in records))
    return [client_resource(account) for account in accounts if account is not None]


def _facets(tally: Tally, selection: Selection, given: Mapping[str, str], service: Service) -> dict[str, Json]:
    """Count by state, for nothing; and, for whoever names them in `facets`, what the whole list has counts of."""
    named = {name.replace("_", "-") for name in _words(given["facets"])} if "facets" in given else {"states"}
    facets: dict[str, Json] = {}
    if "states" in named:
        counts = ((state, getattr(tally, state)) for state in _TITLES)
        facets["states"] = [_facet(state, _TITLES[state], number) for state, number in counts if number]
    is_whole = selection == Selection(selection.reader, selection.states)
    if not is_whole or not (selection.states <= PUBLIC or selection.reader.everything):
        return facets
    for name, kind in _COUNTED.items():
        if named & {name, "resource-types" if name == "resourceTypes" else name}:
            facets[name] = _counted(kind, selection, service)
    return facets


def _counted(kind: str, selection: Selection, service: Service) -> list[Json]:
    """Give the ten most frequent, or the last ten years. One query for each share of the counts."""
    tallies = service.counters.tallies(CounterKind.LIST, first=f"{kind}:", last=f"{kind}:~")
    counts = {
        name.removeprefix(f"{kind}:"): sum(getattr(tally, state) for state in selection.states)
        for name, tally in tallies.items()
        if " " not in name
    }
    found = [name for name in counts if counts[name]]
    most = sorted(found, reverse=True) if kind in _YEARS else sorted(found, key=lambda name: (-counts[name], name))
    return [_facet(*_shown_as(kind, name, service), counts[name]) for name in most[:10]]


def _shown_as(kind: str, name: str, service: Service) -> tuple[str, str]:
    """Give the id and the title of a value."""
    directory = service.registry.directory
    if kind == "owner":
        account = directory.account(name)
        return (client_id(name, account.group), account.title or name) if account else (name, name)
    if kind == "group":
        group = directory.group(name)
        return name, (group.title if group else "") or name
    if kind == "type":
        words = "".join(f" {letter}" if letter.isupper() else letter for letter in name).split()
        return "-".join(words).lower(), " ".join(words)
    return name, name


def _facet(name: str, title: str, number: int) -> dict[str, Json]:
    return {"id": name, "title": title, "count": number}


def _words(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")} - {""}


def _write_cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> str:
    """Read what `_write_cursor` wrote; anything else begins the list."""
    try:
        return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
