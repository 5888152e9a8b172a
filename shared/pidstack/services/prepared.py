"""Forms of a description that many are given and that take long to write: written once, when it changes, and kept with the record.

They are its Dublin Core (harvests), the attributes of DataCite's JSON (lists, snapshots, data files), what a work of Crossref's
says of the description (snapshots), the `crossref` element of what was not deposited with Crossref (harvests, snapshots), and
DataCite's `resource` of what did not come as one (harvests). Each says which version of its writer wrote it; another version's is
written anew whenever it is asked for, and kept at the next change, or when all are renewed (`pidstack.services.renew`).
Cost: of a draft, a test or what has no document, and of a change that leaves the description alone, nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.services.describe import described, describing, is_redescribed

# Where this many bytes are not enough, an answer is long in any case.
MOST_KEPT = 60_000
_log = logging.getLogger(__name__)

Writer = Callable[[Record, Callable[[], Metadata]], bytes | None]


def prepared_forms(record: Record, old: Record | None, read: Callable[[], Metadata] | None = None) -> Mapping[str, bytes]:
    """Give what is to be kept as `Record.prepared`. A description that cannot be read never fails a write.

    Args:
        record: as it is to be kept, its placement included.
        old: the record before the change; None for a new one.
        read: gives its description, where somebody else wants that too.
    """
    if not (record.is_harvested and describing(record)):
        return {}
    is_same = old is not None and not is_redescribed(record, old) and old.supplement == record.supplement
    known = old.prepared if old is not None and is_same else {}
    reader = read or cache(lambda: described(record))
    forms = {}
    for name, (version, write) in _forms().items():
        head = _head(version)
        form = known.get(name, b"")
        if not form.startswith(head):
            form = head + written if (written := _tried(name, write, record, reader)) is not None else b""
        if form and len(form) <= MOST_KEPT:
            forms[name] = form
    return forms


def prepared(record: Record, name: str, version: int) -> bytes | None:
    """Give a form that is kept with a record, without its head; None if there is none, or another version's."""
    form, head = record.prepared.get(name, b""), _head(version)
    return form[len(head) :] if form.startswith(head) else None


@cache
def _head(version: int) -> bytes:
    return b"%d\n" % version


def _tried(name: str, write: Writer, record: Record, read: Callable[[], Metadata]) -> bytes | None:
    try:
        return write(replace(record, prepared={}), read)
    except Exception:  # noqa: BLE001 - whatever a writer stumbles over, no write is to fail of it
        about = {"identifier": str(record.identifier), "form": name}
        _log.exception("the description cannot be read, so no form of it is kept", extra=about)
        return None


@cache
def _forms() -> Mapping[str, tuple[int, Writer]]:
    """Give the forms that there are: name, version, writer. They are imported when the first is asked for."""
    from pidstack.services import dublin_core, resource, told, unixref, work

    return {module.NAME: (module.WRITER_VERSION, module.write) for module in (dublin_core, told, work, unixref, resource)}
