"""What EZID and its DataCite flavour have in common: words for states, the target nobody chose, text that XML can carry."""

from __future__ import annotations

import re

from pidstack.domain.edits import SetState
from pidstack.domain.errors import Invalid
from pidstack.domain.record import Record
from pidstack.domain.state import State

STATUS_WORDS = {State.DRAFT: "reserved", State.FINDABLE: "public", State.REGISTERED: "unavailable"}
_STATES = {"reserved": State.DRAFT, "public": State.FINDABLE}
_UNAVAILABLE = re.compile(r"unavailable(?:\s*\|(?P<reason>.*))?", re.DOTALL)
_PLANE_ENDS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_NOT_FOR_XML = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufddf{_PLANE_ENDS}]")


def read_status(value: str) -> SetState:
    """Read the value of `_status`. A reason follows the first `|`; its first line is kept.

    Raises:
        Invalid: none of the three words; they are compared by case.
    Rule: EZID API v2, "Identifier status"; DataCite EZ API guide, "DOI states".
    """
    if value in _STATES:
        return SetState(_STATES[value])
    unavailable = _UNAVAILABLE.fullmatch(value)
    if not unavailable:
        raise Invalid("invalid identifier status", field="state")
    first_line = re.split("[\r\n]", (unavailable["reason"] or "").strip())[0]
    return SetState(State.REGISTERED, first_line.strip())


def status_of(record: Record) -> str:
    """Write the value of `_status`, with the reason if there is one."""
    return f"{STATUS_WORDS[record.state]} | {record.reason}" if record.reason else STATUS_WORDS[record.state]


def default_target(record: Record, base_url: str) -> str:
    """Give where a record leads that has no target of its own: its page at this registry.

    Args:
        base_url: of this registry, no slash at its end.
    """
    return f"{base_url}/id/{record.identifier.as_url_path()}"


def xml_safe(text: str) -> str:
    """Put a blank for each character that XML 1.1 forbids or discourages."""
    return _NOT_FOR_XML.sub(" ", text)
