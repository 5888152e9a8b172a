"""A record as the resource that DataCite's clients know: all attributes in their order, relationships, the client beside it.

It says all that the service says today, and also what it said before: the DOI among its own identifiers, and the kind of a name
that has a given and a family part. What this registry does not count (views, citations, versions) is nought.
Rule: DataCite REST API, "Retrieving a single DOI" and "DOI attributes".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.protocols.rest.documents import moment, source_of
from pidstack.protocols.rest.media import names_of
from pidstack.protocols.symbols import client_id
from pidstack.protocols.vocabulary import default_target
from pidstack.services.describe import describing
from pidstack.services.told import told

Json = Any
SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"
RELATIONS = ("references", "citations", "parts", "partOf", "versions", "versionOf")
_COUNTS: Mapping[str, Json] = {
    "viewCount": 0,
    "viewsOverTime": [],
    "downloadCount": 0,
    "downloadsOverTime": [],
    "referenceCount": 0,
    "citationCount": 0,
    "citationsOverTime": [],
    "partCount": 0,
    "partOfCount": 0,
    "versionCount": 0,
    "versionOfCount": 0,
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a resource is to look.

    Attributes:
        base_url: of this registry, for DOIs that lead nowhere else.
        affiliations: as objects, else their names.
        publisher: as an object, else its name.
        agency: whether to name the registration agency.
        privileged: whether for somebody with rights on the DOI.
        xml: whether with the description as XML, else that is null.
    """

    base_url: str
    affiliations: bool = False
    publisher: bool = False
    agency: bool = False
    privileged: bool = False
    xml: bool = True


def look_of(given: Mapping[str, str], base_url: str) -> Look:
    """Read how the resource is to look out of a request's parameters, whose names have hyphens."""
    return Look(
        base_url,
        affiliations=given.get("affiliation") == "true",
        publisher=given.get("publisher") == "true",
        agency=given.get("include-other-registration-agencies") == "true",
    )


def doi_resource(record: Record, look: Look) -> dict[str, Json]:
    """Make the resource object of a record."""
    name = shown_doi(record)
    return {"id": name, "type": "dois", "attributes": attributes_of(record, look), "relationships": relationships_of(record)}


def attributes_of(record: Record, look: Look) -> dict[str, Json]:
    """Give all attributes of a record. A description that cannot be read counts as none: the rest is still true."""
    name = shown_doi(record)
    description = told(record)
    return {
        "doi": name,
        "prefix": record.identifier.prefix,
        "suffix": record.identifier.suffix.lower(),
        **_described(description.attributes, look),
        "xml": _encoded(_xml(record, is_known=description.is_known)) if look.xml else None,
        **record_attributes(record, look, year=description.year, is_known=description.is_known),
    }


def record_attributes(record: Record, look: Look, *, year: str, is_known: bool) -> dict[str, Json]:
    """Give the attributes that stand behind the description.

    Args:
        year: of publication.
        is_known: whether the description says anything.
    """
    return {
        "url": url_of(record, look.base_url),
        "contentUrl": list(record.supplement.files) if record.supplement.files is not None else None,
        "metadataVersion": record.redescribed,
        "schemaVersion": SCHEMA_VERSION if is_known else None,
        "source": record.supplement.source or source_of(record.changed_via) or None,
        "isActive": record.state is State.FINDABLE,
        "state": record.state.value,
        "reason": record.reason or None,
        **({"landingPage": _page(record)} if look.privileged else {}),
        **_COUNTS,
        "created": moment(record.created_s),
        "registered": moment(record.registered_s) if record.registered_s else None,
        "published": year,
        "updated": moment(record.updated_s),
        **({"agency": agency_of(record)} if look.agency else {}),
    }


def relationships_of(record: Record) -> dict[str, Json]:
    """Give what a record belongs to: its client and provider, its files, and DOIs that are known to have to do with it."""
    files = [{"id": name, "type": "media"} for name in names_of(record)]
    client = {"id": client_id(record.owner, record.group), "type": "clients"}
    provider = {"id": record.group.lower(), "type": "providers"}
    known: dict[str, Json] = {"client": {"data": client}, "provider": {"data": provider}, "media": {"data": files}}
    return {**known, **{relation: {"data": []} for relation in RELATIONS}}


def shown_doi(record: Record) -> str:
    """Write a record's DOI as it is shown: in lower case, without `doi:`."""
    return (record.identifier.doi or "").lower()


def url_of(record: Record, base_url: str) -> str | None:
    """Tell where a DOI leads; a draft that was not told where leads nowhere."""
    return record.target or (None if record.state is State.DRAFT else default_target(record, base_url))


def agency_of(record: Record) -> str | None:
    """Name the registration agency, as DataCite's clients know it."""
    return None if record.agency is Agency.NONE else record.agency.value


def _described(attributes: dict[str, Json], look: Look) -> dict[str, Json]:
    """Give a description's attributes, with names alone for publisher and affiliations where objects are not asked for."""
    if not look.publisher and attributes["publisher"] is not None:
        attributes["publisher"] = attributes["publisher"].get("name", "")
    if not look.affiliations:
        for agent in (*attributes["creators"], *attributes["contributors"]):
            agent["affiliation"] = [each.get("name", "") for each in agent["affiliation"]]
    return attributes


def _xml(record: Record, *, is_known: bool) -> str:
    """Give the XML as it was deposited, else what can be written as XML; empty where nothing is known."""
    if describing(record) == "datacite":
        return record.elements["datacite"]
    if not is_known:
        return ""
    from pidstack.services.render import render

    return render(record, "datacite-xml", url="")


def _encoded(text: str) -> str | None:
    return base64.b64encode(text.encode()).decode() if text else None


def _page(record: Record) -> Json:
    return json.loads(record.supplement.page) if record.supplement.page else None
