"""The least that describes an object (creator, title, publisher, date, type), read out of whatever profile a depositor chose.

Rule: EZID API v2, "Metadata profiles".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from pidstack.domain.record import Record


@dataclass(frozen=True, slots=True)
class Citation:
    """Who made what, when, who published it, and what kind of thing it is; an empty part is unknown."""

    creator: str = ""
    title: str = ""
    publisher: str = ""
    date: str = ""
    type: str = ""


_ELEMENTS: dict[str, Citation] = {
    "erc": Citation("erc.who", "erc.what", "", "erc.when", ""),
    "dc": Citation("dc.creator", "dc.title", "dc.publisher", "dc.date", "dc.type"),
    "datacite": Citation(
        "datacite.creator", "datacite.title", "datacite.publisher", "datacite.publicationyear", "datacite.resourcetype"
    ),
}
_PARTS = tuple(part.name for part in fields(Citation))


def cite(record: Record) -> Citation:
    """Read the citation out of the record's preferred profile; any itemised `datacite.*` element goes before it.

    A profile that is not known reads as `erc`, as EZID does it.
    """
    profile = record.preferred_profile if record.preferred_profile in _ELEMENTS else "erc"
    found = _read(_erc_opened(record.elements) if profile == "erc" else record.elements, _ELEMENTS[profile])
    found |= _read(record.elements, _ELEMENTS["datacite"])
    return Citation(**found)


def _read(elements: Mapping[str, str], names: Citation) -> dict[str, str]:
    values = {part: elements.get(getattr(names, part), "") for part in _PARTS}
    return {part: value for part, value in values.items() if value}


def _erc_opened(elements: Mapping[str, str]) -> Mapping[str, str]:
    """Lay the lines of a whole `erc` block over the itemised `erc.*` elements."""
    block = elements.get("erc", "")
    opened: dict[str, str] = {}
    for line in re.split(r"[\r\n]+", block):
        label, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not label or not value or label.startswith("#"):
            continue
        name = "erc." + re.sub(r"\s+", "_", label.lower())
        opened[name] = f"{opened[name]} ; {value}" if name in opened else value
    return {**elements, **opened}
