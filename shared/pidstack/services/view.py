"""Read a record. Cost: one read; looking for the longest existing start of a name costs one batched read per 100 candidates."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.errors import Forbidden, NoSuchIdentifier, Unauthenticated
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry


def view(identifier: Identifier, registry: Registry, who: Callable[[], Authority | None], *, longest_start: bool = False) -> Record:
    """Give the record of `identifier`, or of its longest start that has one.

    Args:
        who: tells who asks, None for the public; only called where it matters.
        longest_start: whether a start of the name will do.
    Raises:
        NoSuchIdentifier: nothing found.
        Unauthenticated, Forbidden: it belongs to the registry's own agents, which only superusers see.
    """
    record = registry.identifiers.get(identifier)
    if record is None and longest_start:
        record = registry.identifiers.first_of(identifier.prefixes())
    if record is None:
        raise NoSuchIdentifier("no such identifier")
    if record.agent_role:
        _require_superuser(who())
    return record


def _require_superuser(by: Authority | None) -> None:
    if by is None:
        raise Unauthenticated("unauthorized")
    if not by.is_confirmed_superuser():
        raise Forbidden("forbidden")
