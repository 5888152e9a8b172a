"""Edits onto a record, in their order, and the check of the whole: the part that making and changing have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pidstack.domain import edits as e
from pidstack.domain.errors import Invalid, InvalidRecord, NoSuchAccount, NotSettable, StateChangeRefused
from pidstack.domain.record import Record, check_profile
from pidstack.domain.shoulder import Agency, is_datacenter
from pidstack.domain.state import State, check_move, state_after
from pidstack.domain.target import canonical_target
from pidstack.domain.validation import canonical_resource_type, check_description, check_record
from pidstack.services.authority import Authority
from pidstack.services.describe import is_redescribed, sources
from pidstack.services.documents import with_documents


def apply(record: Record, edits: Iterable[e.Edit], by: Authority, *, new: bool = False) -> Record:
    """Give the record as it would be after all edits; nothing is kept, nothing about the whole is checked.

    Args:
        record: as it stands.
        edits: read once, in order; the iterable may itself refuse.
        new: whether `record` is being made.
    Raises:
        Invalid: the first edit that does not hold, as the class that says why.
    """
    elements = dict(record.elements)
    for edit in edits:
        if isinstance(edit, e.SetElement):
            _describe(elements, edit)
        elif isinstance(edit, e.Depending):
            here = replace(record, elements=elements)
            record = apply(here, edit.decide(here), by, new=new)
            elements = dict(record.elements)
        else:
            if type(edit) in e.FOR_SUPERUSERS and not by.is_confirmed_superuser():
                raise NotSettable("field is not settable", field=e.FOR_SUPERUSERS[type(edit)])
            record = replace(record, **_changes(record, edit, by, new=new))
    return replace(record, elements=elements, prepared={})  # which are of the old elements


def _describe(elements: dict[str, str], edit: e.SetElement) -> None:
    if edit.value:
        elements[edit.name] = canonical_resource_type(edit.value) if edit.name == "datacite.resourcetype" else edit.value
    else:
        elements.pop(edit.name, None)


def _changes(record: Record, edit: e.Edit, by: Authority, *, new: bool) -> dict[str, Any]:  # noqa: C901 - one arm an edit
    match edit:
        case e.SetTarget(url):
            return {"target": canonical_target(url, record.identifier.as_url_path())}
        case e.SetProfile(name):
            check_profile(name)
            return {"profile": name}
        case e.SetState(state, reason):
            return _moved(record, state, reason, by, new=new)
        case e.Undergo(event, reason):
            after = state_after(record.state, event) if event else record.state
            kept = record.reason if reason is None else reason
            return {"state": after, "reason": kept if after is State.REGISTERED else ""}
        case e.SetSupplement(supplement):
            return {"supplement": supplement}
        case e.SetExported(exported):
            return {"exported": exported}
        case e.SetOwner(account):
            return _owned(account, by)
        case e.SetGroup(group):
            return {"group": group}
        case e.UseCrossref():
            return _crossref(record, new=new)
        case e.SetCreated(moment_s):
            return {"created_s": moment_s}
        case e.SetUpdated(moment_s):
            return {"updated_s": moment_s}
        case e.SetDatacenter(symbol):
            return _datacenter(record, symbol)
        case e.SetAgentRole(role):
            return {"agent_role": role}
    raise AssertionError(edit)


def _moved(record: Record, state: State, reason: str, by: Authority, *, new: bool) -> dict[str, Any]:
    try:
        check_move(None if new else record.state, state)
    except StateChangeRefused:
        if not by.is_confirmed_superuser():
            raise
    return {"state": state, "reason": reason if state is State.REGISTERED else ""}


def _owned(name: str, by: Authority) -> dict[str, Any]:
    account = by.directory.account(name)
    if account is None and by.directory.refresh():
        account = by.directory.account(name)
    if account is None:
        raise NoSuchAccount("no such user", field="owner")
    return {"owner": account.name, "group": account.group}


def _datacenter(record: Record, symbol: str) -> dict[str, Any]:
    if record.agency is not Agency.DATACITE:
        raise Invalid("only a DOI registered with DataCite has a data center", field="datacenter")
    if not is_datacenter(symbol):
        raise Invalid("no such data center", field="datacenter")
    return {"datacenter": symbol}


def _crossref(record: Record, *, new: bool) -> dict[str, Any]:
    """Crossref is chosen by the shoulder; stating it must agree."""
    if record.identifier.scheme != "doi":
        raise InvalidRecord("Only DOI identifiers may be registered with Crossref.", field="agency")
    if new and record.agency is not Agency.CROSSREF:
        raise InvalidRecord("Crossref registration is incompatible with shoulder.", field="agency")
    if record.agency is not Agency.CROSSREF:
        raise Invalid("dataCite DOI cannot be registered with Crossref", field="agency")
    return {}


def settle(record: Record, old: Record | None, *, now_s: int, by: Authority) -> Record:
    """Check the record that edits made, and give it as it may be kept.

    Args:
        old: the record before the edits; None for a new one.
        now_s: Unix seconds, from when a record that is no draft any more counts as registered.
    Raises:
        InvalidRecord: the whole breaks a rule.
    """
    check_record(record)
    owner = by.directory.account(record.owner)
    if owner is not None and owner.group != record.group:
        raise InvalidRecord("Identifier's ownergroup does not match identifier's owner's group.", field="group")
    record = with_documents(record, old)
    check_description(record)
    if old is not None and sources(old) and is_redescribed(record, old):  # the first description replaces none
        record = replace(record, redescribed=old.redescribed + 1)
    first_public = record.state is not State.DRAFT and not record.registered_s
    return replace(record, registered_s=now_s) if first_public else record
