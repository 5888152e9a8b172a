"""A registry in memory of which archives are made, as the state machine makes them: step by step, each perhaps more than once."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from lxml import etree

from pidstack.domain.archive import ALL, Archive, ArchiveRun, Mode
from pidstack.domain.placement import Kind, WantedPlace
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Prefix
from pidstack.formats.output30 import NAMESPACE
from pidstack.protocols.archives.dispatch import schema
from pidstack.services.archives.make import ArchiveMaker
from pidstack.services.archives.write import Sources
from pidstack.services.bulk.join import Limits
from pidstack.services.payload import Facts, payload
from tests.builders import a_record
from tests.fakes.archives import MemoryFolders
from tests.fakes.bulk import MemoryBulkFiles
from tests.fakes.directory import MemoryDirectory
from tests.fakes.harvest import MemoryHarvest
from tests.fakes.publications import MemoryCalendar, MemoryPublications
from tests.fakes.runs import MemoryRuns
from tests.fakes.subscriptions import MemorySubscriptions

OUTPUT = f"{{{NAMESPACE}}}"
SCHEMA = etree.XMLSchema(etree.fromstring(schema().encode()))


def noon(day: str) -> int:
    """Unix seconds of noon, UTC."""
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())


@dataclass(slots=True)
class ArchiveWorld:
    """The registry, and the runs that a test drives.

    Attributes:
        today: on which runs begin, at noon.
    """

    today: str = "2026-11-23"
    records: dict[str, Record] = field(default_factory=dict)
    files: MemoryBulkFiles = field(default_factory=lambda: MemoryBulkFiles(50, 100))
    runs: MemoryRuns[ArchiveRun] = field(default_factory=MemoryRuns)
    folders: MemoryFolders = field(default_factory=MemoryFolders)
    calendar: MemoryCalendar = field(default_factory=MemoryCalendar)
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    time_left: Callable[[], float] = lambda: 900.0
    most_units: int = 200
    attempts: Any = field(default_factory=count)

    @property
    def now_s(self) -> int:
        return noon(self.today)

    @property
    def maker(self) -> ArchiveMaker:
        def crossref(record: Record) -> bytes:
            return payload(record, "cr_unixml", Facts("https://example.org/"), doubtful=True)

        directory = MemoryDirectory([Prefix("doi:10.1002", "Wiley & Sons")])
        return ArchiveMaker(
            self.files,
            self.runs,
            self.folders,
            self.calendar,
            self.subscriptions,
            Sources(MemoryHarvest(self.records.values), self.publications, directory, crossref),
            lambda: self.now_s,
            settle_s=30,
            grace_s=3600,
            limits=Limits(least_part=50, most_part=5000, parts=100),
            most_units=self.most_units,
            block_records=3,
        )

    def deposit(self, name: str, day: str, title: str = "Journal of Examples", kind: Kind = Kind.JOURNAL, **fields: Any) -> Record:
        """Make or update a record that harvesters see."""
        series = fields.pop("series_title", "")
        prefix = name.removeprefix("doi:").partition("/")[0]
        wanted = WantedPlace(kind, prefix, title, ("1234-5679",) if kind is Kind.JOURNAL else (), series, 2026)
        moment_s = noon(day)
        usual = {"updated_s": moment_s, "created_s": noon("2026-01-01"), "placement": self.publications.place(wanted)}
        elements = {"datacite.title": f"About {name} & <so> on", "datacite.creator": "Okafor, Adaeze"}
        record = a_record(name, **{"elements": elements, **usual, **fields})
        self.keep(record)
        return record

    def keep(self, record: Record) -> None:
        """Put a record in place of the one of its name."""
        self.records[str(record.identifier)] = record
        self.calendar.mark(record)

    def touch(self, name: str, day: str, **fields: Any) -> None:
        """Update a record."""
        self.keep(replace(self.records[name], updated_s=noon(day), **fields))

    def run(self, mode: Mode = Mode.DAILY, last: str = "", name: str = "") -> Archive | None:
        """Make an archive from beginning to end; the file of a folder, if one was switched to it."""
        name = name or f"{mode}-{next(self.attempts)}"
        planned = self.prepare(mode, last, name)
        for each in planned["files"]:
            self.maker.assemble(name, each["variant"])
        self.maker.publish(name)
        return next((each for each in self.folders.archives() if each.run == name), None)

    def prepare(self, mode: Mode, last: str, name: str) -> dict[str, Any]:
        """Make all but the files."""
        planned = self.maker.plan(name, mode, last)
        for each in json.loads(self.files.files[planned["units"]]):
            self.write(name, each["unit"])
        return planned

    def write(self, name: str, unit: int) -> int:
        """Write a unit; tell how many workers it took."""
        state, workers = "", 0
        while True:
            done = self.maker.write(name, unit, state, f"attempt{next(self.attempts)}", self.time_left)
            state, workers = done["state"], workers + 1
            if done["done"]:
                return workers

    def bytes_of(self, archive: Archive | None, variant: str = ALL) -> bytes:
        """The file of a variant."""
        file = archive.file(variant) if archive else None
        return self.files.files[file.key] if file else b""

    def members(self, archive: Archive | None, variant: str = ALL) -> dict[str, etree._Element]:
        """The title files by name, in their order; each is valid."""
        return members(self.bytes_of(archive, variant))

    def names(self, archive: Archive | None, variant: str = ALL) -> dict[str, list[str]]:
        """The DOIs in the title files."""
        return {name: [each.text for each in root.iter(f"{OUTPUT}doi")] for name, root in self.members(archive, variant).items()}

    def dois(self, archive: Archive | None, variant: str = ALL) -> list[str]:
        """The DOIs in all title files."""
        return [doi for dois in self.names(archive, variant).values() for doi in dois]


def members(content: bytes) -> dict[str, etree._Element]:
    """Read an archive, and hold each of its members against the schema."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            root = etree.fromstring(file.read())
            SCHEMA.assertValid(root)
            found[member.name] = root
    return found
