"""An operator who makes a snapshot or an archive is told how far it is, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from click.testing import CliRunner, Result

from pidstack.cli import runs as making
from pidstack.cli import where
from pidstack.cli.main import cli
from pidstack.domain.snapshot import Phase
from tests.snapshot_world import OCTOBER, SnapshotWorld, a_doi


class Machine:
    """A state machine that does one thing more whenever it is asked how it is."""

    def __init__(self) -> None:
        self.name = ""
        self.left: list[Callable[[], object]] = []
        self.end = "SUCCEEDED"

    def start(self, name: str, given: Mapping[str, str]) -> str:
        self.name, self.given = name, given
        return "execution"

    def status(self, _execution: str) -> str:
        if not self.left:
            return self.end
        self.left.pop(0)()
        return "RUNNING"


@pytest.fixture
def world() -> SnapshotWorld:
    world = SnapshotWorld()
    world.scan.put(*map(a_doi, range(9)))
    return world


@pytest.fixture
def machine(world: SnapshotWorld, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(where, "snapshot_machine", lambda: machine)
    monkeypatch.setattr(where, "snapshot_runs", lambda: world.runs)
    monkeypatch.setattr(where, "published", lambda: world.published)
    monkeypatch.setattr(where, "now_s", lambda: world.now_s)
    monkeypatch.setattr(making, "_LOOK_AGAIN_S", 0.0)
    return machine


def create(*options: str) -> Result:
    return CliRunner().invoke(cli, ["snapshot", "create", "--period", "2026-10", *options])


def test_a_run_is_followed_to_its_end(world: SnapshotWorld, machine: Machine) -> None:
    machine.left = [lambda: None, lambda: world.run_to_pieces(machine.name, OCTOBER), lambda: world.finish(machine.name)]

    done = create()

    assert done.exit_code == 0, done.output
    assert machine.given == {"kind": "monthly", "period": "2026-10"}
    assert done.stderr.splitlines() == ["Starting", "Writing: 7 of 7 tasks, 36 of 36 entries", "Published: 36 entries"]
    assert "all.json.tar.gz" in done.stdout


def test_programs_are_told_of_the_snapshot_alone(world: SnapshotWorld, machine: Machine) -> None:
    machine.left = [lambda: world.run(machine.name, OCTOBER)]

    done = create("--json")

    assert json.loads(done.output)["run"] == machine.name


def test_a_run_that_fails_says_why_and_ends_with_1(world: SnapshotWorld, machine: Machine) -> None:
    machine.end = "FAILED"
    machine.left = [
        lambda: world.maker.plan(machine.name, OCTOBER.kind, OCTOBER),
        lambda: world.maker.fail(machine.name, "Incomplete: 1 record"),
    ]

    done = create()

    assert done.exit_code == 1
    assert "Failed: Incomplete: 1 record" in done.stderr
    assert world.published.find(OCTOBER.kind, None) is None


def test_a_run_whose_machine_ended_without_a_word_has_failed(machine: Machine) -> None:
    machine.end = "ABORTED"

    assert create().exit_code == 1


def test_a_run_whose_place_was_taken_says_so(world: SnapshotWorld, machine: Machine) -> None:
    def overtaken() -> None:
        world.run_to_pieces(machine.name, OCTOBER)
        world.now_s += 10
        world.run("later", OCTOBER)
        world.finish(machine.name)

    machine.left = [overtaken]

    done = create()

    assert (done.exit_code, world.runs.runs[machine.name].phase) == (0, Phase.PUBLISHED)
    assert "a later one took its place" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("snapshot create --period 2026-12", id="month"),
        pytest.param("snapshot create --period 2026-11-03", id="day of a snapshot"),
        pytest.param("archive create daily --date 2026-11-03", id="day of an archive"),
        pytest.param("archive create full --date 2026-11-03", id="day of a full archive"),
        pytest.param("archive create weekly --date 20261101", id="day in another form"),
        pytest.param("archive create weekly --date 2026-W44-7", id="day of a week"),
    ],
)
def test_what_has_not_come_or_is_no_day_is_refused_before_anything_is_started(machine: Machine, line: str) -> None:
    refused = CliRunner().invoke(cli, line.split())

    assert refused.exit_code == 2
    assert "has not begun" in refused.output or "is no day that has come" in refused.output
    assert machine.name == ""


def test_nobody_has_to_wait(machine: Machine) -> None:
    machine.left = [lambda: pytest.fail("it was waited for")]

    done = create("--detach")

    assert done.exit_code == 0
    assert machine.name in done.stdout
