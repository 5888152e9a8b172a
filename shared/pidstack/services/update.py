"""Change a record. Cost: one read and one conditional write; another writer in between costs one more of each."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from pidstack.domain.edits import Edit
from pidstack.domain.errors import Busy, NoSuchIdentifier
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.services.apply import apply, settle
from pidstack.services.authority import Authority
from pidstack.services.place import placed
from pidstack.services.registry import Registry

TRIES = 20
_log = logging.getLogger(__name__)


def update(identifier: Identifier, edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    """Keep a changed record.

    Two writers never undo each other: whoever comes second applies the edits to what the first has made, and is told so (`Busy`) if
    others keep being faster.

    Args:
        edits: may be read several times, once a try.
    Raises:
        NoSuchIdentifier: there is nothing to change.
        Forbidden: the account may not change this record.
        Invalid: an edit or the whole breaks a rule.
        Busy: other writers were faster in every try; nothing was changed.
    """
    for attempt in range(1, TRIES + 1):
        old = registry.identifiers.get(identifier)
        if old is None:
            raise NoSuchIdentifier("no such identifier")
        by.require_changing(old)
        record = _changed(old, edits, by, registry)
        try:
            registry.identifiers.replace(record)
        except Busy:
            _log.info("another writer was faster", extra={"identifier": str(identifier), "attempt": attempt})
        else:
            return record
    raise Busy("other writers kept changing this record")


def _changed(old: Record, edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    now_s = registry.clock()
    touched = replace(old, updated_s=max(now_s, old.created_s), version=old.version + 1, changed_by=by.name, changed_via=by.via)
    record = settle(apply(touched, edits, by), old, now_s=now_s, by=by)
    by.require_handing_over(old.owner, old.group, record.owner)
    return placed(record, old, registry)
