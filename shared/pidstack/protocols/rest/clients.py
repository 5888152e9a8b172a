"""The operations on clients, which are this registry's accounts: lists, single ones, and keeping them.

Everybody sees them; who is signed in as a client, its provider or the staff sees more. Providers make clients, staff does, and
they and the client itself change it. `/repositories` is the same under another name, with some attributes more.
Rule: DataCite REST API, "Clients" and "Repositories".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pidstack.domain.accounts import Account, parse_domains
from pidstack.domain.counting import CounterKey, CounterKind
from pidstack.domain.errors import AlreadyExists, Forbidden, Invalid, NotFound
from pidstack.domain.listing import Whose
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.catalogue import Catalogue, prefixes_of
from pidstack.protocols.rest.documents import document, moment, resource
from pidstack.protocols.rest.entries import Entry, page_of, year_of
from pidstack.protocols.rest.errors import failure, invalid
from pidstack.protocols.rest.requests import members, read_data, related, text_of
from pidstack.protocols.rest.roles import Role
from pidstack.protocols.rest.service import Service
from pidstack.protocols.symbols import account_of, client_id, client_symbol
from pidstack.services import keep
from pidstack.services.authority import Authority

CLIENTS, REPOSITORIES = "clients", "repositories"
_TYPE = {"repository": "Repository"}
_COUNTED = {"years": "year", "providers": "provider-id", "clientTypes": "client-type"}
_UNCOUNTED = ("software", "certificates", "repositoryTypes")
_SYMBOL = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*\.[A-Z0-9]+(-[A-Z0-9]+)*", re.ASCII)
_LONGEST_SYMBOL = 32
_SOURCES = {"email": "systemEmail", "title": "name", "name": "symbol", "group": "provider"}


def list_clients(request: Request, service: Service) -> Response:
    """`GET /clients`, `GET /repositories`."""
    kind = _kind(request)
    catalogue = Catalogue(service.keeper)
    entries = (_entry(each, kind, catalogue) for each in catalogue.accounts)
    return page_of(entries, request, at=f"/{kind}", counted=_COUNTED, uncounted=_UNCOUNTED)


def show_client(request: Request, service: Service) -> Response:
    """`GET /clients/{id}`, `GET /repositories/{id}`; and `GET /clients/{id}/dois`, the list of its DOIs."""
    kind = _kind(request)
    head, slash, word = request.path.removeprefix(f"/{kind}").strip("/").rpartition("/")
    if slash and word == "dois":
        return dois_of_client(head, request, service, at=f"/{kind}/{head}/dois")
    account = _the_client(request, service)
    requester = service.requester(request)
    return document(
        {"data": client_resource(account, kind, confidential=requester is not None and _may_change(requester, account))}
    )


def dois_of_client(name: str, request: Request, service: Service, *, at: str) -> Response:
    """List a client's DOIs."""
    from pidstack.protocols.rest.doi_lists import dois_of

    account = account_of(name, service.registry.directory)
    if account is None:
        raise NotFound("no such client")
    return dois_of(Whose(accounts=frozenset({(account.name, account.group)})), request, service, at=at)


def make_client(request: Request, service: Service) -> Response:
    """`POST /clients`, `POST /repositories`: by the staff, and by providers for themselves."""
    kind, requester = _kind(request), service.signed_in(request)
    if service.role(request) not in {Role.STAFF_ADMIN, Role.PROVIDER_ADMIN, Role.CONSORTIUM_ADMIN}:
        raise Forbidden("for providers")
    data = read_data(request)
    attributes = members(data.get("attributes"))
    symbol = text_of(attributes, "symbol").upper()
    provider = related(data, "provider").lower() or symbol.partition(".")[0].lower()
    if not _SYMBOL.fullmatch(symbol) or len(symbol) > _LONGEST_SYMBOL or not symbol.startswith(f"{provider.upper()}."):
        return invalid({"symbol": "Is invalid"})
    if not text_of(attributes, "name"):
        return invalid({"name": "Can't be blank"})
    _require_provider(provider, requester, service)
    if account_of(symbol, service.registry.directory) is not None:
        return invalid({"symbol": "This ID has already been taken"}, symbol.lower())
    password = text_of(attributes, "passwordInput") or None
    try:
        wanted = Account(symbol.lower(), provider, created_s=service.registry.clock(), **_changes(attributes, staff=False))
        kept = keep.create_account(wanted, password, service.keeper)
    except Invalid as refused:
        return invalid({_SOURCES.get(refused.field, refused.field): str(refused)}, symbol.lower())
    except AlreadyExists:
        return invalid({"symbol": "This ID has already been taken"}, symbol.lower())
    return document({"data": client_resource(kept, kind, confidential=True)}, 201)


def change_client(request: Request, service: Service) -> Response:
    """`PUT /clients/{id}`, `PUT /repositories/{id}`: by itself, its provider and the staff."""
    kind, requester = _kind(request), service.signed_in(request)
    account = _the_client(request, service)
    if service.role(request) is Role.CLIENT_API or not _may_change(requester, account):
        raise Forbidden("somebody else's client")
    attributes = members(read_data(request).get("attributes"))
    name = client_id(account.name, account.group)
    symbol = text_of(attributes, "symbol")
    if symbol and symbol.lower() != name:
        return invalid({"symbol": "Can't be changed"}, name)
    try:
        changes = _changes(attributes, staff=service.role(request) is not Role.CLIENT_ADMIN)
        if "title" in changes and not changes["title"]:
            return invalid({"name": "Can't be blank"}, name)
        kept = keep.change_account(account.name, service.keeper, **changes)
        if password := text_of(attributes, "passwordInput"):
            kept = keep.change_password(account.name, password, service.keeper)
    except Invalid as refused:
        return invalid({_SOURCES.get(refused.field, refused.field): str(refused)}, name)
    service.registry.directory.refresh()
    return document({"data": client_resource(kept, kind, confidential=True)})


def end_client(request: Request, service: Service) -> Response:
    """`DELETE /clients/{id}`, `DELETE /repositories/{id}`: by its provider and the staff.

    The account stays, disabled, so that nobody else gets its name.
    """
    requester = service.signed_in(request)
    account = _the_client(request, service)
    if service.role(request) in {Role.CLIENT_ADMIN, Role.CLIENT_API} or not _may_change(requester, account):
        raise Forbidden("somebody else's client")
    if service.counters.tally(CounterKey(CounterKind.OWNER, account.name)).total:
        return failure(400, "Can't delete client that has DOIs.")
    keep.change_account(account.name, service.keeper, disabled=True)
    service.registry.directory.refresh()
    return Response(204)


def client_resource(account: Account, kind: str = CLIENTS, *, confidential: bool = False) -> dict[str, Any]:
    """Write a client's resource object.

    Args:
        confidential: with what only the client itself, its provider and the staff see.
    """
    created = moment(account.created_s) if account.created_s else None
    attributes: dict[str, Any] = {
        "name": account.title or account.name,
        "symbol": client_symbol(account.name, account.group),
        "year": int(created[:4]) if created else None,
        "alternateName": None,
        "description": None,
        "language": [],
        "clientType": "repository",
        "domains": ",".join(account.domains) or "*",
        "re3data": None,
        "opendoar": None,
        "issn": {},
        "url": account.url or None,
        "created": created,
        "updated": created,
        "isActive": not account.disabled,
    }
    if kind == REPOSITORIES:
        attributes |= {"repositoryType": [], "certificate": [], "software": None, "subjects": []}
    if confidential:
        attributes["hasPassword"] = bool(account.password_hash)
        attributes["systemEmail" if kind == REPOSITORIES else "contactEmail"] = account.email or None
    told = resource(kind, client_id(account.name, account.group), attributes)
    prefixes = [{"id": prefix, "type": "prefixes"} for prefix in prefixes_of(account)]
    return told | {
        "relationships": {"provider": {"data": {"id": account.group, "type": "providers"}}, "prefixes": {"data": prefixes}}
    }


def _entry(account: Account, kind: str, catalogue: Catalogue) -> Entry:
    provider = {account.group: catalogue.title_of(account.group)}
    facets = {"provider-id": provider, "client-type": _TYPE, "year": year_of(account.created_s)}
    name = account.title or account.name
    return Entry(
        client_id(account.name, account.group),
        name,
        account.created_s,
        lambda: client_resource(account, kind),
        account.name,
        facets,
    )


def _kind(request: Request) -> str:
    return REPOSITORIES if request.resource.startswith(f"/{REPOSITORIES}") else CLIENTS


def _the_client(request: Request, service: Service) -> Account:
    account = account_of(request.after(f"/{_kind(request)}").strip("/"), service.registry.directory)
    if account is None:
        raise NotFound("no such client")
    return account


def _may_change(requester: Authority, account: Account) -> bool:
    """Tell whether somebody is the client itself, or administers its group and is above it.

    Who may change an account may give it a password, and so act as it: nobody gains rights that way.
    """
    if requester.name == account.name or requester.is_confirmed_superuser():
        return True
    return _rank(requester.account) > _rank(account) and requester.may_act_for("", account.group)


def _rank(account: Account) -> int:
    return 3 * account.superuser or 2 * account.realm_admin or 1 * account.group_admin


def _require_provider(provider: str, requester: Authority, service: Service) -> None:
    if not requester.may_act_for("", provider):
        raise Forbidden("somebody else's provider")
    if service.registry.directory.group(provider) is None:
        raise NotFound("no such provider")


def _changes(attributes: Mapping[str, Any], *, staff: bool) -> keep.AccountChanges:
    """Read what a client may be given.

    Args:
        staff: whether it is somebody above the client who says it.
    """
    changes = keep.AccountChanges()
    if "name" in attributes:
        changes["title"] = text_of(attributes, "name")
    if "url" in attributes:
        changes["url"] = text_of(attributes, "url")
    if "domains" in attributes:
        changes["domains"] = parse_domains(text_of(attributes, "domains"))
    for name in ("contactEmail", "systemEmail"):
        if name in attributes:
            changes["email"] = text_of(attributes, name)
    if staff and isinstance(attributes.get("isActive"), bool):
        changes["disabled"] = not attributes["isActive"]
    return changes
