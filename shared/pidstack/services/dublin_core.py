"""A record's description in Dublin Core, as every harvester may have it: written once, when that changes, and kept with it.

Reading a deposit and writing it in another form takes some ten times what all else of a harvested record does. What is kept says
which version of the writer wrote it; another version's is written anew whenever it is asked for, and kept at the next change.
Cost: of a draft, a test or what has no document, and of a change that leaves the description alone, nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.services.describe import described, describing, is_redescribed

# Where this many characters are not enough, an answer is long in any case.
MOST_KEPT = 20_000
_log = logging.getLogger(__name__)


def dublin_core(record: Record) -> str:
    """Give the `oai_dc:dc` element, kept or written.

    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    from pidstack.formats.oai_dc import enclosed

    head = _head()
    kept = record.dublin_core
    return enclosed(kept[len(head) :] if kept.startswith(head) else _statements(record))


def kept_dublin_core(record: Record, old: Record | None, read: Callable[[], Metadata] | None = None) -> str:
    """Give what is to be kept as `Record.dublin_core`; empty for nothing. A description that cannot be read never fails a write.

    Args:
        record: as it is to be kept, its placement included.
        old: the record before the change; None for a new one.
        read: gives its description, where somebody else wants that too.
    """
    if not (record.is_harvested and describing(record)):
        return ""
    head = _head()
    if old is not None and old.dublin_core.startswith(head) and not is_redescribed(record, old):
        return old.dublin_core
    try:
        form = head + _statements(record, read)
    except Exception:  # noqa: BLE001 - whatever a reader stumbles over, no write is to fail of it
        _log.exception("the description cannot be read, so no form of it is kept", extra={"identifier": str(record.identifier)})
        return ""
    return form if len(form) <= MOST_KEPT else ""


def _head() -> str:
    """What tells the writer; statements stand behind it."""
    from pidstack.formats.oai_dc import WRITER_VERSION

    return f"{WRITER_VERSION}\n"


def _statements(record: Record, read: Callable[[], Metadata] | None = None) -> str:
    from pidstack.formats.cited import Cited
    from pidstack.formats.oai_dc import write_statements

    return write_statements(Cited(read() if read else described(record), record.identifier))
