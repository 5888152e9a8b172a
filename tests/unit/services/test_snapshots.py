"""A published snapshot holds every record that existed throughout, once, in full numbered members; else nothing is published."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.errors import Invalid
from pidstack.domain.snapshot import Content, Period, Phase, Snapshot, SnapshotKind
from pidstack.services.bulk.join import Mismatch
from pidstack.services.snapshots.make import Incomplete, parts_for
from pidstack.services.snapshots.take import LEAST_S, Taker, Taking
from pidstack.services.snapshots.workplace import Workplace
from pidstack.services.snapshots.write import ShortSheet
from tests.event_contract import EVENTS, SNAPSHOT_CONTRACT, breaches
from tests.snapshot_world import IN_OCTOBER_S, NOVEMBER_S, OCTOBER, SETTINGS, SnapshotWorld, a_doi, an_ark, withheld

MONTH_S = 31 * 24 * 3600
some = settings(max_examples=15, deadline=None)


def a_world_of(*records: Any, **fields: Any) -> SnapshotWorld:
    world = SnapshotWorld(**fields)
    world.scan.put(*records)
    return world


def _write_all(world: SnapshotWorld) -> None:
    for number in range(world.runs.runs["run"].tasks):
        world.write("run", number)


def content_of(world: SnapshotWorld) -> dict[str, bytes]:
    return {content: world.file(content) for content in Content}


def test_members_are_numbered_without_a_gap_and_full_but_for_the_last() -> None:
    world = a_world_of(*(a_doi(number) for number in range(23)))

    world.run()

    members = world.members(Content.JSON)
    assert list(members) == [f"{number}.json" for number in range(6)]
    assert [text.count(b"doi:") for text in members.values()] == [4, 4, 4, 4, 4, 3]
    assert all(text.startswith(b"up to ") and text.endswith(b"end\n") for text in members.values())


@some
@given(
    dois=st.sets(st.integers(0, 60), max_size=40),
    arks=st.sets(st.integers(0, 20), max_size=10),
    gone=st.sets(st.integers(61, 80), max_size=5),
)
def test_the_members_together_are_the_registry_without_doubles(dois: set[int], arks: set[int], gone: set[int]) -> None:
    world = a_world_of(*map(a_doi, dois), *map(an_ark, arks), *(withheld(a_doi(number)) for number in gone))

    world.run()

    public_dois = sorted(f"doi:10.5072/FK2{number:04}" for number in dois)
    assert sorted(world.names(Content.JSON)) == sorted([*public_dois, *(f"ark:/99999/fk4{number:04}" for number in arks)])
    assert sorted(world.names(Content.XML)) == public_dois
    assert sorted(world.names(Content.DATAFILE)) == public_dois


@some
@given(seed=st.integers(0, 1000), task_records=st.integers(1, 60), pages=st.integers(1, 30), patience=st.integers(0, 5))
def test_equal_records_give_equal_bytes_however_they_are_read_and_by_how_many_they_are_written(
    seed: int, task_records: int, pages: int, patience: int
) -> None:
    records = [a_doi(number, updated_s=IN_OCTOBER_S - number % 3 * MONTH_S) for number in range(30)]
    usual, other = a_world_of(*records), a_world_of(*records, settings=replace(SETTINGS, task_records=task_records))
    ranks = list(usual.scan.records)
    random.Random(seed).shuffle(ranks)  # noqa: S311 - any order will do
    other.scan.order = ranks.index
    other.scan._page_size = pages
    clock = iter(range(10_000))
    other.time_left = lambda: 0.0 if patience and next(clock) % patience == 0 else 900.0

    usual.run()
    other.run("another")

    assert content_of(other) == content_of(usual)


def test_a_part_that_does_not_fit_into_memory_gives_the_same_sheet() -> None:
    world = a_world_of(*(a_doi(number) for number in range(50)))
    sheets = []
    for attempt, most_bytes in (("much", 10**6), ("little", 700)):
        place = Workplace(world.files, attempt)
        taker = Taker(place, world.scan, OCTOBER.last_s, attempt, lambda: 900.0, lambda _: None, most_bytes)
        sheet = taker.take(0, 1, Taking())
        sheets.append(world.files.files[sheet.name])

    assert sheets[0] == sheets[1]
    assert len([name for name in world.files.files if "/run-" in name]) > 5


def test_a_worker_whose_time_is_over_is_followed_by_one_that_goes_on() -> None:
    world = a_world_of(*(a_doi(number) for number in range(30)), time_left=lambda: LEAST_S - 1)

    world.run()

    assert len(world.names(Content.JSON)) == 30
    assert len([name for name in world.files.files if "/taking-" in name]) > 5
    assert len([name for name in world.files.files if "/writing-" in name]) > 5


def test_the_data_file_has_a_folder_for_each_month_with_a_table_and_full_parts() -> None:
    september_s = IN_OCTOBER_S - MONTH_S
    world = a_world_of(*map(a_doi, range(5)), a_doi(5, updated_s=september_s), withheld(a_doi(6, updated_s=september_s)))

    world.run()

    members = world.members(Content.DATAFILE)
    assert list(members) == [
        "dois/updated_2026-09/2026-09.csv.gz",
        "dois/updated_2026-09/part_0000.parts",
        "dois/updated_2026-10/2026-10.csv.gz",
        "dois/updated_2026-10/part_0000.parts",
        "dois/updated_2026-10/part_0001.parts",
        "dois/updated_2026-10/part_0002.parts",
    ]
    assert members["dois/updated_2026-09/2026-09.csv.gz"].count(b"doi:") == 2, "the withdrawn one is told of"
    assert [text.count(b"doi:") for name, text in members.items() if "part" in name] == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("record", "is_there"),
    [
        pytest.param(a_doi(1), True, id="registered before the end"),
        pytest.param(a_doi(1, registered_s=OCTOBER.last_s), True, id="registered at the end"),
        pytest.param(a_doi(1, registered_s=OCTOBER.last_s + 1), False, id="registered later"),
        pytest.param(a_doi(1, updated_s=OCTOBER.last_s + 1), True, id="changed later"),
        pytest.param(a_doi(1, exported=False), False, id="kept from harvesters"),
        pytest.param(withheld(a_doi(1)), False, id="withdrawn"),
        pytest.param(a_doi(1, expires_s=NOVEMBER_S), False, id="a test"),
    ],
)
def test_what_is_in_a_snapshot(record: Any, is_there: bool) -> None:
    world = a_world_of(record)

    world.run()

    assert bool(world.names(Content.JSON)) is is_there


def test_what_is_changed_and_made_while_a_snapshot_is_taken_does_not_make_it_lack_anything() -> None:
    world = a_world_of(*map(a_doi, range(30)))

    def write(page: int) -> None:
        world.scan.put(a_doi(page % 30, updated_s=NOVEMBER_S + page), a_doi(100 + page, registered_s=NOVEMBER_S))

    world.scan.before_page = write
    world.run()

    assert sorted(world.names(Content.JSON)) == [f"doi:10.5072/FK2{number:04}" for number in range(30)]
    assert world.names(Content.XML) == world.names(Content.JSON)


def test_a_registry_of_nothing_has_a_snapshot_of_nothing() -> None:
    world = a_world_of()

    world.run()

    assert [world.members(content) for content in Content] == [{}, {}, {}]


def test_fewer_records_than_were_counted_are_not_published() -> None:
    world = a_world_of(*map(a_doi, range(5)))
    world.counters.said = 6

    with pytest.raises(Incomplete, match="5 records were found, 6"):
        world.run()

    assert world.published.places == {}


@pytest.mark.parametrize("kind", ["piece", "sheet-000000-"])
def test_what_is_not_what_its_worker_wrote_is_not_published(kind: str) -> None:
    world = a_world_of(*map(a_doi, range(30)))
    world.maker.plan("run", SnapshotKind.MONTHLY, None)
    if kind == "piece":
        world.run_to_pieces()
        name = next(name for name in world.files.files if "/piece-" in name)
        world.files.files[name] = world.files.files[name][:-1] + b"?"
        with pytest.raises(Mismatch):
            world.finish("run")
    else:
        for part in range(world.runs.runs["run"].segments):
            world.take("run", part)
        name = next(name for name in world.files.files if f"/{kind}" in name and "attempt" in name)
        world.files.files[name] = b"".join(world.files.files[name].splitlines(keepends=True)[:-1])
        world.maker.arrange("run")
        with pytest.raises(ShortSheet, match="records instead of"):
            _write_all(world)

    assert world.published.places == {}


def test_a_task_that_nobody_wrote_is_noticed() -> None:
    world = a_world_of(*map(a_doi, range(30)))
    world.run_to_pieces()
    del world.files.files[next(name for name in world.files.files if "/written-" in name)]

    with pytest.raises(FileNotFoundError):
        world.finish("run")

    assert world.published.places == {}


def test_a_worker_that_was_given_up_and_writes_on_changes_nothing() -> None:
    world = a_world_of(*map(a_doi, range(30)))
    usual = a_world_of(*map(a_doi, range(30)))
    usual.run()
    world.run_to_pieces()

    world.take("run", 0)  # both are late: the others have gone on from what an earlier attempt said
    world.write("run", 0)
    world.finish("run")

    assert content_of(world) == content_of(usual)


def test_two_runs_of_one_period_at_once_leave_one_whole_snapshot_and_the_files_of_the_other_are_removed_later() -> None:
    world = a_world_of(*map(a_doi, range(30)))
    world.run_to_pieces("first")
    world.now_s += 10
    world.run_to_pieces("second")

    outcomes = [world.finish("second")["published"], world.finish("first")["published"]]
    of_first = [name for name in world.files.files if name.startswith("snapshots/monthly/2026/10/first/")]
    world.now_s += SETTINGS.grace_s
    world.run("third")

    assert outcomes == [True, False], "the one that began later stays"
    assert len(of_first) == 4
    assert not [name for name in world.files.files if "/first/all" in name]
    assert len(world.names(Content.JSON)) == 30


def test_of_two_runs_that_are_published_at_the_same_moment_one_is_found_and_the_other_retired() -> None:
    world = a_world_of(*map(a_doi, range(3)))
    for name in ("one", "two"):
        world.run_to_pieces(name)
    other, find = iter([lambda: world.finish("two")]), world.published.find

    def find_and_let_the_other_publish(*asked: Any) -> Snapshot | None:
        found = find(*asked)
        next(other, lambda: None)()
        return found

    world.published.find = find_and_let_the_other_publish  # type: ignore[method-assign, assignment]
    assert world.finish("one")["published"]

    found = find(SnapshotKind.MONTHLY, OCTOBER)
    assert found is not None
    assert found == find(SnapshotKind.MONTHLY, None)
    assert found.run == "one"
    assert [each.run for each, _ in world.published.retired()] == ["two"]


def test_a_file_that_is_gone_before_it_can_be_found_is_not_published() -> None:
    world = a_world_of(*map(a_doi, range(3)))
    world.run_to_pieces("run")
    for content in Content:
        world.maker.assemble("run", content)
    world.files.remove([f"snapshots/{OCTOBER.path}/run/{Content.XML}"])

    with pytest.raises(Incomplete, match=r"all\.xml\.tar\.gz is not there"):
        world.maker.publish("run")

    assert world.published.find(SnapshotKind.MONTHLY, None) is None
    assert world.announcer.events == []


def test_latest_is_never_of_an_earlier_period() -> None:
    world = a_world_of(a_doi(1))
    world.run("november", Period("2026-11"))
    world.now_s += 10

    world.run("october", OCTOBER)

    latest = world.published.find(SnapshotKind.MONTHLY, None)
    assert latest is not None
    assert latest.run == "november"
    assert world.published.find(SnapshotKind.MONTHLY, OCTOBER) is not None


@pytest.mark.parametrize("period", ["2026-12", "2026-11-02"])
def test_a_period_that_has_not_begun_is_refused_since_it_would_be_the_latest_until_then(period: str) -> None:
    world = a_world_of(a_doi(1), now_s=OCTOBER.last_s + 24 * 3600)  # the last second of 1 November

    with pytest.raises(Invalid):
        world.maker.plan("run", Period(period).kind, Period(period))

    assert world.runs.get("run") is None


def test_only_so_many_snapshots_of_a_kind_stay() -> None:
    keep = {SnapshotKind.MONTHLY: 2, SnapshotKind.DAILY: 1}
    world = a_world_of(a_doi(1), settings=replace(SETTINGS, keep=keep), now_s=NOVEMBER_S + 4 * MONTH_S)

    for number, period in enumerate(("2026-10", "2026-11", "2026-12", "2027-01", "2026-10-30", "2026-10-31")):
        world.now_s += 1000
        world.run(f"run{number}", Period(period))

    assert [str(each.period) for each in world.published.published(SnapshotKind.MONTHLY)] == ["2027-01", "2026-12"]
    assert [str(each.period) for each in world.published.published(SnapshotKind.DAILY)] == ["2026-10-31"]
    assert not [name for name in world.files.files if name.startswith("snapshots/monthly/2026/10/")]


def test_the_manifest_says_what_is_in_the_files_and_how_to_tell_that_they_are_whole() -> None:
    world = a_world_of(*map(a_doi, range(9)), an_ark(1), withheld(a_doi(20)))
    world.run()
    snapshot = world.published.find(SnapshotKind.MONTHLY, None)
    assert snapshot is not None

    told = json.loads(world.files.files[snapshot.manifest])

    assert told["window"]["until"] == "2026-10-31T23:59:59Z"
    assert told["counts"] == {"seen": 11, "counted_before": 11, "counted_after": 11}
    assert told["sets"]["B:10.5072"] == {"findable": 9, "registered": 1}
    assert told["software"]["name"] == "pidstack"
    for file in told["files"]:
        content = world.file(Content(file["name"]))
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert sum(group["members"] for group in file["groups"] if group["product"] != "table") == len(
            [name for name in world.members(Content(file["name"])) if not name.endswith("csv.gz")]
        )


def test_an_event_tells_of_what_was_published_and_the_run_how_far_it_was() -> None:
    world = a_world_of(*map(a_doi, range(9)))

    world.run()

    ((kind, detail),) = world.announcer.events
    assert kind == detail["kind"] == "SnapshotPublished"
    assert breaches(dict(detail), SNAPSHOT_CONTRACT) == []
    assert (detail["period"], detail["path"]) == ("2026-10", "/snapshots/monthly/2026/10/")
    assert [(file["size"], file["sha256"]) for file in detail["files"]] == [
        (len(content), hashlib.sha256(content).hexdigest()) for content in content_of(world).values()
    ]
    assert [file["records"] for file in detail["files"]] == [9, 9, 9]
    assert world.runs.runs["run"].phase is Phase.PUBLISHED
    assert world.runs.done("run", Phase.TAKING).records == 9
    assert world.runs.done("run", Phase.WRITING).records == world.runs.runs["run"].records == 36


def test_what_is_told_again_of_a_run_has_the_same_id_and_another_run_has_its_own() -> None:
    world = a_world_of(a_doi(1))
    world.run()
    world.now_s += 10
    world.maker.publish("run")
    world.run("other")

    told = [detail["id"] for _, detail in world.announcer.events]

    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(
    ("broken", "is_kept"),
    [
        ({}, True),
        ({"interval": "daily"}, False),
        ({"period": "2026-10-31"}, False),
        ({"interval": "daily", "period": "2026-10-31", "path": "/snapshots/daily/2026/10/31/"}, True),
        ({"files": []}, False),
        ({"until": "yesterday"}, False),
    ],
    ids=str,
)
def test_the_sample_keeps_the_contract_and_what_breaks_it_is_found(broken: dict[str, object], is_kept: bool) -> None:
    sample = json.loads((EVENTS / "samples" / "snapshot-published.v1.json").read_text(encoding="utf-8"))

    assert (breaches({**sample, **broken}, SNAPSHOT_CONTRACT) == []) is is_kept


def test_a_run_that_failed_says_why_and_one_that_is_published_did_not_fail() -> None:
    world = a_world_of(a_doi(1))
    world.run()
    world.maker.plan("other", SnapshotKind.DAILY, None)

    world.maker.fail("run", "too late")
    world.maker.fail("other", "Incomplete: 1 record")
    world.maker.fail("unknown", "never began")

    assert world.runs.runs["run"].phase is Phase.PUBLISHED
    assert (world.runs.runs["other"].phase, world.runs.runs["other"].problem) == (Phase.FAILED, "Incomplete: 1 record")


@pytest.mark.parametrize(
    ("records", "parts"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 4), (400, 4), (401, 8), (10**6, 16384)]
)
def test_parts_are_a_power_of_two_and_hold_no_more_than_they_may(records: int, parts: int) -> None:
    assert parts_for(records, 100) == parts
