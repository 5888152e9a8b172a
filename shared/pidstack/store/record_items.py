"""The item of a record as DynamoDB writes it on the wire, read without any of the SDK.

`{"pk": {"S": "doi:10.5072/FK2"}, "version": {"N": "1"}, "elements": {"B": "eg=="}}`: numbers as text, bytes in base64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, Self

from pybase64 import b64decode

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import NO_SUPPLEMENT, Supplement
from pidstack.ports.harvest import Header
from pidstack.store.elements import LateElements
from pidstack.store.prepared import Prepared

Value = Mapping[str, Any]
Item = Mapping[str, Value]
RECORD_SORT_KEY = "record"
FORMS = "forms"
# What an attribute that an item lacks is read as.
_ABSENT: Value = {"S": "", "N": "0"}
_STATES = {state.value: state for state in State}
_NO_FORMS: Mapping[str, bytes] = {}
_AGENCIES = {agency.value: agency for agency in Agency}


@lru_cache(maxsize=4096)
def placement_of(written: str) -> Placement:
    """Read a placement; those of one title are the same again and again."""
    return Placement.parse(written)


def record_on_wire(item: Item, header: Header | None = None) -> Record:
    """Read the item of a record, as `store.identifiers.record_of` reads it from the other library.

    Args:
        header: what is known of it already, where that is as the item has it.
    """
    return WireRecord.of(item, header)


def paths(forms: Sequence[str]) -> list[str]:
    """Name what has to be read of an item for a record to be shown: of the forms of its description those that are wanted.

    What guards its changes is left out, so it is not to be written again.
    """
    return [*_ATTRIBUTES, *(f"{FORMS}.{name}" for name in forms)]


_RENAMED = {"identifier": "pk", "group": "owner_group", "placement": "set_spec", "prepared": FORMS}
_ATTRIBUTE = {field.name: _RENAMED.get(field.name, field.name) for field in fields(Record)}
"""Field to the attribute that holds it."""
_GUARDS = frozenset({"token", "redescribed", "changed_by", "changed_via"})
_ATTRIBUTES = [held for name, held in _ATTRIBUTE.items() if name not in _GUARDS | {"prepared"}]


class WireRecord(Record):
    """A record that reads its item as far as somebody asks: most readers want a few attributes of many records."""

    # It has a dictionary, without `__slots__`: what is in it is found there before a `_Late` is asked.
    item: Item

    @classmethod
    def of(cls, item: Item, header: Header | None) -> Self:
        """Give the record of an item; see `record_on_wire`."""
        record: Any = cls.__new__(cls)  # whose attributes only this class sets
        record.item = item
        if header is not None:
            record.identifier, record.placement, record.updated_s = header.identifier, header.placement, header.datestamp_s
            record.owner, record.group = header.owner, header.group
        found: Self = record
        return found

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same record, in whatever way that was read."""
        return isinstance(other, Record) and all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = Record.__hash__


_Reader = Callable[[WireRecord], Any]


class _Late:
    """An attribute that is read when it is asked for, and once. Python's own `cached_property` takes a lock, until 3.12."""

    __slots__ = ("_name", "_read")

    def __init__(self, name: str, read: _Reader) -> None:
        self._name, self._read = name, read

    def __get__(self, record: WireRecord, _: type) -> Any:
        found = record.__dict__[self._name] = self._read(record)
        return found


_COMPARED = tuple(field.name for field in fields(Record) if field.compare)


def _text(name: str) -> _Reader:
    return lambda record: record.item.get(name, _ABSENT)["S"]


def _number(name: str) -> _Reader:
    return lambda record: int(record.item.get(name, _ABSENT)["N"])


def _placement(record: WireRecord) -> Placement | None:
    written = record.item.get("set_spec")
    return placement_of(written["S"]) if written else None


def _supplement(record: WireRecord) -> Supplement:
    written = record.item.get("supplement")
    return Supplement.parse(written["S"]) if written else NO_SUPPLEMENT


def _elements(record: WireRecord) -> LateElements:
    packed = record.item.get("elements")
    return LateElements(packed, _bytes) if packed else LateElements(b"")


def _prepared(record: WireRecord) -> Mapping[str, bytes]:
    forms: Any = record.item.get(FORMS)
    elements: Any = record.elements
    return Prepared(forms["M"], elements.plain, _bytes) if forms else _NO_FORMS


def _bytes(value: Value) -> bytes:
    return b64decode(value["B"], validate=True)


_READERS: dict[str, _Reader] = {
    **{field.name: (_number if field.type == "int" else _text)(_ATTRIBUTE[field.name]) for field in fields(Record)},
    "identifier": lambda record: Identifier(record.item["pk"]["S"]),
    "state": lambda record: _STATES[record.item["state"]["S"]],
    "exported": lambda record: record.item["exported"]["BOOL"],
    "agency": lambda record: _AGENCIES[record.item["agency"]["S"]],
    "placement": _placement,
    "supplement": _supplement,
    "elements": _elements,
    "prepared": _prepared,
}
for _name, _read in _READERS.items():
    setattr(WireRecord, _name, _Late(_name, _read))
