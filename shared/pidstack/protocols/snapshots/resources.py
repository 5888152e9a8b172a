"""A record as DataCite's REST API and its data files have it: the resource object that lists hold, without the XML.

Rule: DataCite REST API, "DOI attributes"; DataCite, "Monthly data file": affiliations and publisher are objects.
"""

from __future__ import annotations

from typing import Any

from pidstack.domain.record import Record
from pidstack.protocols.rest.doi_resource import Look, attributes_of, shown_doi
from pidstack.protocols.symbols import client_id

Json = Any


def resource(record: Record, base_url: str) -> dict[str, Json]:
    """Write a resource object. An identifier that is no DOI has its own name for an id, and no `doi`.

    Args:
        base_url: of the registry, no slash at its end.
    """
    attributes = attributes_of(record, Look(base_url, affiliations=True, publisher=True))
    del attributes["xml"]
    name = shown_doi(record)
    if not name:
        name = record.identifier.name
        attributes |= {"doi": None, "suffix": record.identifier.suffix, "identifiers": attributes["identifiers"][1:]}
    client = {"data": {"id": client_of(record), "type": "clients"}}
    return {"id": name, "type": "dois", "attributes": attributes, "relationships": {"client": client}}


def client_of(record: Record) -> str:
    """Give the id of the client that a record belongs to."""
    return client_id(record.owner, record.group)
