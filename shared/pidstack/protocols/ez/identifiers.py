"""The operations under `/ez/id` and `/ez/shoulder`: view, create, mint, modify, delete. Each answers with the whole record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pidstack.domain.errors import AlreadyExists, NoSuchShoulder, NotDeletable, ShoulderCannotMint
from pidstack.domain.identifier import Identifier
from pidstack.domain.minter import draw_base32
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.protocols.ez.body import read_elements
from pidstack.protocols.ez.elements import Elements, elements_of, require_complete, require_some, supported_profile
from pidstack.protocols.ez.names import asked_name, asked_shoulder, existing_doi, new_doi, shown
from pidstack.protocols.ez.service import Service
from pidstack.protocols.ez.words import NotSupported, Refused, success
from pidstack.protocols.gateway import Request, Response
from pidstack.services.create import create
from pidstack.services.delete import delete
from pidstack.services.mint import create_first_free
from pidstack.services.update import update
from pidstack.services.view import view

# A drawn name is one of 2^30; eight that are all taken mean that the shoulder is as good as full.
_DRAWS = 8
_NUMBER = re.compile("[0-9]{1,15}")


def view_identifier(request: Request, service: Service) -> Response:
    """`GET /ez/id/{doi}`; `?_profile=` chooses whose element is shown."""
    by = service.requester(request)
    asked = request.query.get("_profile", "")
    profile = supported_profile(asked) if asked else ""
    return _told(view(existing_doi(request), service.registry, lambda: by), request, profile)


def create_identifier(request: Request, service: Service) -> Response:
    """`PUT /ez/id/{doi}`."""
    by = service.requester(request)
    identifier = new_doi(request)
    given = read_elements(request)
    require_complete(given)
    _require_datacite(service.shoulder(identifier))
    with _named(identifier):
        return _told(create(identifier, Elements(given, identifier.prefix, new=True), by, service.registry), request)


def mint_identifier(request: Request, service: Service) -> Response:
    """`POST /ez/shoulder/doi:{prefix}[/{shoulder}]`; `_number` fixes the number that the name spells."""
    by = service.requester(request)
    shoulder = asked_shoulder(request)
    given = read_elements(request)
    require_complete(given)
    number = _number(given)
    name = draw_base32(shoulder, number=number)
    _require_minter(service.shoulder(name))
    edits = Elements(given, shoulder.prefix, new=True)
    with _named(name):
        if number is not None:
            return _told(create(name, edits, by, service.registry), request)
        others = (draw_base32(shoulder) for _ in range(_DRAWS - 1))
        return _told(create_first_free([name, *others], edits, by, service.registry), request)


def modify_identifier(request: Request, service: Service) -> Response:
    """`POST /ez/id/{doi}`."""
    by = service.requester(request)
    identifier = existing_doi(request)
    given = read_elements(request)
    require_some(given)
    _require_datacite(service.shoulder(identifier))
    with _named(identifier):
        return _told(update(identifier, Elements(given, identifier.prefix), by, service.registry), request)


def delete_identifier(request: Request, service: Service) -> Response:
    """`DELETE /ez/id/{doi}`; the answer is the record as it was."""
    by = service.requester(request)
    try:
        return _told(delete(existing_doi(request), by, service.registry), request)
    except NotDeletable as refusal:
        raise Refused(f"{asked_name(request)} is not a reserved DOI") from refusal


def _number(given: Mapping[str, str]) -> int | None:
    text = given.get("_number", "")
    if text and not _NUMBER.fullmatch(text):
        raise Refused("bad request - _number: not a number of up to 15 digits")
    return int(text) if text else None


def _require_minter(shoulder: Shoulder | None) -> None:
    if shoulder is None:
        raise NoSuchShoulder("no such shoulder")
    _require_datacite(shoulder)
    if not shoulder.mints:
        raise ShoulderCannotMint("shoulder does not support minting", field="shoulder")


def _require_datacite(shoulder: Shoulder | None) -> None:
    """Let DOIs pass that DataCite registers. Who has no shoulder for them is told so by the service."""
    if shoulder is not None and shoulder.agency is Agency.CROSSREF:
        raise NotSupported("Crossref registration")


@contextmanager
def _named(identifier: Identifier) -> Iterator[None]:
    """Say which DOI is taken, which only the operation knows."""
    try:
        yield
    except AlreadyExists as refusal:
        raise Refused(f"{shown(identifier)} has already been registered") from refusal


def _told(record: Record, request: Request, profile: str = "") -> Response:
    return success(shown(record.identifier), elements_of(record, request.base_url, profile))
