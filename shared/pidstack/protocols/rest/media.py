"""The files of an object, which a DOI names by `contentUrl`, as resources of their own. They are changed with the DOI.

Rule: DataCite REST API, "Media"; the kind of a file is the format that stands at its place in `formats`.
"""

from __future__ import annotations

import hashlib
from typing import Any

from pidstack.domain.minter import BASE32_NAMES, base32_name
from pidstack.domain.record import Record
from pidstack.protocols.rest.documents import moment, resource

_UNKNOWN_KIND = "text/plain"


def media_of(record: Record) -> list[dict[str, Any]]:
    """Write the resource objects of a record's files."""
    if not record.supplement.files:
        return []
    formats = _formats(record)
    return [
        resource("media", _id(record, place), _attributes(record, url, formats[place] if place < len(formats) else _UNKNOWN_KIND))
        for place, url in enumerate(record.supplement.files)
    ]


def _attributes(record: Record, url: str, kind: str) -> dict[str, Any]:
    made, changed = moment(record.created_s), moment(record.updated_s)
    return {"version": record.redescribed, "url": url, "mediaType": kind, "created": made, "updated": changed}


def _formats(record: Record) -> tuple[str, ...]:
    from pidstack.formats.errors import Unreadable
    from pidstack.services.shown import shown

    try:
        return shown(record).formats
    except Unreadable:
        return ()


def _id(record: Record, place: int) -> str:
    """Make an id of sixteen characters, the same as long as the file keeps its place."""
    digest = hashlib.sha256(f"{record.identifier} {place}".encode()).digest()
    halves = (int.from_bytes(digest[start : start + 4], "big") % BASE32_NAMES for start in (0, 4))
    return "-".join(map(base32_name, halves))
