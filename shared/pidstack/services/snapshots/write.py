"""Write one task: members of archives, as pieces of the files to come. Memory holds one member's text, up to 64 MiB.

A member's header stands before it and says its length, so its content is put aside until it is complete: in memory, and what does
not fit there on disk. When its time is nearly over, a worker closes its piece behind a member and says where it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from pidstack.ports.snapshots import Scan
from pidstack.services.bulk.deflate import LEVEL, crc32, deflate
from pidstack.services.bulk.pieces import Piece
from pidstack.services.snapshots import tar
from pidstack.services.snapshots.arrange import Job, Product
from pidstack.services.snapshots.forms import Form
from pidstack.services.snapshots.pieces import MemberWriter, PlainWriter
from pidstack.services.snapshots.sheets import lines_of, packed_in
from pidstack.services.snapshots.workplace import Workplace

LEAST_S = 120.0
"""With less time than that a worker begins no member; one of 5,000 records takes some seconds."""

_IN_MEMORY = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952: no name, no time, unknown system


@dataclass(frozen=True, slots=True)
class Written:
    """What there is of a job.

    Attributes:
        members: how many records each member has, in order.
        pieces: in order; more than one if more than one worker wrote.
    """

    members: tuple[int, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {"members": list(self.members), "pieces": [piece.as_json() for piece in self.pieces]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Written:
        """Read what `as_json` wrote."""
        return cls(tuple(values["members"]), tuple(Piece.from_json(each) for each in values["pieces"]))

    @property
    def records(self) -> int:
        """Records in all members."""
        return sum(self.members)


@dataclass(slots=True)
class TaskWriter:
    """Writes tasks.

    Attributes:
        forms: of JSON, XML, PARTS and TABLE members.
        attempt: unique.
        time_left: seconds until this worker is ended.
        note: is told how many records of the task are written.
        level: of compression.
    """

    place: Workplace
    scan: Scan
    forms: Mapping[Product, Form]
    attempt: str
    time_left: Callable[[], float]
    note: Callable[[int], None]
    level: int = LEVEL

    def write(self, number: int, done: list[Written]) -> tuple[list[Written], bool]:
        """Write on.

        Args:
            done: what there is of the task's jobs; the last of them may be unfinished.
        Returns:
            what there is now, and whether that is all.
        """
        jobs = [Job.from_json(each) for each in self.place.get("task", number)]
        while len(done) < len(jobs) or done[-1].records < jobs[-1].records:
            if not done or done[-1].records == jobs[len(done) - 1].records:
                done = [*done, Written()]
            before = sum(each.records for each in done[:-1])
            done[-1] = self._write(number, len(done) - 1, jobs[len(done) - 1], done[-1], before)
            if self.time_left() < LEAST_S and (len(done) < len(jobs) or done[-1].records < jobs[-1].records):
                return done, False
        self.place.put([each.as_json() for each in done], "written", number)
        return done, True

    def _write(self, task: int, index: int, job: Job, written: Written, before: int) -> Written:
        members = _Members(job, self.forms[job.product], self.scan, self.level)
        kind = PlainWriter if job.product in {Product.PARTS, Product.TABLE} else MemberWriter
        name = self.place.name("piece", task, index, len(written.pieces), self.attempt)
        piece = kind(self.place.files, name, level=self.level)
        lines = self._lines(job, written.records)
        counts = list(written.members)
        try:
            while (left := job.records - sum(counts)) > 0:
                count = min(job.per_member, left)
                members.write(piece, job.first_member + len(counts), islice(lines, count), count)
                counts.append(count)
                self.note(before + sum(counts))
                if self.time_left() < LEAST_S:
                    break
            return Written(tuple(counts), (*written.pieces, piece.close()))
        except BaseException:
            piece.abandon()
            raise

    def _lines(self, job: Job, behind: int) -> Iterator[bytes]:
        """Give a job's lines, from those behind so many records on. Whole passages are passed over unread."""
        skip = job.skip + behind
        for passage in job.passages:
            if skip >= passage.records:
                skip -= passage.records
                continue
            yield from islice(lines_of(self.place.files, passage.sheet, passage.first, passage.size), skip, None)
            skip = 0


class ShortSheet(Exception):
    """A sheet has fewer lines than was said of it."""


@dataclass(slots=True)
class _Members:
    """Writes members into a piece."""

    job: Job
    form: Form
    scan: Scan
    level: int

    def write(self, piece: MemberWriter, number: int, lines: Iterator[bytes], count: int) -> None:
        """Write one member of so many records."""
        with SpooledTemporaryFile(_IN_MEMORY) as text:
            opening = self.form.opening(self._fill(text, lines, count))
            piece.begin_member()
            match self.job.product:
                case Product.TABLE:
                    with self._gzipped(text, opening if number == 0 else b"") as content:
                        self._copy(piece, b"", content, count)
                case Product.PARTS:
                    with self._gzipped(text, opening) as content:
                        name = f"{folder(self.job.month)}part_{number:04}{self.form.suffix}"
                        self._framed(piece, name, b"", content, count)
                case _:
                    self._framed(piece, f"{number}{self.form.suffix}", opening, text, count)
            piece.end_member()

    def _fill(self, text: IO[bytes], lines: Iterator[bytes], count: int) -> int:
        """Write the records and the closing, and give the time of the latest change."""
        between, write, read = self.form.between, self.form.write, self.scan.record
        newest_s = found = waiting_bytes = 0
        waiting = list[bytes]()
        for line in lines:
            record = read(packed_in(line))
            newest_s = max(newest_s, record.updated_s)
            written = write(record)
            waiting += (between, written) if found else (written,)
            waiting_bytes += len(written)
            if waiting_bytes >= _CHUNK:
                text.write(b"".join(waiting))
                waiting.clear()
                waiting_bytes = 0
            found += 1
        if found != count:
            raise ShortSheet(f"{found} records instead of {count}")
        text.write(b"".join(waiting) + self.form.closing)
        return newest_s

    def _framed(self, piece: MemberWriter, name: str, opening: bytes, content: IO[bytes], count: int) -> None:
        size = len(opening) + content.seek(0, 2)
        piece.write(tar.header(name, size), records=0)
        self._copy(piece, opening, content, count)
        piece.write(tar.padding(size), records=0)

    def _copy(self, piece: MemberWriter, opening: bytes, content: IO[bytes], count: int) -> None:
        piece.write(opening, records=count)
        content.seek(0)
        while chunk := content.read(_CHUNK):
            piece.write(chunk, records=0)

    def _gzipped(self, text: IO[bytes], opening: bytes) -> SpooledTemporaryFile[bytes]:
        """Compress a text into a gzip file of its own."""
        stream = deflate(self.level)
        made: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        made.write(_GZIP_HEAD + stream.compress(opening))
        checksum, size = crc32(opening), len(opening)
        text.seek(0)
        while chunk := text.read(_CHUNK):
            checksum, size = crc32(chunk, checksum), size + len(chunk)
            made.write(stream.compress(chunk))
        made.write(stream.end() + struct.pack("<II", checksum, size & 0xFFFFFFFF))
        return made


def folder(month: str) -> str:
    """Name the data file's folder of a month. Rule: DataCite, "Monthly data file"."""
    return f"dois/updated_{month}/"
