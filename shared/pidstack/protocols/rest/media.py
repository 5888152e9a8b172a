"""The files of an object, which a DOI names by `contentUrl`, as resources of their own.

Who writes `contentUrl` writes all files anew: their kinds are the formats that stand at their places in `formats`, and they are
called by their places. As soon as one is changed by itself, kinds and names are kept.
Rule: DataCite REST API, "Media".
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pidstack.domain.minter import BASE32_NAMES, base32_name
from pidstack.domain.record import Record
from pidstack.domain.supplement import Supplement
from pidstack.protocols.rest.documents import moment, resource

UNKNOWN_KIND = "text/plain"


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    Attributes:
        name: sixteen characters, in groups of four.
        kind: media type.
    """

    name: str
    url: str
    kind: str


def files_of(record: Record) -> tuple[File, ...]:
    """Give a record's files."""
    urls = record.supplement.files or ()
    if not urls:
        return ()
    kinds = record.supplement.kinds
    if not kinds:
        formats = _formats(record)
        kinds = tuple(formats[place] if place < len(formats) else UNKNOWN_KIND for place in range(len(urls)))
    return tuple(File(*each) for each in zip(names_of(record), urls, kinds, strict=True))


def names_of(record: Record) -> tuple[str, ...]:
    """Name a record's files."""
    places = range(len(record.supplement.files or ()))
    return record.supplement.names or tuple(_usual_name(record, place) for place in places)


def with_files(supplement: Supplement, files: Iterable[File]) -> Supplement:
    """Say that an object has these files and no others."""
    listed = tuple(files)
    return replace(
        supplement,
        files=tuple(each.url for each in listed),
        kinds=tuple(each.kind for each in listed),
        names=tuple(each.name for each in listed),
    )


def media_of(record: Record) -> list[dict[str, Any]]:
    """Write the resource objects of a record's files."""
    return [media_resource(each, record) for each in files_of(record)]


def media_resource(file: File, record: Record) -> dict[str, Any]:
    """Write the resource object of one of a record's files; its version and times are the record's."""
    made, changed = moment(record.created_s), moment(record.updated_s)
    attributes = {"version": record.version - 1, "url": file.url, "mediaType": file.kind, "created": made, "updated": changed}
    return resource("media", file.name, attributes)


def draw_name(random: Callable[[int], int] = secrets.randbelow) -> str:
    """Make up a name that no other file has, most likely."""
    return "-".join(base32_name(random(BASE32_NAMES)) for _ in range(2))


def _formats(record: Record) -> tuple[str, ...]:
    from pidstack.formats.errors import Unreadable
    from pidstack.services.shown import shown

    try:
        return shown(record).formats
    except Unreadable:
        return ()


def _usual_name(record: Record, place: int) -> str:
    """Call a file by its place: the same as long as nobody changes single files."""
    digest = hashlib.sha256(f"{record.identifier} {place}".encode()).digest()
    halves = (int.from_bytes(digest[start : start + 4], "big") % BASE32_NAMES for start in (0, 4))
    return "-".join(map(base32_name, halves))
