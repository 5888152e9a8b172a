"""Keep the forms of descriptions anew where they are not what would be kept today: after a release that writes them otherwise.

Until then harvests, lists and snapshots write such a form each time that they come by, which takes longer than all else they do.
The registry goes on meanwhile. What is said of an identifier stays as it is, and so do its version, its datestamp and its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from pidstack.domain.errors import Busy
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.identifiers import IdentifierStore
from pidstack.ports.snapshots import Entry, Scan
from pidstack.services.prepared import prepared_forms

_AT_ONCE = 8  # writes, which mostly wait


@dataclass(frozen=True, slots=True)
class Renewal:
    """How far it is.

    Attributes:
        records: that were read; of those that harvesters see.
        renewed: of which forms were written anew.
    """

    records: int
    renewed: int


def renew(scan: Scan, identifiers: IdentifierStore, watch: Callable[[Renewal], None]) -> Renewal:
    """Go through all records. Cost: one scan of the table; one read and one conditional write of each record that is out of date.

    It may be broken off, and begun again: what is done is passed over.

    Args:
        watch: is told, now and then, how far it is.
    """
    records = renewed = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for entries in _pages(scan):
            stale = [record.identifier for record in map(scan.record, (entry.packed for entry in entries)) if _is_stale(record)]
            renewed += sum(pool.map(partial(_renew, identifiers), stale))
            records += len(entries)
            watch(Renewal(records, renewed))
    return Renewal(records, renewed)


def _pages(scan: Scan) -> Iterator[Sequence[Entry]]:
    start = ""
    while True:
        page = scan.page(0, 1, start)
        yield page.entries
        if not (start := page.following):
            return


def _is_stale(record: Record) -> bool:
    return prepared_forms(record, record) != dict(record.prepared)


def _renew(identifiers: IdentifierStore, identifier: Identifier) -> bool:
    record = identifiers.get(identifier)
    if record is None or (forms := prepared_forms(record, record)) == dict(record.prepared):
        return False
    try:
        identifiers.renew(replace(record, prepared=forms))
    except Busy:  # whoever was first has written them, too
        return False
    return True
