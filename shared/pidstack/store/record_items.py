"""The item of a record as DynamoDB writes it on the wire, read without any of the SDK.

`{"pk": {"S": "doi:10.5072/FK2"}, "version": {"N": "1"}, "elements": {"B": "eg=="}}`: numbers as text, bytes in base64.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pybase64 import b64decode

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import NO_SUPPLEMENT, Supplement
from pidstack.store.elements import LateElements, inflated, read_plain
from pidstack.store.prepared import Prepared

Value = Mapping[str, Any]
Item = Mapping[str, Value]
RECORD_SORT_KEY = "record"
# What an attribute that an item lacks is read as.
_ABSENT: Value = {"S": "", "N": "0"}
_STATES = {state.value: state for state in State}
_AGENCIES = {agency.value: agency for agency in Agency}


@lru_cache(maxsize=4096)
def placement_of(written: str) -> Placement:
    """Read a placement; those of one title are the same again and again."""
    return Placement.parse(written)


def record_on_wire(item: Item) -> Record:
    """Read the item of a record, as `store.identifiers.record_of` reads it from the other library."""
    packed, forms = item.get("elements"), item.get("prepared")
    plain = inflated(b64decode(packed["B"], validate=True)) if packed else b""
    elements, dublin_core = read_plain(plain)
    prepared = Prepared(b64decode(forms["B"], validate=True), lambda: plain) if forms else {}
    return _record(item, elements, dublin_core, prepared)


def record_read_late(item: Item) -> Record:
    """Give the same without its Dublin Core, for those who seldom want its elements: they are read when somebody does."""
    packed, forms = item.get("elements"), item.get("prepared")
    elements = LateElements(lambda: b64decode(packed["B"], validate=True) if packed else b"")
    prepared = Prepared(b64decode(forms["B"], validate=True), elements.plain) if forms else {}
    return _record(item, elements, "", prepared)


def _record(item: Item, elements: Mapping[str, str], dublin_core: str, prepared: Mapping[str, bytes]) -> Record:
    get = item.get
    placement, supplement = get("set_spec"), get("supplement")
    return Record(
        identifier=Identifier(item["pk"]["S"]),
        owner=item["owner"]["S"],
        group=item["owner_group"]["S"],
        state=_STATES[item["state"]["S"]],
        reason=get("reason", _ABSENT)["S"],
        target=get("target", _ABSENT)["S"],
        profile=get("profile", _ABSENT)["S"],
        elements=elements,
        exported=item["exported"]["BOOL"],
        agency=_AGENCIES[item["agency"]["S"]],
        datacenter=get("datacenter", _ABSENT)["S"],
        expires_s=int(get("expires_s", _ABSENT)["N"]),
        agent_role=get("agent_role", _ABSENT)["S"],
        created_s=int(item["created_s"]["N"]),
        updated_s=int(item["updated_s"]["N"]),
        registered_s=int(get("registered_s", _ABSENT)["N"]),
        version=int(item["version"]["N"]),
        placement=placement_of(placement["S"]) if placement else None,
        supplement=Supplement.parse(supplement["S"]) if supplement else NO_SUPPLEMENT,
        redescribed=int(get("redescribed", _ABSENT)["N"]),
        resource_type=get("resource_type", _ABSENT)["S"],
        changed_by=get("changed_by", _ABSENT)["S"],
        changed_via=get("changed_via", _ABSENT)["S"],
        token=get("token", _ABSENT)["S"],
        dublin_core=dublin_core,
        prepared=prepared,
    )
