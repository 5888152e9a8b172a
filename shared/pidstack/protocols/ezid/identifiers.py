"""The operations under `/id` and `/shoulder`: view, create, mint, modify, delete. Checks run in EZID's order."""

from __future__ import annotations

from pidstack.domain.errors import AlreadyExists
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.protocols.ezid.body import is_yes, parameters, read_elements
from pidstack.protocols.ezid.elements import Elements, elements_of
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import success
from pidstack.protocols.gateway import Request, Response
from pidstack.services.authority import Authority
from pidstack.services.create import create
from pidstack.services.delete import delete
from pidstack.services.mint import mint
from pidstack.services.update import update
from pidstack.services.view import view


def view_identifier(request: Request, service: Service) -> Response:
    """`GET /id/{identifier}`, open to all. Rule: EZID API v2, "Operation: get identifier metadata"."""
    service.require_readable_credentials(request)
    longest_start = is_yes(parameters(request, "prefix_match"), "prefix_match")
    asked = Identifier.parse(request.after("/id"))
    record = view(asked, service.registry, lambda: service.visitor(request), longest_start=longest_start)
    found = str(record.identifier)
    line = found if record.identifier == asked else f"{found} in_lieu_of {asked}"
    return success(line, elements_of(record, request.base_url))


def create_identifier(request: Request, service: Service) -> Response:
    """`PUT /id/{identifier}`. Rule: EZID API v2, "Operation: create identifier"."""
    by = service.requester(request)
    given = read_elements(request)
    update_if_exists = is_yes(parameters(request, "update_if_exists"), "update_if_exists")
    identifier = Identifier.parse(request.after("/id"))
    edits = Elements(given, by.is_confirmed_superuser)
    try:
        return _made(create(identifier, edits, by, service.registry))
    except AlreadyExists:
        if not update_if_exists:
            raise
    return success(str(update(identifier, edits, by, service.registry).identifier), status=201)


def mint_identifier(request: Request, service: Service) -> Response:
    """`POST /shoulder/{shoulder}`. Rule: EZID API v2, "Operation: mint identifier"."""
    by = service.requester(request)
    given = read_elements(request)
    parameters(request)
    return _made(mint(request.after("/shoulder"), Elements(given, by.is_confirmed_superuser), by, service.registry))


def modify_identifier(request: Request, service: Service) -> Response:
    """`POST /id/{identifier}`. Rule: EZID API v2, "Operation: modify identifier"."""
    by = service.requester(request)
    given = read_elements(request)
    _check_superuser_parameters(request, by)
    identifier = Identifier.parse(request.after("/id"))
    return success(str(update(identifier, Elements(given, by.is_confirmed_superuser), by, service.registry).identifier))


def delete_identifier(request: Request, service: Service) -> Response:
    """`DELETE /id/{identifier}`. Rule: EZID API v2, "Operation: delete identifier"."""
    by = service.requester(request)
    _check_superuser_parameters(request, by)
    return success(str(delete(Identifier.parse(request.after("/id")), by, service.registry).identifier))


def _check_superuser_parameters(request: Request, by: Authority) -> None:
    """Let pass what EZID's superusers may say of updates to outside services, though there are none here to hold back."""
    known = ["update_external_services"] if request.query and by.is_confirmed_superuser() else []
    is_yes(parameters(request, *known), "update_external_services")


def _made(record: Record) -> Response:
    shadow = record.identifier.shadow
    return success(f"{record.identifier} | {shadow}" if shadow else str(record.identifier), status=201)
