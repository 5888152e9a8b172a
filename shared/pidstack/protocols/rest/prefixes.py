"""The operations on prefixes of DOIs, and on who has which: clients by the shoulders that were granted to them, providers by their
clients.

Handing prefixes out is the operator's, with shoulders (`pidstack shoulder grant`); only the staff may make a prefix known here.
Rule: DataCite REST API, "Prefixes", "Client prefixes", "Provider prefixes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pidstack.domain.errors import Invalid, InvalidIdentifier, NotFound
from pidstack.domain.shoulder import Prefix
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.catalogue import Assignment, Catalogue
from pidstack.protocols.rest.documents import document, moment, resource
from pidstack.protocols.rest.entries import Entry, page_of, year_of
from pidstack.protocols.rest.errors import invalid
from pidstack.protocols.rest.requests import members, read_data
from pidstack.protocols.rest.service import Service
from pidstack.services import hand_out

_COUNTED = {"years": "year", "states": "state", "providers": "provider-id", "clients": "client-id"}
_ASSIGNED_COUNTED = {"years": "year", "providers": "provider-id", "clients": "client-id"}
_STATES = {"unassigned": "Unassigned", "with-provider": "With Provider", "with-repository": "With Repository"}
_DOI = "doi:"
Json = dict[str, Any]


def list_prefixes(request: Request, service: Service) -> Response:
    """`GET /prefixes`."""
    catalogue = Catalogue(service.keeper)
    entries = (_entry(name, prefix, catalogue) for name, prefix in catalogue.prefixes.items())
    return page_of(entries, request, at="/prefixes", counted=_COUNTED)


def show_prefix(request: Request, service: Service) -> Response:
    """`GET /prefixes/{id}`."""
    catalogue, name = Catalogue(service.keeper), request.after("/prefixes").strip("/")
    prefix = catalogue.prefixes.get(name)
    if prefix is None:
        raise NotFound("no such prefix")
    return document({"data": prefix_resource(name, prefix, catalogue)})


def make_prefix(request: Request, service: Service) -> Response:
    """`POST /prefixes`: by the staff."""
    service.staff(request)
    data = read_data(request)
    name = data.get("id") or members(data.get("attributes")).get("prefix")
    if not isinstance(name, str) or not name.startswith("10."):
        return invalid({"uid": "Can't be blank" if not name else "Is invalid"})
    try:
        kept, is_new = hand_out.create_prefix(name, service.keeper, service.registry.clock())
    except (Invalid, InvalidIdentifier):
        return invalid({"uid": "Is invalid"}, name)
    if not is_new:
        return invalid({"uid": "This ID has already been taken"}, name)
    return document({"data": prefix_resource(kept.name.removeprefix(_DOI), kept, Catalogue(service.keeper))}, 201)


def list_assignments(request: Request, service: Service) -> Response:
    """`GET /client-prefixes`, `GET /repository-prefixes`, `GET /provider-prefixes`."""
    kind, catalogue = _kind(request), Catalogue(service.keeper)
    entries = (_assigned_entry(each, kind, catalogue) for each in _assignments(kind, catalogue))
    return page_of(entries, request, at=f"/{kind}", counted=_ASSIGNED_COUNTED)


def show_assignment(request: Request, service: Service) -> Response:
    """`GET /client-prefixes/{id}` and its like."""
    kind, catalogue = _kind(request), Catalogue(service.keeper)
    wanted = request.after(f"/{kind}").strip("/")
    found = next((each for each in _assignments(kind, catalogue) if each.id == wanted), None)
    if found is None:
        raise NotFound("nobody has it")
    return document({"data": assignment_resource(found, kind)})


def prefix_resource(name: str, prefix: Prefix, catalogue: Catalogue) -> Json:
    """Write a prefix's resource object."""
    attributes = {"prefix": name, "createdAt": moment(prefix.created_s) if prefix.created_s else None}
    clients, providers = catalogue.clients_with.get(name, []), catalogue.providers_with.get(name, [])
    relationships = {
        "clients": _many("clients", (each.client for each in clients)),
        "providers": _many("providers", (each.provider for each in providers)),
        "clientPrefixes": _many("client-prefixes", (each.id for each in clients)),
        "providerPrefixes": _many("provider-prefixes", (each.id for each in providers)),
    }
    return resource("prefixes", name, attributes) | {"relationships": relationships}


def assignment_resource(each: Assignment, kind: str) -> Json:
    """Write the resource object that says who has a prefix."""
    created = moment(each.created_s) if each.created_s else None
    relationships: Json = {"provider": _one("providers", each.provider), "prefix": _one("prefixes", each.prefix)}
    if each.client:
        client = "repository" if kind == "repository-prefixes" else "client"
        relationships[client] = _one("repositories" if client == "repository" else "clients", each.client)
        relationships["providerPrefix"] = _one("provider-prefixes", Assignment(each.prefix, each.provider).id)
    return resource(kind, each.id, {"createdAt": created, "updatedAt": created}) | {"relationships": relationships}


def _entry(name: str, prefix: Prefix, catalogue: Catalogue) -> Entry:
    clients = {each.client: "" for each in catalogue.clients_with.get(name, [])}
    providers = {each.provider: catalogue.title_of(each.provider) for each in catalogue.providers_with.get(name, [])}
    state = "with-repository" if clients else "unassigned"
    facets: Mapping[str, Mapping[str, str]] = {
        "client-id": clients,
        "provider-id": providers,
        "state": {state: _STATES[state]},
        "year": year_of(prefix.created_s),
    }
    return Entry(name, name, prefix.created_s, lambda: prefix_resource(name, prefix, catalogue), prefix.title, facets)


def _assigned_entry(each: Assignment, kind: str, catalogue: Catalogue) -> Entry:
    facets: Mapping[str, Mapping[str, str]] = {
        "client-id": {each.client: ""} if each.client else {},
        "provider-id": {each.provider: catalogue.title_of(each.provider)},
        "prefix-id": {each.prefix: ""},
        "year": year_of(each.created_s),
    }
    return Entry(each.id, each.prefix, each.created_s, lambda: assignment_resource(each, kind), each.client, facets)


def _kind(request: Request) -> str:
    return request.resource.split("/")[1]


def _assignments(kind: str, catalogue: Catalogue) -> list[Assignment]:
    return catalogue.of_providers if kind == "provider-prefixes" else catalogue.of_clients


def _one(kind: str, name: str) -> Json:
    return {"data": {"id": name, "type": kind}}


def _many(kind: str, names: Iterable[str]) -> Json:
    return {"data": [{"id": name, "type": kind} for name in names]}
