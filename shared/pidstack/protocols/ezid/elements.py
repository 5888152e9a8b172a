"""EZID's elements: a request's into edits, a record into those of an answer. Rule: EZID API v2, "Internal metadata"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pidstack.domain import edits as e
from pidstack.domain.accounts import account_name
from pidstack.domain.errors import Invalid, NoSuchAccount, NotSettable
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.protocols.vocabulary import default_target, read_status, status_of
from pidstack.services.documents import shown_deposit


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a request body as a sequence of edits, read anew on each pass and refused at the first that is wrong.

    Attributes:
        given: label and value, as parsed, in order.
        privileged: tells whether they come from a superuser; only asked where it matters.
    """

    given: Mapping[str, str]
    privileged: Callable[[], bool]

    def __iter__(self) -> Iterator[e.Edit]:
        for label, value in self.given.items():
            yield self._edit(label, value)

    def _edit(self, label: str, value: str) -> e.Edit:
        if not label.startswith("_"):
            return e.SetElement(label, value)
        read = _FOR_CLIENTS.get(label) or _FOR_SUPERUSERS.get(label)
        if read is None or (label in _FOR_SUPERUSERS and not self.privileged()):
            raise NotSettable("field is not settable", field=label)
        return read(value)


def _owner(value: str) -> e.Edit:
    try:
        return e.SetOwner(account_name(value))
    except Invalid as refusal:
        raise NoSuchAccount("no such user", field="owner") from refusal


def _export(value: str) -> e.Edit:
    if value.lower() not in {"yes", "no"}:
        raise Invalid("value must be 'yes' or 'no'", field="exported")
    return e.SetExported(value.lower() == "yes")


def _crossref(value: str) -> e.Edit:
    if value.lower() != "yes":
        raise Invalid("value must be 'yes'", field="agency")
    return e.UseCrossref()


def _seconds(value: str, field: str) -> int:
    if not re.fullmatch(r"\d{1,11}", value, re.ASCII):
        raise Invalid(f"“{value}” value must be an integer.", field=field)
    return int(value)


def _role(value: str) -> e.Edit:
    if value not in {"user", "group"}:
        raise Invalid("value must be 'user' or 'group'", field="agent_role")
    return e.SetAgentRole(value)


_FOR_CLIENTS: dict[str, Callable[[str], e.Edit]] = {
    "_owner": _owner,
    "_target": e.SetTarget,
    "_profile": e.SetProfile,
    "_status": read_status,
    "_export": _export,
    "_crossref": _crossref,
}
_FOR_SUPERUSERS: dict[str, Callable[[str], e.Edit]] = {
    "_ownergroup": e.SetGroup,
    "_created": lambda value: e.SetCreated(_seconds(value, "created")),
    "_updated": lambda value: e.SetUpdated(_seconds(value, "updated")),
    "_datacenter": e.SetDatacenter,
    "_ezid_role": _role,
}


def elements_of(record: Record, base_url: str) -> Iterator[tuple[str, str]]:
    """Give what a view shows, in EZID's usual order.

    Args:
        base_url: of this registry, for the target of those that have none of their own.
    """
    target = record.target or default_target(record, base_url)
    for name, value in record.elements.items():
        yield name, _deposit(record, target, base_url) if name == "crossref" else value
    if record.agent_role:
        yield "_ezid_role", record.agent_role
    yield "_owner", record.owner
    yield "_ownergroup", record.group
    yield "_created", str(record.created_s)
    yield "_updated", str(record.updated_s)
    yield "_profile", record.preferred_profile
    is_public = record.state is State.FINDABLE
    if not is_public:
        yield "_status", status_of(record)
    yield "_target", target
    if record.agency is Agency.CROSSREF:
        yield "_crossref", _crossref_status(record)
    elif record.datacenter:
        yield "_datacenter", record.datacenter
    if not record.exported:
        yield "_export", "no"
    if is_public:
        yield "_status", status_of(record)
    if record.exported:
        yield "_export", "yes"
    if shadow := record.identifier.shadow:
        yield "_shadowedby", shadow


def _deposit(record: Record, target: str, base_url: str) -> str:
    """Give the Crossref document as EZID shows it: leading to the tombstone page while the object is not to be had."""
    if record.state is State.REGISTERED:
        target = f"{base_url}/tombstone/id/{record.identifier.as_url_path()}"
    return shown_deposit(record, target)


def _crossref_status(record: Record) -> str:
    """What is known of the registration at Crossref: it waits for the record to be public, or for the owner's deposit."""
    waits = record.state is State.DRAFT
    return f"yes | {'awaiting status change to public' if waits else 'registration in progress'}"
