"""First step: count the names and cut them into segments of equal size, so that each takes one worker minutes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pidstack.domain.export import Stage
from pidstack.ports.bulk import FileKind
from pidstack.ports.exports import OwnedNames
from pidstack.services.exports.workshop import Plan, Range, SegmentWork, Workshop

# What one worker is told has to stay below 256 KB: a group may have thousands of accounts with a name each.
MOST_RANGES = 500


def plan_export(name: str, workshop: Workshop, *, segment_records: int, concurrency: int) -> Plan:
    """Divide an export, and say how many names there are.

    Raises:
        NotFound: there is no such export, or it is over.
    """
    export = workshop.running(name)
    folder = f"unfinished/exports/{name}/{workshop.attempt()}/"
    counted = _Count()
    ranges = segments_of(export.order.owners, workshop.names, segment_records, counted)
    works = [SegmentWork(name, folder, number, each) for number, each in enumerate(ranges)]
    plan = Plan(name, folder, len(works), concurrency)
    workshop.files.put(plan.file, json.dumps([_told(work) for work in works]).encode(), FileKind("application/json"))
    workshop.exports.change(export, replace(export, stage=Stage.RUNNING, expected=counted.names))
    return plan


class _Count:
    def __init__(self) -> None:
        self.names = 0


def segments_of(owners: Sequence[str], names: OwnedNames, size: int, counted: _Count | None = None) -> Iterator[tuple[Range, ...]]:
    """Cut what owners have, one owner after the other, into segments of `size` names. There is always one, be it of nothing."""
    counted = counted or _Count()
    ranges: list[Range] = []
    room, is_first = size, True
    for owner in owners:
        cut, behind_cut = "", 0
        for name in names.names(owner):
            counted.names += 1
            behind_cut += 1
            room -= 1
            if room == 0:
                yield (*ranges, Range(owner, cut, name))
                ranges, room, is_first = [], size, False
                cut, behind_cut = name, 0
        if behind_cut:
            ranges.append(Range(owner, cut))
        if len(ranges) == MOST_RANGES:
            yield tuple(ranges)
            ranges, room, is_first = [], size, False
    if ranges or is_first:
        yield tuple(ranges)


def _told(work: SegmentWork) -> dict[str, object]:
    values = work.as_json()
    return {"number": values["number"], "ranges": values["ranges"]}
