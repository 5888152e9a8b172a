"""The operations on activities: what was done to a DOI, by number of page, and one by one.

Rule: DataCite REST API, "Tracking provenance".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from pidstack.domain.change import ChangeKind
from pidstack.domain.errors import Invalid, NoSuchIdentifier
from pidstack.domain.identifier import Identifier
from pidstack.domain.shoulder import Agency
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.documents import document, listed, moment, resource
from pidstack.protocols.rest.requests import parameters, read_doi, read_page
from pidstack.protocols.rest.service import Service
from pidstack.services.activities import Activity, activities, activity
from pidstack.services.visible import visible_record

_ACTIONS = {ChangeKind.CREATED: "create", ChangeKind.CHANGED: "update", ChangeKind.STATE_CHANGED: "update"}
# An answer of a function holds 6 MB. Behind so many bytes of values, documents are told by their digests only.
_MOST_BYTES = 4_000_000
_DOI = "datacite-doi-id"


def list_activities(request: Request, service: Service) -> Response:
    """`GET /activities?datacite-doi-id={doi}`."""
    doi = parameters(request).get(_DOI, "")
    if not doi:
        raise Invalid(f"Parameter {_DOI} is required")
    return activities_of(doi, request, service)


def activities_of(doi: str, request: Request, service: Service) -> Response:
    """`GET /dois/{doi}/activities`."""
    identifier = _visible(read_doi(doi), request, service)
    given = parameters(request)
    page = read_page(given)
    before = int(page.cursor) if page.cursor and page.cursor.isdecimal() else 0
    skip = 0 if page.cursor is not None else page.skip
    found = activities(identifier, service.history, limit=page.size, skip=skip, before=before)
    resources, told = [], 0
    for each in found.activities:
        resources.append(_resource(each, request.base_url, given, whole=told < _MOST_BYTES))
        told += len(json.dumps(resources[-1], ensure_ascii=False).encode())
    behind = str(found.activities[-1].change.version) if found.has_more and found.activities else ""
    arguments = {_DOI: _shown(identifier)} | {name: given[name] for name in ("publisher",) if name in given}
    return document(listed(resources, request, page, found.total, at="/activities", behind=behind, arguments=arguments))


def show_activity(request: Request, service: Service) -> Response:
    """`GET /activities/{id}`."""
    name, key = _read_id(request.after("/activities"))
    found = activity(_visible(read_doi(name), request, service), service.history, key)
    if found is None:
        raise NoSuchIdentifier("no such activity")
    return document({"data": _resource(found, request.base_url, parameters(request), whole=True)})


def _visible(identifier: Identifier, request: Request, service: Service) -> Identifier:
    """Give the DOI that is asked about; those that other agencies register are not DataCite's to show."""
    record = visible_record(identifier, service.registry, service.requester(request))
    if record.agency is Agency.CROSSREF:
        raise NoSuchIdentifier("no such DOI of DataCite's")
    return record.identifier


def _resource(each: Activity, base_url: str, given: Mapping[str, str], *, whole: bool) -> dict[str, Any]:
    from pidstack.protocols.rest.changes import changes_of, digests_of

    change = each.change
    name = _id(change.identifier, each.key)
    as_object = given.get("publisher") == "true"
    attributes = {
        "prov:wasGeneratedBy": f"{base_url}/activities/{name}",
        "prov:generatedAtTime": moment(change.at_s),
        "prov:wasDerivedFrom": f"https://doi.org/{_shown(change.identifier)}",
        "prov:wasAttributedTo": f"{base_url}/repositories/{change.by}" if change.by else None,
        "action": _ACTIONS[change.kind],
        "version": change.version,
        "changes": changes_of(change, publisher_as_object=as_object) if whole else digests_of(change),
    }
    return resource("activities", name, attributes)


def _shown(identifier: Identifier) -> str:
    return (identifier.doi or "").lower()


def _id(identifier: Identifier, key: str) -> str:
    """Make the id of an activity. It carries where the activity is kept, so that nothing has to be searched for."""
    return base64.urlsafe_b64encode(f"{key} {identifier.doi}".encode()).decode().rstrip("=")


def _read_id(text: str) -> tuple[str, str]:
    try:
        key, _, doi = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode().partition(" ")
    except (binascii.Error, ValueError) as error:
        raise NoSuchIdentifier("no such activity") from error
    return doi, key
