"""The state machine of archives, held against its role, its function and its bucket: the emulator compares none of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from functions.archives import app
from pidstack.domain.archive import FOLDERS, Mode
from pidstack.services.archives.make import key_of
from tests.archive_world import ArchiveWorld
from tests.machines import tasks

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))
RESOURCES = TEMPLATE["Resources"]
MACHINE = RESOURCES["ArchiveMachine"]["Properties"]
TEXT = (PROJECT / MACHINE["DefinitionUri"]).read_text(encoding="utf-8")
DEFINITION: dict[str, Any] = yaml_parse(TEXT)


def statements(role: str) -> dict[str, Any]:
    policies = RESOURCES[role]["Properties"]["Policies"]
    return {each["Sid"]: each for policy in policies for each in policy["PolicyDocument"]["Statement"]}


TASKS = dict(tasks(DEFINITION["States"]))


def test_the_role_lets_it_run_its_function_and_read_and_start_what_it_has_to() -> None:
    allowed, name = statements("ArchiveMachineRole"), MACHINE["Name"]["Fn::Sub"]

    assert allowed["RunSteps"]["Resource"] == {"Fn::GetAtt": ["ArchivesFunction", "Arn"]}
    assert {task["Parameters"]["FunctionName"] for task in TASKS.values()} == {"${ArchivesFunction}"}
    assert allowed["ReadPlans"]["Resource"] == {"Fn::Sub": "${SnapshotBucket.Arn}/unfinished/*"}
    assert allowed["RunUnits"]["Resource"]["Fn::Sub"].endswith(f":stateMachine:{name}")
    assert allowed["WatchUnits"]["Resource"]["Fn::Sub"].endswith(f":execution:{name}*")
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(MACHINE["DefinitionSubstitutions"])


def test_files_are_put_where_the_roles_let_them_be_written_and_fetched() -> None:
    world = ArchiveWorld()
    made = world.run()
    run = world.runs.recent(1)[0]

    assert made is not None
    assert key_of(run, "all").startswith("archives/")
    assert {name.split("/")[0] for name in world.files.files} == {"unfinished", "archives"}
    assert statements("ArchivesRole")["KeepFiles"]["Resource"] == [
        {"Fn::Sub": "${SnapshotBucket.Arn}/unfinished/*"},
        {"Fn::Sub": "${SnapshotBucket.Arn}/archives/*"},
    ]
    assert {"Fn::Sub": "${SnapshotBucket.Arn}/archives/*"} in statements("SnapshotFilesRole")["GiveFilesOut"]["Resource"]


def test_every_step_that_it_takes_is_known_and_what_it_hands_on_was_given() -> None:
    world = ArchiveWorld()
    world.deposit("doi:10.1002/A", "2026-11-22")
    planned = world.maker.plan("run", Mode.DAILY, "")
    texts = [*re.findall(r"step: (\w+)", TEXT)]

    assert set(texts) == set(app._STEPS)
    assert {"run", "units", "count", "files"} <= set(planned)
    assert DEFINITION["States"]["Write"]["ItemReader"]["Parameters"]["Key.$"] == "$.units"
    assert set(DEFINITION["States"]["Write"]["ItemSelector"]) == {"step", "run.$", "unit.$", "state"}
    assert set(planned["files"][0]) == {DEFINITION["States"]["Assemble"]["ItemSelector"]["variant.$"].rpartition(".")[2]}
    assert set(world.maker.write("run", 0, "", "attempt", lambda: 900.0)) == {"run", "unit", "state", "done"}


@pytest.mark.parametrize("name", TASKS)
def test_a_step_is_repeated_and_outlives_its_function(name: str) -> None:
    retried = {error for retrier in TASKS[name]["Retry"] for error in retrier["ErrorEquals"]}

    assert {"Lambda.TooManyRequestsException", "Lambda.ServiceException", "States.TaskFailed", "States.Timeout"} <= retried
    assert TASKS[name]["TimeoutSeconds"] > RESOURCES["ArchivesFunction"]["Properties"]["Timeout"] or name == "Fail"


def test_whatever_fails_is_remembered() -> None:
    caught = [
        state for state in DEFINITION["States"].values() if state["Type"] in {"Task", "Map"} and state.get("Next") != "Failed"
    ]

    assert len(caught) == 4
    assert {state["Catch"][0]["Next"] for state in caught} == {"Fail"}


def test_each_mode_has_a_schedule_that_is_off_until_somebody_wants_it() -> None:
    events = {name.lower(): event["Properties"] for name, event in MACHINE["Events"].items()}

    assert set(events) == {str(mode) for mode in FOLDERS}
    for mode, event in events.items():
        assert yaml_parse(event["Input"]) == {"mode": mode, "date": ""}
        assert TEMPLATE["Parameters"][event["State"]["Ref"]]["Default"] == "DISABLED"
