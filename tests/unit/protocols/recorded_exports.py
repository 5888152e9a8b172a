"""Records as they stood in a registry whose download files were recorded, read back out of its ANVL file."""

from __future__ import annotations

from pathlib import Path

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.protocols.ezid.anvl import parse

FOLDER = Path(__file__).parents[2] / "vectors" / "exports"
BASE_URL = "http://127.0.0.1:18000"
_STATES = {"reserved": State.DRAFT, "public": State.FINDABLE, "unavailable": State.REGISTERED}


def recorded(suffix: str) -> bytes:
    """Give a recorded file."""
    return FOLDER.joinpath(f"recorded.{suffix}").read_bytes()


def recorded_records() -> list[Record]:
    """Give the records, in the order of the files."""
    return [_record(block) for block in recorded("txt").decode().split("\n\n")]


def _record(block: str) -> Record:
    first, _, rest = block.partition("\n")
    identifier = Identifier.parse(first.removeprefix(":: "))
    values = parse(rest)
    is_default = values["_target"] == f"{BASE_URL}/id/{identifier.as_url_path()}"
    agency = Agency.CROSSREF if "_crossref" in values else Agency.DATACITE if "_datacenter" in values else Agency.NONE
    return Record(
        identifier,
        values["_owner"],
        values["_ownergroup"],
        int(values["_created"]),
        int(values["_updated"]),
        state=_STATES[values["_status"].partition(" ")[0]],
        target="" if is_default else values["_target"],
        profile=values["_profile"],
        elements={name: value for name, value in values.items() if not name.startswith("_")},
        exported=values["_export"] == "yes",
        agency=agency,
        datacenter=values.get("_datacenter", ""),
    )
