"""A registry in memory of which snapshots are made, as the state machine makes them: step by step, each perhaps more than once."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from pidstack.domain.counting import Tally
from pidstack.domain.record import Record
from pidstack.domain.snapshot import Content, Period, SnapshotKind, SnapshotRun
from pidstack.domain.state import State
from pidstack.services.bulk.join import Limits
from pidstack.services.snapshots.arrange import Product
from pidstack.services.snapshots.make import Settings, SnapshotMaker
from tests.builders import a_record
from tests.fakes.bulk import MemoryBulkFiles
from tests.fakes.runs import MemoryRuns
from tests.fakes.snapshots import MemoryAnnouncer, MemoryPublished, MemoryScan, NamesForm, harvested

OCTOBER = Period("2026-10")
IN_OCTOBER_S = OCTOBER.last_s - 24 * 3600
NOVEMBER_S = OCTOBER.last_s + 24 * 3600
SETTINGS = Settings(member_records=4, part_records=2, taken_records=6, task_records=5, grace_s=100)
FORMS = {product: NamesForm(f".{product}") for product in Product}


@dataclass(slots=True)
class CountedRecords:
    """Counts what the scan would find, or what a test says."""

    scan: MemoryScan
    said: int | None = None

    def tally(self, _key: object) -> Tally:
        seen = [record for record in self.scan.records.values() if record.is_harvested]
        findable = sum(record.state is State.FINDABLE for record in seen)
        return Tally(0, findable if self.said is None else self.said, len(seen) - findable)

    def tallies(self, *_: object, **__: object) -> dict[str, Tally]:
        return {}


@dataclass(slots=True)
class SnapshotWorld:
    """The registry, and the run that a test drives."""

    settings: Settings = SETTINGS
    now_s: int = NOVEMBER_S
    scan: MemoryScan = field(default_factory=MemoryScan)
    files: MemoryBulkFiles = field(default_factory=lambda: MemoryBulkFiles(50, 100))
    runs: MemoryRuns[SnapshotRun] = field(default_factory=MemoryRuns)
    published: MemoryPublished = field(default_factory=MemoryPublished)
    announcer: MemoryAnnouncer = field(default_factory=MemoryAnnouncer)
    time_left: Callable[[], float] = lambda: 900.0
    counters: CountedRecords = field(init=False)
    attempts: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.counters = CountedRecords(self.scan)

    @property
    def maker(self) -> SnapshotMaker:
        return SnapshotMaker(
            self.files,
            self.scan,
            self.runs,
            self.published,
            self.counters,
            self.announcer,
            lambda: FORMS,
            lambda: self.now_s,
            self.settings,
            Limits(least_part=50, most_part=5000, parts=100),
        )

    def run(self, name: str = "run", period: Period | None = None, kind: SnapshotKind = SnapshotKind.MONTHLY) -> dict[str, Any]:
        """Make a snapshot from beginning to end."""
        self.run_to_pieces(name, period, kind)
        return self.finish(name)

    def run_to_pieces(
        self, name: str = "run", period: Period | None = None, kind: SnapshotKind = SnapshotKind.MONTHLY
    ) -> dict[str, Any]:
        """Make all but the files."""
        planned = self.maker.plan(name, kind, period)
        for each in json.loads(self.files.files[planned["parts"]]):
            self.take(name, each["part"])
        arranged = self.maker.arrange(name)
        for each in json.loads(self.files.files[arranged["tasks"]]):
            self.write(name, each["number"])
        return arranged

    def take(self, name: str, part: int) -> None:
        self._until_done(lambda state, attempt: self.maker.take(name, part, state, attempt, self.time_left))

    def write(self, name: str, number: int) -> None:
        self._until_done(lambda state, attempt: self.maker.write(name, number, state, attempt, self.time_left))

    def finish(self, name: str) -> dict[str, Any]:
        for content in self.settings.contents:
            self.maker.assemble(name, content)
        return self.maker.publish(name)

    def file(self, content: Content, period: Period | None = None) -> bytes:
        found = self.published.find((period or OCTOBER).kind, period)
        file = found.file(content) if found else None
        return self.files.files[file.key] if file else b""

    def members(self, content: Content, period: Period | None = None) -> dict[str, bytes]:
        """The members of a published file, by name in their order, uncompressed."""
        with tarfile.open(fileobj=io.BytesIO(self.file(content, period)), mode="r|*") as archive:
            read = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
        return {name: gzip.decompress(text) if content is Content.DATAFILE else text for name, text in read.items()}

    def names(self, content: Content, period: Period | None = None) -> list[str]:
        """The names in all members of a published file that hold records."""
        texts = [text for name, text in self.members(content, period).items() if not name.endswith(".csv.gz")]
        return [line.split()[0] for text in texts for line in text.decode().splitlines() if ":" in line]

    def _until_done(self, step: Callable[[str, str], dict[str, Any]]) -> None:
        state = ""
        while True:
            done = step(state, f"attempt{next(self.attempts)}")
            state = done["state"]
            if done["done"]:
                return


def a_doi(number: int, **fields: Any) -> Record:
    """A public DOI that harvesters see."""
    usual = {"created_s": IN_OCTOBER_S, "updated_s": IN_OCTOBER_S, "registered_s": IN_OCTOBER_S}
    return harvested(a_record(f"doi:10.5072/FK2{number:04}", **{**usual, **fields}))


def an_ark(number: int, **fields: Any) -> Record:
    """A public ARK that harvesters see."""
    usual = {"created_s": IN_OCTOBER_S, "updated_s": IN_OCTOBER_S, "registered_s": IN_OCTOBER_S}
    return harvested(a_record(f"ark:/99999/fk4{number:04}", **{**usual, **fields}))


def withheld(record: Record) -> Record:
    """The same, withdrawn."""
    return replace(record, state=State.REGISTERED)
