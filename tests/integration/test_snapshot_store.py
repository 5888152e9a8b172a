"""Snapshots on an emulated table and bucket: parts, runs, what is published, and a whole run over both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import botocore.session
import pytest

from pidstack.domain.snapshot import Content, Period, Phase, Snapshot, SnapshotFile, SnapshotKind, SnapshotRun
from pidstack.domain.state import State
from pidstack.services.bulk.join import STORE
from pidstack.store.bulk_files import S3BulkFiles, s3_client
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.snapshot_scan import DynamoScan
from pidstack.store.snapshots import DynamoPublished, DynamoRuns
from pidstack.store.wire import Wire
from tests.builders import NOW_S, a_record
from tests.snapshot_world import OCTOBER, SnapshotWorld, a_doi, an_ark, withheld

MONTHLY = SnapshotKind.MONTHLY


def a_run(name: str = "run", **fields: Any) -> SnapshotRun:
    return SnapshotRun(**{"name": name, "period": OCTOBER, "started_s": NOW_S, "until_s": OCTOBER.last_s, **fields})


def a_snapshot(run: str = "run", period: str = "2026-10", started_s: int = NOW_S) -> Snapshot:
    file = SnapshotFile("all.json.tar.gz", f"snapshots/{run}", 1, "ab", 1, 1)
    return Snapshot(Period(period), run, started_s, NOW_S, NOW_S + 9, "manifest", (file,))


@pytest.fixture
def identifiers(table: str) -> DynamoIdentifiers:
    return DynamoIdentifiers(lambda: NOW_S)


def test_all_parts_together_are_what_harvesters_see_each_once(identifiers: DynamoIdentifiers) -> None:
    kept = [*map(a_doi, range(40)), an_ark(1), withheld(a_doi(50)), a_doi(51, exported=False, elements={"datacite.title": "T"})]
    unseen = [a_record("doi:10.5072/FK2DRAFT", state=State.DRAFT), replace(a_doi(60), expires_s=NOW_S + 9)]
    for record in [*kept, *unseen, replace(a_doi(61), agent_role="user")]:
        identifiers.create(record)
    scan, found = DynamoScan(Wire.open(), page_items=7), []

    for part in range(4):
        start = ""
        while True:
            page = scan.page(part, 4, start)
            found += [(entry, scan.record(entry.packed)) for entry in page.entries]
            start = page.following
            if not start:
                break

    assert sorted(entry.name for entry, _ in found) == sorted(str(record.identifier) for record in kept)
    by_name = {str(record.identifier): record for record in kept}
    for entry, record in found:
        assert record == by_name[entry.name]
        assert (entry.state, entry.exported, entry.branch) == (record.state, record.exported, record.placement.branch)
        assert b"\n" not in entry.packed


def test_a_run_is_begun_once_and_what_is_over_stays(table: str) -> None:
    runs = DynamoRuns(lambda: NOW_S)

    begun, again = runs.begin(a_run()), runs.begin(a_run(started_s=NOW_S + 5))
    runs.change(a_run(phase=Phase.FAILED, problem="why"))
    runs.change(a_run(phase=Phase.WRITING))

    assert again == begun == a_run()
    assert runs.get("run") == a_run(phase=Phase.FAILED, problem="why")
    assert runs.get("other") is None
    runs.change(a_run(phase=Phase.PUBLISHED))
    assert runs.get("run") == a_run(phase=Phase.PUBLISHED)


def test_progress_is_the_sum_of_what_was_said_last_of_each_part(table: str) -> None:
    runs = DynamoRuns(lambda: NOW_S)

    for part, records, finished in ((0, 5, False), (0, 9, True), (1, 3, False), (1, 3, False)):
        runs.note("run", Phase.TAKING, part, records, finished=finished)
    runs.note("run", Phase.WRITING, 0, 100, finished=True)

    done = runs.done("run", Phase.TAKING)
    assert (done.parts, done.records) == (1, 12)


def test_runs_are_listed_the_latest_first(table: str) -> None:
    runs = DynamoRuns(lambda: NOW_S)
    for number in (1, 3, 2):
        runs.begin(a_run(f"run{number}", started_s=NOW_S + number))

    assert [run.name for run in runs.recent(2)] == ["run3", "run2"]


def test_latest_is_of_the_latest_period_whatever_is_published_last(table: str) -> None:
    published = DynamoPublished()

    first = a_snapshot("first", "2026-10")

    assert published.publish(first, None, NOW_S)
    assert published.publish(a_snapshot("second", "2026-11"), None, NOW_S)
    assert published.publish(a_snapshot("third", "2026-10", NOW_S + 1), first, NOW_S + 2)

    assert published.find(MONTHLY, None) == a_snapshot("second", "2026-11")
    assert published.find(MONTHLY, OCTOBER) == a_snapshot("third", "2026-10", NOW_S + 1)
    assert [each.run for each in published.published(MONTHLY)] == ["second", "third"]
    assert published.find(SnapshotKind.DAILY, None) is None
    assert published.retired() == [(first, NOW_S + 2)], "in the same step"


def test_a_place_that_another_took_meanwhile_is_left_to_it(table: str) -> None:
    published, mine = DynamoPublished(), a_snapshot("mine", started_s=NOW_S + 10)
    published.publish(mine, None, NOW_S)

    assert not published.publish(a_snapshot("another"), None, NOW_S)
    assert not published.publish(a_snapshot("another"), a_snapshot("one that is gone"), NOW_S)
    assert published.publish(mine, mine, NOW_S), "it may be said again"
    assert published.find(MONTHLY, None) == published.find(MONTHLY, OCTOBER) == mine
    assert published.retired() == []


def test_what_is_retired_is_found_no_more_and_remembered_until_it_is_forgotten(table: str) -> None:
    published = DynamoPublished()
    for snapshot in (a_snapshot("old", "2026-09"), a_snapshot("new", "2026-10")):
        published.publish(snapshot, None, NOW_S)

    published.retire(a_snapshot("old", "2026-09"), NOW_S)
    published.retire(a_snapshot("replaced", "2026-10"), NOW_S)

    assert [each.run for each in published.published(MONTHLY)] == ["new"]
    assert sorted(each.run for each, _ in published.retired()) == ["old", "replaced"]
    published.forget("old")
    assert [(each.run, since_s) for each, since_s in published.retired()] == [("replaced", NOW_S)]


def test_a_whole_run_over_table_and_bucket(identifiers: DynamoIdentifiers) -> None:
    world = SnapshotWorld()
    for record in (*map(a_doi, range(30)), an_ark(1), withheld(a_doi(50))):
        identifiers.create(record)
        world.scan.put(record)
    boto3.client("s3").create_bucket(Bucket="snapshots")
    client = s3_client(botocore.session.get_session())
    real = replace(
        world.maker,
        files=S3BulkFiles(client, "snapshots"),
        scan=DynamoScan(Wire.open(), page_items=9),
        runs=DynamoRuns(lambda: NOW_S),
        published=DynamoPublished(),
        limits=STORE,
    )

    plan = real.plan("run", MONTHLY, OCTOBER)
    for each in json.loads(real.files.read(plan["parts"])):
        assert real.take("run", each["part"], "", "attempt", lambda: 900.0)["done"]
    arranged = real.arrange("run")
    for each in json.loads(real.files.read(arranged["tasks"])):
        assert real.write("run", each["number"], "", "attempt", lambda: 900.0)["done"]
    for content in Content:
        real.assemble("run", content)
    assert real.publish("run")["published"]

    snapshot = real.published.find(MONTHLY, None)
    assert snapshot is not None
    assert [(file.records, real.files.size(file.key)) for file in snapshot.files] == [
        (31, snapshot.files[0].size),
        (30, snapshot.files[1].size),
        (30, snapshot.files[2].size),
    ]
    assert client.head_object(Bucket="snapshots", Key=snapshot.files[0].key)["Metadata"]["sha256"] == snapshot.files[0].sha256
    run = real.runs.get("run")
    assert run is not None
    assert run.phase is Phase.PUBLISHED
