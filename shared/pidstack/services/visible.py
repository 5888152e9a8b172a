"""Who may see a record, as DataCite has it: a findable one everybody, any other only those who may change it.

Rule: DataCite REST API, "DOI states" and "Authentication".
"""

from __future__ import annotations

from pidstack.domain.errors import Forbidden, NoSuchIdentifier
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry


def visible_record(identifier: Identifier, registry: Registry, by: Authority | None) -> Record:
    """Give the record of `identifier`. One read.

    Args:
        by: who asks; None for the public.
    Raises:
        NoSuchIdentifier: there is none, or not for this one to see, which are not told apart.
    """
    record = registry.identifiers.get(identifier)
    if record is None or not _may_see(record, by):
        raise NoSuchIdentifier("no such identifier")
    return record


def _may_see(record: Record, by: Authority | None) -> bool:
    if record.agent_role:
        return by is not None and by.is_confirmed_superuser()
    if record.state is State.FINDABLE:
        return True
    if by is None:
        return False
    try:
        by.require_changing(record)
    except Forbidden:
        return False
    return True
