"""Archives on an emulated table and bucket: runs, folders, and a whole run over both; the fakes are asked the same."""

from __future__ import annotations

from dataclasses import replace

import boto3
import botocore.session
import pytest

from pidstack.domain.archive import ALL, Archive, ArchiveFile, ArchiveRun, Mode, Span
from pidstack.domain.placement import Kind
from pidstack.domain.snapshot import Phase
from pidstack.ports.archives import Folders
from pidstack.ports.runs import Done, Runs
from pidstack.services.archives.make import ArchiveMaker
from pidstack.services.archives.write import Sources
from pidstack.services.bulk.join import STORE
from pidstack.store.archives import DynamoArchiveRuns, DynamoFolders
from pidstack.store.bulk_files import S3BulkFiles, s3_client
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.harvest import DynamoHarvest
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.publications import DynamoPublications
from pidstack.store.subscriptions import DynamoSubscriptions
from pidstack.store.wire import Wire
from tests.archive_world import ArchiveWorld, members
from tests.builders import NOW_S
from tests.fakes.archives import MemoryFolders
from tests.fakes.runs import MemoryRuns

BOTH = pytest.mark.parametrize("kind", ["memory", "table"])
SPAN = Span("2026-11-22", "2026-11-22", 1, 2)


def an_archive(run: str, turn: int = 0, **fields: object) -> Archive:
    files = (ArchiveFile(ALL, f"archives/{run}", 1, "ab", 1, 1, f"archives/{run}.json"),)
    usual = {"filedate": "2026-11-23", "first": "2026-11-22", "last": "2026-11-22", "started_s": NOW_S, "published_s": NOW_S}
    return Archive(**{"mode": Mode.DAILY, "turn": turn, "run": run, "files": files, **usual, **fields})  # type: ignore[arg-type]


@pytest.fixture
def folders(kind: str, table: str) -> Folders:
    return DynamoFolders() if kind == "table" else MemoryFolders()


@pytest.fixture
def runs(kind: str, table: str) -> Runs[ArchiveRun]:
    return DynamoArchiveRuns(lambda: NOW_S) if kind == "table" else MemoryRuns()


@BOTH
def test_a_folder_is_switched_once_from_what_it_was_seen_to_hold(folders: Folders) -> None:
    first, second = an_archive("first"), an_archive("second", turn=7)

    assert folders.switch(first, None, NOW_S)
    assert not folders.switch(second, None, NOW_S)
    assert folders.switch(second, first, NOW_S + 5)
    assert not folders.switch(an_archive("third", turn=14), first, NOW_S)
    assert folders.switch(an_archive("weekly", mode=Mode.WEEKLY), None, NOW_S)

    assert [(each.folder, each.run) for each in folders.archives()] == [("day0", "second"), ("week0", "weekly")]
    assert folders.archives()[0] == second
    assert folders.replaced() == [(first, NOW_S + 5)]
    folders.forget("first")
    assert folders.replaced() == []


@BOTH
def test_a_run_is_remembered_and_what_is_over_stays_so(runs: Runs[ArchiveRun]) -> None:
    run = ArchiveRun("run", Mode.DAILY, SPAN, "2026-11-23", NOW_S, units=2)

    assert runs.begin(run) == run
    assert runs.begin(replace(run, units=9)) == run
    runs.change(replace(run, phase=Phase.FAILED, problem="gone"))
    runs.change(replace(run, phase=Phase.WRITING))
    runs.begin(ArchiveRun("later", Mode.FULL, SPAN, "2026-11-23", NOW_S + 1))

    assert runs.get("run") == replace(run, phase=Phase.FAILED, problem="gone")
    assert [each.name for each in runs.recent(5)] == ["later", "run"]
    assert runs.get("nobody") is None


@BOTH
def test_the_units_of_a_run_are_summed_up(runs: Runs[ArchiveRun]) -> None:
    for name, unit, records, finished in (("run", 0, 5, False), ("run", 0, 7, True), ("run", 1, 3, False), ("other", 1, 100, True)):
        runs.note(name, Phase.WRITING, unit, records, finished=finished)
    runs.note("run", Phase.TAKING, 0, 50, finished=True)

    assert runs.done("run", Phase.WRITING) == Done(1, 10)


def test_a_whole_run_over_table_and_bucket(table: str) -> None:
    boto3.client("s3").create_bucket(Bucket="snapshots")
    world = ArchiveWorld(publications=DynamoPublications(), calendar=DynamoCalendar())  # type: ignore[arg-type]
    for number in range(5):
        world.deposit(f"doi:10.1002/A{number}", "2026-11-22")
    world.deposit("doi:10.1002/V1", "2026-11-22", "Volume 1", Kind.BOOK, series_title="Lecture Notes")
    world.deposit("doi:10.5072/OLD", "2026-11-20", "All the lakes", Kind.BOOK)
    identifiers = DynamoIdentifiers(lambda: NOW_S)
    for record in world.records.values():
        identifiers.create(record)
    files = S3BulkFiles(s3_client(botocore.session.get_session()), "snapshots")
    in_memory = world.maker
    sources = Sources(DynamoHarvest(Wire.open()), world.publications, in_memory.sources.directory, in_memory.sources.crossref)
    maker = ArchiveMaker(
        files,
        DynamoArchiveRuns(lambda: world.now_s),
        DynamoFolders(),
        world.calendar,
        DynamoSubscriptions(),
        sources,
        lambda: world.now_s,
        settle_s=30,
        limits=STORE,
        block_records=3,
    )

    for mode in (Mode.DAILY, Mode.FULL):
        name = f"run-{mode}"
        planned = maker.plan(name, mode, "")
        for unit in range(planned["count"]):
            assert maker.write(name, unit, "", "attempt", lambda: 900.0)["done"]
        maker.assemble(name, ALL)
        maker.publish(name)

    held = {each.folder: each.files[0] for each in DynamoFolders().archives()}
    found = {folder: set(members(files.read(file.key))) for folder, file in held.items()}
    assert found["day0"] == {"J_10.1002_1.xml", "B_10.1002_3.xml"}
    assert found["full"] == {*found["day0"], "B_10.5072_1.xml"}
    assert (held["day0"].dois, held["full"].dois) == (6, 7)
    assert world.bytes_of(world.run(Mode.FULL)) == files.read(held["full"].key)
