"""Second step, by many at the same time: write a segment, as far as the time goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from pidstack.domain.record import Record
from pidstack.ports.bulk import FileKind
from pidstack.ports.exports import OwnedNames, Progress
from pidstack.services.bulk.pieces import PieceWriter
from pidstack.services.exports.workshop import SegmentWork, Workshop

# Names that are read at once: enough to keep the store busy, few enough for the longest of records.
BATCH = 400
# So many names between two notes of how far a segment is.
NOTED = 2000
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Batch:
    position: int
    owner: str
    last: str
    names: int
    records: list[Record]


def write_segment(work: SegmentWork, workshop: Workshop, has_time: Callable[[], bool]) -> SegmentWork:
    """Write a segment, or go on with one.

    What is read is what the table says now. A record that went to another owner since the names were counted is left out.

    Args:
        has_time: tells whether there is time for another batch, and for what has to be done after it.
    Returns:
        how far it is.
    Raises:
        NotFound: the export is over.
    """
    order = workshop.running(work.name).order
    writer, passes = workshop.writer_for(order), order.filter.compiled()
    file = f"{work.folder}segment-{work.number:05}-{len(work.pieces):03}-{workshop.attempt()}"
    piece = PieceWriter(workshop.files, file, lead=writer.between)
    now_s, noted, before, done = workshop.clock(), work.seen, work.written, True
    try:
        for batch in _one_ahead(_batches(work, workshop.names)):
            for record in batch.records:
                if record.owner == batch.owner and not 0 < record.expires_s <= now_s and passes(record):
                    text = writer.write(record)
                    piece.write(writer.between + text if piece.records else text)
            seen, written = work.seen + batch.names, before + piece.records
            work = replace(work, position=batch.position, after=batch.last, seen=seen, written=written)
            if work.seen - noted >= NOTED:
                noted = work.seen
                workshop.exports.note(work.name, work.number, Progress(work.seen, work.written))
            if not has_time():
                done = False
                break
        pieces = (*work.pieces, piece.close())
    except BaseException:
        piece.abandon()
        raise
    workshop.exports.note(work.name, work.number, Progress(work.seen, work.written))
    if done:
        listed = json.dumps([each.as_json() for each in pieces]).encode()
        workshop.files.put(work.manifest, listed, FileKind("application/json"))
    return replace(work, pieces=pieces, done=done)


def _batches(work: SegmentWork, names: OwnedNames) -> Iterator[_Batch]:
    for position, part in work.left():
        waiting = names.names(part.owner, after=part.after, until=part.until)
        while batch := list(islice(waiting, BATCH)):
            yield _Batch(position, part.owner, batch[-1], len(batch), names.records(batch))


def _one_ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """Give items while the next one is fetched beside."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item
