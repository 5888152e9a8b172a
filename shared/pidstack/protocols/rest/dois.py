"""The operations on one DOI: read, make, change, hand over, delete, try out, undo.

Only who keeps a DOI changes it: its client, the client's proxies, and the staff. Administrators of providers and consortia read the
DOIs of their clients and hand them over.
Rule: DataCite REST API, "Retrieving a single DOI", "Creating DOIs", "Updating metadata", "DOI states", "Authentication".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pidstack.domain import edits as e
from pidstack.domain.accounts import Account
from pidstack.domain.errors import (
    AlreadyExists,
    Forbidden,
    Invalid,
    InvalidIdentifier,
    NoSuchIdentifier,
    NotDeletable,
    NotFound,
    OwnershipRefused,
)
from pidstack.domain.identifier import Identifier, Scheme, ShoulderName
from pidstack.domain.minter import draw_base32
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.protocols.accept import Wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.clients import client_resource
from pidstack.protocols.rest.deposit import Deposit
from pidstack.protocols.rest.documents import document
from pidstack.protocols.rest.doi_resource import Look, doi_resource, look_of, shown_doi
from pidstack.protocols.rest.errors import Unprocessable, failure
from pidstack.protocols.rest.media import media_of
from pidstack.protocols.rest.negotiation import VARY, form_of, in_form, is_document
from pidstack.protocols.rest.requests import members, parameters, read_data, read_doi, related, text_of
from pidstack.protocols.rest.service import Service
from pidstack.protocols.symbols import account_of
from pidstack.services.authority import Authority
from pidstack.services.create import create, rehearse
from pidstack.services.delete import delete
from pidstack.services.mint import create_first_free
from pidstack.services.undo import undo
from pidstack.services.update import update
from pidstack.services.visible import visible_record

Json = Any
# A drawn name is one of 2^30; eight that are all taken mean that the prefix is as good as full.
_DRAWS = 8
_NEW_DOI = re.compile(r"10\.\d{4,5}/[-._;()/:a-zA-Z0-9*~$=]+", re.ASCII)
_TAKEN = {"doi": "This DOI has already been taken"}
_NOT_DELETED = "HEAD, GET, POST, PATCH, PUT, OPTIONS"


def show_doi(text: str, request: Request, service: Service) -> Response:
    """`GET /dois/{doi}`: everything about a DOI as JSON, or its description in the form that `Accept` names."""
    record = seen_record(text, request, service)
    return _in(form_of(request), record, request, service)


def show_in_form(link: tuple[Wanted, str], request: Request, service: Service) -> Response:
    """`GET /dois/{type}/{subtype}/{doi}`: the same, in the form that the path names."""
    form, text = link
    return _in(None if is_document(form) else form, seen_record(text, request, service), request, service)


def _in(form: Wanted | None, record: Record, request: Request, service: Service) -> Response:
    return document(_content(record, request, service), headers=VARY) if form is None else in_form(record, form, request)


def make_doi(request: Request, service: Service) -> Response:
    """`POST /dois`: of a name that is given, or under a prefix or shoulder that is."""
    by = depositor(request, service)
    data = read_data(request)
    given = members(data.get("attributes"))
    client = _client(data, by, service)
    names = _names(given, _namer(by, client))
    record = _made(names, given, by, client, service)
    return _written(record, request, service, status=201)


def put_doi(text: str, request: Request, service: Service) -> Response:
    """`PUT /dois/{doi}`, `PATCH /dois/{doi}`: change it, or make it if there is none."""
    by = depositor(request, service)
    data = read_data(request)
    given = members(data.get("attributes"))
    identifier = read_doi(text)
    if given.get("mode") == "transfer":
        return _written(_transferred(identifier, data, request, service), request, service)
    change = Deposit(identifier, given, service.registry.directory)
    try:
        with _explained(change):
            return _written(update(identifier, change.edits, by, service.registry), request, service)
    except NoSuchIdentifier:
        client = _client(data, by, service)
        checked = _checked_name(text, _namer(by, client))
    try:
        return _written(_made([checked], given, by, client, service), request, service, status=201)
    except Unprocessable as refusal:
        if refusal.problems != _TAKEN:
            raise
    with _explained(change):  # somebody else has made it meanwhile
        return _written(update(identifier, change.edits, by, service.registry), request, service)


def delete_doi(text: str, request: Request, service: Service) -> Response:
    """`DELETE /dois/{doi}`: drafts only."""
    by = depositor(request, service)
    try:
        delete(read_doi(text), by, service.registry, drafts_only=True)
    except NotDeletable:
        return failure(405, "Method not allowed", {"Allow": _NOT_DELETED})
    return Response(204)


def validate_doi(request: Request, service: Service) -> Response:
    """`POST /dois/validate`: what `POST /dois` would find wrong, whatever state it asks for; nothing is kept."""
    by = depositor(request, service)
    data = read_data(request)
    given = members(data.get("attributes"))
    client = _client(data, by, service)
    try:
        (identifier, *_) = _names(given, _namer(by, client), free=True)
        trial = Deposit(identifier, given, service.registry.directory, new=True, whole=True)
        with _explained(trial):
            record = rehearse(identifier, _owned(trial, by, client), by, service.registry)
    except Unprocessable as refusal:
        errors = [{"source": source, "title": title, "uid": refusal.uid} for source, title in refusal.problems.items()]
        return document({"errors": errors})
    return _written(record, request, service)


def undo_doi(request: Request, service: Service) -> Response:
    """`POST /dois/undo`: take the last change of a DOI back."""
    by = depositor(request, service)
    identifier = read_doi(text_of(members(read_data(request).get("attributes")), "doi"))
    with _explained(Deposit(identifier, {}, service.registry.directory)):
        return _written(undo(identifier, by, service.registry, service.history), request, service)


def show_url(text: str, request: Request, service: Service) -> Response:
    """`GET /dois/{doi}/get-url`: where it leads, for those who have rights on it."""
    by = service.signed_in(request)
    record = seen_record(text, request, service)
    by.require_changing(record)
    return document({"url": record.target}) if record.target else Response(204)


def seen_record(text: str, request: Request, service: Service) -> Record:
    """Give the record of a DOI that a request may see.

    Raises:
        NoSuchIdentifier, InvalidIdentifier: there is none; or another agency's, which has to be asked for.
    """
    record = visible_record(read_doi(text), service.registry, service.requester(request))
    if record.agency is Agency.CROSSREF and not look_of(parameters(request), "").agency:
        raise NoSuchIdentifier("no such DOI of DataCite's")
    return record


def depositor(request: Request, service: Service) -> Authority:
    """Tell who wants to change something, with the rights that this takes: what they keep, not what they administer."""
    return replace(service.signed_in(request), administers=False)


def _client(data: Mapping[str, Json], by: Authority, service: Service) -> Account:
    """Find the client that a new DOI is to belong to: the one that is named, else who sends the request.

    Raises:
        NotFound: there is no such client.
        Forbidden: it is somebody else's to deposit for.
    """
    name = related(data, "client")
    if not name:
        return by.account
    client = account_of(name, service.registry.directory)
    if client is None:
        raise NotFound("no such client")
    if client.name != by.name and client.name not in by.account.proxy_of and not by.is_confirmed_superuser():
        raise Forbidden("somebody else's client")
    return client


def _namer(by: Authority, client: Account) -> Authority:
    """Tell whose prefixes count: the client's, also where the staff deposits for it."""
    return by if client.name == by.name else replace(by, name=client.name)


def _names(given: Mapping[str, Json], by: Authority, *, free: bool = False) -> list[Identifier]:
    """Give the names that a new DOI may have, by preference.

    Args:
        free: whether nobody needs a right to them.
    """
    doi, prefix = given.get("doi"), given.get("prefix")
    if isinstance(doi, str) and doi:
        return [_checked_name(doi, by, free=free)]
    if not isinstance(prefix, str) or not prefix:
        raise Unprocessable({"doi": "Can't be blank"})
    shoulder = read_shoulder(prefix)
    names = [draw_base32(shoulder) for _ in range(_DRAWS)]
    if not free:
        by.require_naming(names[0])
    return names


def read_shoulder(text: str) -> ShoulderName:
    """Read a prefix, or a prefix and the start of names under it, in any case.

    Raises:
        Forbidden: it is none, so it is nobody's.
    """
    prefix, _, start = text.strip().lower().removeprefix("doi:").lstrip("/").partition("/")
    try:
        return ShoulderName.parse(f"doi:{prefix}/{start.upper()}")
    except Invalid as refusal:
        raise Forbidden("no such prefix") from refusal


def _checked_name(text: str, by: Authority, *, free: bool = False) -> Identifier:
    """Read the name of a new DOI. Who may not make names there is told so first, whatever is wrong with the name.

    Raises:
        Forbidden: it is not under a prefix of the depositor's.
        Unprocessable: it is no name for a DOI.
    """
    plain = re.sub(r"^\s*(doi:|https?://(dx\.)?doi\.org/)", "", text, flags=re.IGNORECASE).strip()
    try:
        identifier: Identifier | None = Identifier.read(plain)
    except InvalidIdentifier:
        identifier = None
    if identifier is not None and identifier.scheme is not Scheme.DOI:
        raise NoSuchIdentifier("no DOI")
    if not free:
        by.require_naming(identifier or draw_base32(read_shoulder(plain.partition("/")[0])))
    if identifier is None or not _NEW_DOI.fullmatch(plain):
        raise Unprocessable({"doi": "Is invalid"}, plain.lower())
    return identifier


def _made(names: list[Identifier], given: Mapping[str, Json], by: Authority, client: Account, service: Service) -> Record:
    deposit = Deposit(names[0], given, service.registry.directory, new=True)
    with _explained(deposit):
        if len(names) == 1:
            return create(names[0], _owned(deposit, by, client), by, service.registry)
        edits = (e.Depending(lambda record: _owned(replace(deposit, identifier=record.identifier), by, client)),)
        return create_first_free(names, edits, by, service.registry)


def _owned(deposit: Deposit, by: Authority, client: Account) -> tuple[e.Edit, ...]:
    return deposit.edits if client.name == by.name else (e.SetOwner(client.name), *deposit.edits)


def _transferred(identifier: Identifier, data: Mapping[str, Json], request: Request, service: Service) -> Record:
    """Hand a DOI over to the client that the request names; nothing else is changed, and nothing looked at.

    Raises:
        NotFound: there is no such client.
        Forbidden: the sender does not act for both sides.
    """
    client = account_of(related(data, "client"), service.registry.directory)
    if client is None:
        raise NotFound("no such client")
    return update(identifier, (e.SetOwner(client.name),), service.signed_in(request), service.registry)


@contextmanager
def _explained(deposit: Deposit) -> Iterator[None]:
    """Say in DataCite's words why the registry refuses what a deposit asks for."""
    try:
        yield
    except AlreadyExists as refusal:
        raise Unprocessable(_TAKEN, deposit.uid) from refusal
    except (Unprocessable, InvalidIdentifier, OwnershipRefused):
        raise
    except Invalid as refusal:
        raise deposit.refusal(refusal) from refusal


def _written(record: Record, request: Request, service: Service, *, status: int = 200) -> Response:
    headers = {"Location": f"{request.base_url}/dois/{shown_doi(record)}"} if status == 201 else {}
    return document(_content(record, request, service), status, headers)


def _content(record: Record, request: Request, service: Service) -> dict[str, Json]:
    given = parameters(request)
    requester = service.requester(request)
    privileged = requester is not None and requester.acts_for(record.owner, record.group)
    look: Look = replace(look_of(given, request.base_url), privileged=privileged)
    content: dict[str, Json] = {"data": doi_resource(record, look)}
    wanted = {part.strip() for part in given["include"].split(",")} if "include" in given else {"client"}
    included: list[Json] = []
    if "client" in wanted and (owner := service.registry.directory.account(record.owner)):
        included.append(client_resource(owner, confidential=privileged))
    if "media" in wanted:
        included += media_of(record)
    if included or wanted & {"client", "media"}:
        content["included"] = included
    return content
