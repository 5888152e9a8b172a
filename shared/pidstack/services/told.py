"""A record's description as the attributes of DataCite's JSON, publisher and affiliations as objects: kept, or written anew.

The DOI is among its own identifiers, and the kind of a name that has a given and a family part is said: so the service told it
before, too.
Rule: DataCite REST API, "DOI attributes".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from pidstack.domain.metadata import Agent, Metadata
from pidstack.domain.record import Record
from pidstack.services.describe import describing
from pidstack.services.prepared import prepared
from pidstack.services.shown import shown

Json = Any

NAME = "attributes"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What a description says.

    Attributes:
        attributes: all of `pidstack.formats.attributes.ATTRIBUTES`, in their order.
        year: of publication, as it is written in the description.
        is_known: whether it says anything.
    """

    attributes: dict[str, Json]
    year: str = ""
    is_known: bool = True


def told(record: Record) -> Told:
    """Give what a record's description says. One that cannot be read counts as none."""
    from pidstack.formats.errors import Unreadable

    kept = told_text(record)
    if kept:
        return Told(orjson.loads(kept[1]), kept[0])
    try:
        return _told(record, shown(record))
    except Unreadable:
        return _told(record, Metadata())


def told_text(record: Record) -> tuple[str, bytes] | None:
    """Give year and attributes as they are kept, the latter as JSON; None if nothing is kept."""
    form = prepared(record, NAME, WRITER_VERSION)
    if form is None:
        return None
    year, _, text = form.partition(b"\n")
    return year.decode(), text


def write(record: Record, read: Callable[[], Metadata]) -> bytes | None:
    """Write what is kept; None for nothing.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read.
        TypeError: JSON has no number for what it says.
    """
    found = _told(record, shown(record, read() if describing(record) else None))
    return b"%b\n%b" % (found.year.encode(), orjson.dumps(found.attributes)) if found.is_known and "\n" not in found.year else None


def _told(record: Record, metadata: Metadata) -> Told:
    from pidstack.formats import attributes

    creators, contributors = tuple(map(_named, metadata.creators)), tuple(map(_named, metadata.contributors))
    named = replace(metadata, creators=creators, contributors=contributors)
    written = attributes.write(named, publisher_as_object=True, affiliations_as_objects=True)
    if record.identifier.doi:
        itself = {"identifier": f"https://doi.org/{record.identifier.doi.lower()}", "identifierType": "DOI"}
        written["identifiers"] = [itself, *written["identifiers"]]
    return Told(written, metadata.publication_year, metadata != Metadata())


def _named(agent: Agent) -> Agent:
    """Say of a name with a given and a family part that it is a person's."""
    is_person = not agent.name_type and agent.given_name and agent.family_name
    return replace(agent, name_type="Personal") if is_person else agent
