"""Forget a draft. Cost: one read and one conditional write."""

from __future__ import annotations

from pidstack.domain.errors import NoSuchIdentifier, NotDeletable
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry


def delete(identifier: Identifier, by: Authority, registry: Registry, *, drafts_only: bool = False) -> Record:
    """Forget a record, and give what it was.

    Args:
        drafts_only: not even a superuser is to delete anything else.

    Raises:
        NoSuchIdentifier: there is nothing to delete.
        Forbidden: the account may not delete this record.
        NotDeletable: it is not a draft; only a superuser deletes what has been public.
        Busy: it was changed meanwhile; it is kept.
    """
    record = registry.identifiers.get(identifier)
    if record is None:
        raise NoSuchIdentifier("no such identifier")
    by.require_changing(record)
    if record.state is not State.DRAFT and (drafts_only or not by.is_confirmed_superuser()):
        raise NotDeletable("identifier status does not support deletion", field="state")
    registry.identifiers.delete(record, by=by.name, via=by.via)
    return record
