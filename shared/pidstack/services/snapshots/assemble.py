"""Join the pieces of one file on the server, once every member is known to be there.

The two archives of text are one gzip stream of one tar; the data file is a plain tar of members that are compressed each by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pidstack.domain.snapshot import Content, SnapshotFile
from pidstack.ports.bulk import BulkFiles, FileKind
from pidstack.services.bulk.assemble import MOST_DIGESTED_BYTES, assemble
from pidstack.services.bulk.join import STORE, Limits, Mismatch, join
from pidstack.services.bulk.parts import Span, Stretch, Text
from pidstack.services.bulk.pieces import Piece
from pidstack.services.bulk.wrappings import Gzip
from pidstack.services.snapshots import tar
from pidstack.services.snapshots.arrange import Job, Product
from pidstack.services.snapshots.workplace import Workplace
from pidstack.services.snapshots.write import Written, folder

PRODUCTS = {
    Content.JSON: frozenset({Product.JSON}),
    Content.XML: frozenset({Product.XML}),
    Content.DATAFILE: frozenset({Product.PARTS, Product.TABLE}),
}
_GZIP, _TAR = FileKind("application/gzip"), FileKind("application/x-tar")


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive members that one worker wrote.

    Attributes:
        folder: of the data file; empty for the other archives.
        first_member: its number.
        size, sha256: of their bytes in the file.
    """

    product: str
    folder: str
    first_member: int
    members: int
    records: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that is joined, and what it consists of."""

    file: SnapshotFile
    groups: tuple[Group, ...]

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Whole:
        """Read what `as_json` wrote."""
        return cls(SnapshotFile(**values["file"]), tuple(Group(**each) for each in values["groups"]))


Done = Sequence[tuple[Job, Written]]


def join_file(place: Workplace, content: Content, key: str, tasks: int, limits: Limits = STORE) -> Whole:
    """Make a file of a snapshot.

    Args:
        key: where it is to be kept.
        tasks: how many there were.
    Raises:
        Mismatch: a member is missing or short, or a piece is not what its writer said of it; there is no file then.
    """
    done = list(_done(place, content, tasks))
    check_members(done)
    pieces = [piece for _, written in done for piece in written.pieces]
    if content is Content.DATAFILE:
        size, digest = _join_plain(place.files, key, _spans(done), pieces, limits)
    else:
        made = assemble(place.files, key, pieces, Gzip(), _GZIP, closing=tar.END, limits=limits)
        size, digest = made.size, made.sha256
    records = sum(written.records for job, written in done if job.product is not Product.TABLE)
    members = sum(_members(job, written) for job, written in done)
    whole = Whole(SnapshotFile(str(content), key, size, digest, records, members), tuple(_groups(done)))
    place.put(whole.as_json(), "whole", str(content))
    return whole


def check_members(done: Done) -> None:
    """Compare what was written with what was dealt out: every member is there, and full unless it is the last.

    Raises:
        Mismatch: else.
    """
    following: dict[tuple[Product, str], int] = {}
    short: set[tuple[Product, str]] = set()
    for job, written in done:
        place = job.product, job.month
        where = f"{job.product} {job.month}".rstrip()
        if written.records != job.records or sum(piece.records for piece in written.pieces) != job.records:
            raise Mismatch(f"{where}: {written.records} records instead of {job.records}")
        if job.first_member != following.get(place, 0) or place in short:
            raise Mismatch(f"{where}: member {following.get(place, 0)} is missing")
        if any(count != job.per_member for count in written.members[:-1]):
            raise Mismatch(f"{where}: a member is short")
        if written.members and written.members[-1] != job.per_member:
            short.add(place)
        following[place] = job.first_member + len(written.members)


def _done(place: Workplace, content: Content, tasks: int) -> Iterable[tuple[Job, Written]]:
    outcomes = zip(place.get_all("task", tasks), place.get_all("written", tasks), strict=True)
    for jobs, written in outcomes:
        for job, each in zip(jobs, written, strict=True):
            if job["product"] in PRODUCTS[content]:
                yield Job.from_json(job), Written.from_json(each)


def _members(job: Job, written: Written) -> int:
    """Count the members of the archive; a table is one, however many workers wrote it."""
    return len(written.members) if job.product is not Product.TABLE else int(job.first_member == 0)


def _groups(done: Done) -> Iterable[Group]:
    for job, written in done:
        where, first = folder(job.month) if job.month else "", job.first_member
        counts = iter(written.members)
        for piece in written.pieces:
            records = members = 0
            while records < piece.records:
                records, members = records + next(counts), members + 1
            yield Group(str(job.product), where, first, members, records, piece.size, piece.sha256)
            first += members


def _spans(done: Done) -> list[Span]:
    """Put the data file together: of each month first the table, whose frame is made here, then the parts."""
    spans: list[Span] = []
    tables: dict[str, int] = {}
    for job, written in done:
        if job.product is Product.TABLE:
            tables[job.month] = tables.get(job.month, 0) + sum(piece.size for piece in written.pieces)
    open_table = ""
    for job, written in done:
        if open_table and (job.product is Product.PARTS or job.month != open_table):
            spans.append(Text(tar.padding(tables[open_table])))
            open_table = ""
        if job.product is Product.TABLE and not open_table:
            spans.append(Text(tar.header(f"{folder(job.month)}{job.month}.csv.gz", tables[job.month])))
            open_table = job.month
        spans += [Stretch(piece.name, 0, piece.size) for piece in written.pieces]
    if open_table:
        spans.append(Text(tar.padding(tables[open_table])))
    return [*spans, Text(tar.END)]


def _join_plain(files: BulkFiles, key: str, spans: list[Span], pieces: Sequence[Piece], limits: Limits) -> tuple[int, str]:
    digest = _digest(files, spans, pieces) if sum(span.size for span in spans) <= MOST_DIGESTED_BYTES else ""
    notes = {"sha256": digest} if digest else {}
    return join(files, key, spans, FileKind(_TAR.content_type, notes), limits), digest


def _digest(files: BulkFiles, spans: Sequence[Span], pieces: Sequence[Piece]) -> str:
    """Read what will be the file from end to end, and each piece against what its writer said."""
    promised = {piece.name: piece.sha256 for piece in pieces}
    whole = hashlib.sha256()
    for span in spans:
        if isinstance(span, Text):
            whole.update(span.content)
            continue
        own = hashlib.sha256()
        for block in files.stream(span.name):
            own.update(block)
            whole.update(block)
        if own.hexdigest() != promised[span.name]:
            raise Mismatch(f"{span.name} is not what was written")
    return whole.hexdigest()
