"""The state machine of snapshots, held against its role, its function and its bucket: the emulator compares none of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from functions.snapshots import app
from pidstack.domain.snapshot import SnapshotKind
from tests.machines import tasks
from tests.snapshot_world import SnapshotWorld

PROJECT = Path(__file__).resolve().parents[2]
RESOURCES: dict[str, Any] = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))["Resources"]
MACHINE = RESOURCES["SnapshotMachine"]["Properties"]
TEXT = (PROJECT / MACHINE["DefinitionUri"]).read_text(encoding="utf-8")
STATES: dict[str, Any] = yaml_parse(TEXT)["States"]
TASKS = dict(tasks(STATES))
ALLOWED = {
    statement["Sid"]: statement["Resource"]
    for policy in RESOURCES["SnapshotMachineRole"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]
}


def test_the_role_lets_it_run_its_function_and_start_executions_of_itself() -> None:
    name = MACHINE["Name"]["Fn::Sub"]

    assert ALLOWED["RunSteps"] == {"Fn::GetAtt": ["SnapshotsFunction", "Arn"]}
    assert {task["Parameters"]["FunctionName"] for task in TASKS.values()} == {"${SnapshotsFunction}"}
    assert ALLOWED["RunParts"]["Fn::Sub"].endswith(f":stateMachine:{name}")
    assert ALLOWED["WatchParts"]["Fn::Sub"].endswith(f":execution:{name}*")
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(MACHINE["DefinitionSubstitutions"])


def test_plans_lie_where_it_may_read_them_and_what_is_laid_down_goes() -> None:
    world = SnapshotWorld()
    planned = world.maker.plan("run", SnapshotKind.MONTHLY, None)
    arranged = world.run_to_pieces()
    ((base, _),) = {(name.partition("/")[0], "") for name in world.files.files}
    expired = {rule["Prefix"] for rule in rules() if "ExpirationInDays" in rule}

    assert STATES["Take"]["ItemReader"]["Parameters"]["Key.$"].removeprefix("$.") in planned
    assert STATES["Write"]["ItemReader"]["Parameters"]["Key.$"].removeprefix("$.") in arranged
    assert ALLOWED["ReadPlans"] == {"Fn::Sub": f"${{SnapshotBucket.Arn}}/{base}/*"}
    assert f"{base}/" in expired


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = RESOURCES["SnapshotBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    return found


def test_every_step_that_it_takes_is_known() -> None:
    assert set(re.findall(r"step: (\w+)", TEXT)) == set(app._STEPS)


@pytest.mark.parametrize("name", TASKS)
def test_a_step_is_repeated_and_outlives_its_function(name: str) -> None:
    retried = {error for retrier in TASKS[name]["Retry"] for error in retrier["ErrorEquals"]}

    assert {"Lambda.TooManyRequestsException", "Lambda.ServiceException", "States.TaskFailed", "States.Timeout"} <= retried
    assert TASKS[name]["TimeoutSeconds"] > RESOURCES["SnapshotsFunction"]["Properties"]["Timeout"] or name == "Fail"


def test_whatever_fails_is_remembered() -> None:
    steps = {name: state for name, state in STATES.items() if state["Type"] in {"Task", "Map"} and name != "Fail"}

    assert set(steps) == {"Plan", "Take", "Arrange", "Write", "Assemble", "Publish"}
    assert {name for name, state in steps.items() if state["Catch"][0]["Next"] == "Fail"} == set(steps)
