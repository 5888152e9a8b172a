"""Deal the sheets' lines out to writers, so that every member is full but the last, and all are numbered without a gap.

How many records a member holds, and which, depends on the sheets alone and not on how many writers there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pidstack.services.snapshots.sheets import Sheet, Shelf

MOST_TASKS = 1000
LEAST_RECORDS = 50_000
"""What a writer has to do at least, if there is as much; of more than a thousand times this, each gets more."""


class Product(StrEnum):
    """What pieces are written: members of the three archives, and the data file's tables of names and states."""

    JSON = "json"
    XML = "xml"
    PARTS = "parts"
    TABLE = "table"


SHELVES = {
    Product.JSON: frozenset({Shelf.DOI, Shelf.OTHER}),
    Product.XML: frozenset({Shelf.DOI}),
    Product.PARTS: frozenset({Shelf.DOI}),
    Product.TABLE: frozenset({Shelf.DOI, Shelf.WITHHELD}),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of one sheet that lie together.

    Attributes:
        first, size: bytes.
    """

    sheet: str
    first: int
    size: int
    records: int


@dataclass(frozen=True, slots=True)
class Job:
    """One piece that is to be written: consecutive members.

    Attributes:
        month: of the data file's folder; empty for the other archives.
        first_member: number of the first.
        per_member: how many records a member holds.
        skip: lines at the beginning that belong to the job before.
        records: how many to write.
    """

    product: Product
    month: str
    first_member: int
    per_member: int
    skip: int
    records: int
    passages: tuple[Passage, ...]

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {**asdict(self), "passages": [[each.sheet, each.first, each.size, each.records] for each in self.passages]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Job:
        """Read what `as_json` wrote."""
        passages = tuple(Passage(*each) for each in values["passages"])
        return cls(**{**values, "product": Product(values["product"]), "passages": passages})


@dataclass(slots=True)
class _Stream:
    """What one product, in one month, is made of."""

    passages: list[Passage] = field(default_factory=list)
    records: int = 0

    def add(self, passage: Passage) -> None:
        last = self.passages[-1] if self.passages else None
        if last and last.sheet == passage.sheet and last.first + last.size == passage.first:
            self.passages[-1] = Passage(last.sheet, last.first, last.size + passage.size, last.records + passage.records)
        else:
            self.passages.append(passage)
        self.records += passage.records


def arrange(sheets: Iterable[Sheet], per_member: dict[Product, int], least: int = LEAST_RECORDS) -> list[list[Job]]:
    """Deal out.

    Args:
        sheets: in order.
        per_member: how many records a member of each product holds; products that are not in it are not made.
        least: records of a task.
    Returns:
        tasks, each of one job or several small ones. All jobs in their order are the files in theirs.
    """
    streams: dict[tuple[Product, str], _Stream] = {}
    for sheet in sheets:
        for row in sheet.rows:
            passage = Passage(sheet.name, row.first, row.size, row.records)
            for product in per_member:
                if row.shelf in SHELVES[product]:
                    month = row.month if product in {Product.PARTS, Product.TABLE} else ""
                    streams.setdefault((product, month), _Stream()).add(passage)
    total = sum(stream.records for stream in streams.values())
    span = max(least, -(-total // MOST_TASKS))
    jobs = (
        job
        for (product, month), stream in sorted(streams.items(), key=lambda each: _place(*each[0]))
        for job in _jobs(product, month, stream, per_member[product], span)
    )
    return list(_packed(jobs, span))


def _place(product: Product, month: str) -> tuple[int, str, bool]:
    """Where a stream lies: of the data file month by month, the table before the parts."""
    if product in {Product.PARTS, Product.TABLE}:
        return 2, month, product is Product.PARTS
    return (0 if product is Product.JSON else 1), "", False


def _jobs(product: Product, month: str, stream: _Stream, per_member: int, span: int) -> Iterator[Job]:
    """Cut a stream between members, about every `span` records."""
    step = max(1, span // per_member) * per_member
    passages, before, at = stream.passages, 0, 0
    for start in range(0, stream.records, step):
        records = min(step, stream.records - start)
        while before + passages[at].records <= start:
            before, at = before + passages[at].records, at + 1
        needed, reach = at, before
        while reach < start + records:
            reach, needed = reach + passages[needed].records, needed + 1
        yield Job(product, month, start // per_member, per_member, start - before, records, tuple(passages[at:needed]))


def _packed(jobs: Iterable[Job], span: int) -> Iterator[list[Job]]:
    task: list[Job] = []
    for job in jobs:
        if task and sum(each.records for each in task) + job.records > span:
            yield task
            task = []
        task.append(job)
    if task:
        yield task


def expected(tasks: Sequence[Sequence[Job]]) -> dict[Product, int]:
    """Count the records that each product is to have."""
    counts = dict.fromkeys(Product, 0)
    for task in tasks:
        for job in task:
            counts[job.product] += job.records
    return {product: count for product, count in counts.items() if count}
