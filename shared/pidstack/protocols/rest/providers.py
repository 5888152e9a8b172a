"""The operations on providers, which are this registry's groups of accounts: lists, single ones, and keeping them.

The staff makes them; they change themselves. Rule: DataCite REST API, "Providers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pidstack.domain.accounts import Group, account_name
from pidstack.domain.errors import Forbidden, Invalid, NotFound
from pidstack.domain.listing import Whose
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.catalogue import Catalogue
from pidstack.protocols.rest.documents import document, moment, resource
from pidstack.protocols.rest.entries import Entry, page_of, year_of
from pidstack.protocols.rest.errors import invalid
from pidstack.protocols.rest.requests import members, read_data, text_of
from pidstack.protocols.rest.roles import Role
from pidstack.protocols.rest.service import Service
from pidstack.protocols.symbols import client_id
from pidstack.services import keep

_MEMBER = {"direct_member": "Direct Member"}
_COUNTED = {"years": "year", "memberTypes": "member-type"}
_UNCOUNTED = ("regions", "organizationTypes", "focusAreas")
_SOURCES = {"title": "name", "url": "website", "name": "symbol"}


def list_providers(request: Request, service: Service) -> Response:
    """`GET /providers`."""
    catalogue = Catalogue(service.keeper)
    entries = (_entry(each, catalogue) for each in catalogue.groups.values())
    return page_of(entries, request, at="/providers", counted=_COUNTED, uncounted=_UNCOUNTED)


def show_provider(request: Request, service: Service) -> Response:
    """`GET /providers/{id}`; and `GET /providers/{id}/dois`, the list of its DOIs."""
    name, slash, word = request.path.removeprefix("/providers").strip("/").rpartition("/")
    if slash and word == "dois":
        from pidstack.protocols.rest.doi_lists import dois_of

        if service.registry.directory.group(name.lower()) is None:
            raise NotFound("no such provider")
        return dois_of(Whose(groups=frozenset({name.lower()})), request, service, at=f"/providers/{name}/dois")
    return _shown(_the_provider(request, service), service)


def make_provider(request: Request, service: Service) -> Response:
    """`POST /providers`: by the staff."""
    service.staff(request)
    attributes = members(read_data(request).get("attributes"))
    symbol = text_of(attributes, "symbol")
    if not _name_in(attributes):
        return invalid({"name": "Can't be blank"})
    try:
        name = account_name(symbol)
        if service.registry.directory.group(name) is not None:
            return invalid({"symbol": "This ID has already been taken"}, name)
        wanted = Group(name, created_s=service.registry.clock(), **_changes(attributes))
        kept, _ = keep.create_group(wanted, service.keeper)
    except Invalid as refused:
        return invalid({_SOURCES.get(refused.field, refused.field): "Is invalid" if refused.field == "name" else str(refused)})
    return _shown(kept, service, 201)


def change_provider(request: Request, service: Service) -> Response:
    """`PUT /providers/{id}`: by itself and the staff."""
    requester, group = service.signed_in(request), _the_provider(request, service)
    if service.role(request) is Role.CLIENT_API or not requester.may_act_for("", group.name):
        raise Forbidden("somebody else's provider")
    attributes = members(read_data(request).get("attributes"))
    symbol = text_of(attributes, "symbol")
    if symbol and symbol.lower() != group.name:
        return invalid({"symbol": "Can't be changed"}, group.name)
    try:
        changes = _changes(attributes)
        if "title" in changes and not changes["title"]:
            return invalid({"name": "Can't be blank"}, group.name)
        kept = keep.change_group(group.name, service.keeper, **changes)
    except Invalid as refused:
        return invalid({_SOURCES.get(refused.field, refused.field): str(refused)}, group.name)
    service.registry.directory.refresh()
    return _shown(kept, service)


def provider_resource(group: Group, catalogue: Catalogue) -> dict[str, Any]:
    """Write a provider's resource object."""
    created = moment(group.created_s) if group.created_s else None
    title = group.title or group.name
    attributes: dict[str, Any] = {
        "name": title,
        "displayName": title,
        "symbol": group.name.upper(),
        "website": group.url or None,
        "description": None,
        "region": None,
        "country": None,
        "logoUrl": None,
        "memberType": "direct_member",
        "organizationType": None,
        "focusArea": None,
        "isActive": not group.disabled,
        "hasPassword": False,
        "rorId": None,
        "joined": created[:10] if created else None,
        "created": created,
        "updated": created,
    }
    clients = [client_id(each.name, each.group) for each in catalogue.accounts if each.group == group.name]
    prefixes = [each.prefix for each in catalogue.of_providers if each.provider == group.name]
    relationships = {
        "clients": {"data": [{"id": each, "type": "clients"} for each in clients]},
        "prefixes": {"data": [{"id": each, "type": "prefixes"} for each in prefixes]},
    }
    return resource("providers", group.name, attributes) | {"relationships": relationships}


def _entry(group: Group, catalogue: Catalogue) -> Entry:
    facets = {"member-type": _MEMBER, "year": year_of(group.created_s), "provider-id": {group.name: ""}}
    name = group.title or group.name
    return Entry(group.name, name, group.created_s, lambda: provider_resource(group, catalogue), facets=facets)


def _shown(group: Group, service: Service, status: int = 200) -> Response:
    return document({"data": provider_resource(group, Catalogue(service.keeper))}, status)


def _the_provider(request: Request, service: Service) -> Group:
    group = service.registry.directory.group(request.after("/providers").strip("/").lower())
    if group is None:
        raise NotFound("no such provider")
    return group


def _changes(attributes: Mapping[str, Any]) -> keep.GroupChanges:
    changes = keep.GroupChanges()
    if "name" in attributes or "displayName" in attributes:
        changes["title"] = _name_in(attributes)
    if "website" in attributes:
        changes["url"] = text_of(attributes, "website")
    return changes


def _name_in(attributes: Mapping[str, Any]) -> str:
    """Give a provider's name; what is to be shown comes before what it is called."""
    return text_of(attributes, "displayName") or text_of(attributes, "name")
