"""A record as DataCite's REST API and its data files have it: the resource object that lists hold, without the XML.

Where the description's attributes are kept, they are put in as the text that they are.
Rule: DataCite REST API, "DOI attributes"; DataCite, "Monthly data file": affiliations and publisher are objects.
"""

from __future__ import annotations

from typing import Any

import orjson

from pidstack.domain.record import Record
from pidstack.formats.json_bytes import json_bytes
from pidstack.protocols.rest.doi_resource import Look, record_attributes, shown_doi
from pidstack.protocols.symbols import client_id
from pidstack.services.told import told, told_text

Json = Any


def resource(record: Record, base_url: str) -> bytes:
    """Write a resource object as JSON. An identifier that is no DOI has its own name for an id, and no `doi`.

    Args:
        base_url: of the registry, no slash at its end.
    """
    kept = told_text(record)
    if kept is None:
        found = told(record)
        year, is_known, description = found.year, found.is_known, json_bytes(found.attributes)
    else:
        (year, description), is_known = kept, True
    doi, identifier = shown_doi(record), record.identifier
    named = {"doi": doi or None, "prefix": identifier.prefix, "suffix": identifier.suffix.lower() if doi else identifier.suffix}
    around = record_attributes(record, Look(base_url), year=year, is_known=is_known)
    return b'{"id":%b,"type":"dois","attributes":{%b,%b,%b},"relationships":{"client":{"data":{"id":%b,"type":"clients"}}}}' % (
        orjson.dumps(doi or identifier.name),
        json_bytes(named)[1:-1],
        description[1:-1],
        json_bytes(around)[1:-1],
        orjson.dumps(client_of(record)),
    )


def client_of(record: Record) -> str:
    """Give the id of the client that a record belongs to."""
    return client_id(record.owner, record.group)
