"""The state machine of batch downloads, held against its role, its functions and its bucket: the emulator compares none of them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from pidstack.domain.export import LIFETIME_S, LONGEST_S
from pidstack.local import bridges, deploy
from pidstack.services.exports.workshop import Plan, SegmentWork
from tests.machines import tasks

PROJECT = Path(__file__).resolve().parents[2]
RESOURCES: dict[str, Any] = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))["Resources"]
MACHINE = RESOURCES["ExportMachine"]["Properties"]
TEXT = (PROJECT / MACHINE["DefinitionUri"]).read_text(encoding="utf-8")
DEFINITION: dict[str, Any] = yaml_parse(TEXT)
STATEMENTS = {
    statement["Sid"]: statement
    for policy in RESOURCES["ExportMachineRole"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]
}
WORKER = DEFINITION["States"]["Write"]["ItemProcessor"]


TASKS = dict(tasks(DEFINITION["States"]))


def function_of(task: dict[str, Any]) -> str:
    return str(task["Parameters"]["FunctionName"]).strip("${}")


def test_the_role_lets_it_run_exactly_the_functions_that_it_runs() -> None:
    allowed = [s["Resource"]["Fn::GetAtt"][0] for s in STATEMENTS.values() if s["Action"] == ["lambda:InvokeFunction"]]

    assert sorted(allowed) == sorted({function_of(task) for task in TASKS.values()})


def test_every_name_that_stands_for_a_resource_is_given_one() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(MACHINE["DefinitionSubstitutions"])


def test_the_role_lets_it_read_the_plan_where_the_planner_puts_it() -> None:
    reader = DEFINITION["States"]["Write"]["ItemReader"]
    plan = Plan("NAME", "unfinished/exports/NAME/1/", 1, 1).as_json()

    assert reader["Parameters"] == {"Bucket": "${ExportBucket}", "Key.$": "$.plan"}
    assert (reader["Resource"], STATEMENTS["ReadPlan"]["Action"]) == ("arn:aws:states:::s3:getObject", ["s3:GetObject"])
    assert STATEMENTS["ReadPlan"]["Resource"] == {"Fn::Sub": "${ExportBucket.Arn}/unfinished/*"}
    assert plan["plan"].startswith("unfinished/")
    assert DEFINITION["States"]["Write"]["MaxConcurrencyPath"].removeprefix("$.") in plan


def test_the_role_lets_it_start_and_stop_executions_of_itself() -> None:
    name = MACHINE["Name"]["Fn::Sub"]

    assert WORKER["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert STATEMENTS["RunSegments"]["Resource"]["Fn::Sub"].endswith(f":stateMachine:{name}")
    assert STATEMENTS["WatchSegments"]["Resource"]["Fn::Sub"].endswith(f":execution:{name}*")


def test_a_worker_is_told_what_it_has_to_know() -> None:
    needed = {part.name for part in fields(SegmentWork) if part.default is part.default_factory is not None}
    told = {name.removesuffix(".$") for name in DEFINITION["States"]["Write"]["ItemSelector"]}

    assert told == {"name", "folder", "number", "ranges"} >= needed
    assert WORKER["States"]["IsWritten"]["Choices"][0]["Variable"].removeprefix("$.") in {part.name for part in fields(SegmentWork)}


@pytest.mark.parametrize("name", TASKS)
def test_a_step_is_repeated_and_outlives_its_function(name: str) -> None:
    task = TASKS[name]
    retried = {error for retrier in task["Retry"] for error in retrier["ErrorEquals"]}

    assert {"Lambda.TooManyRequestsException", "Lambda.ServiceException", "States.TaskFailed", "States.Timeout"} <= retried
    assert task["TimeoutSeconds"] > RESOURCES[function_of(task)]["Properties"]["Timeout"]


def test_whatever_fails_is_reported_to_the_requester() -> None:
    steps = {name: state for name, state in DEFINITION["States"].items() if name not in {"Fail", "Failed"}}

    assert all(
        state["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Fail"}] for state in steps.values()
    )
    assert function_of(DEFINITION["States"]["Fail"]) == "ReportExportFunction"
    assert (DEFINITION["States"]["Fail"]["Next"], DEFINITION["States"]["Failed"]["Type"]) == ("Failed", "Fail")


def test_what_is_called_stuck_has_been_stopped_by_then() -> None:
    assert DEFINITION["TimeoutSeconds"] < LONGEST_S


def test_the_bucket_keeps_files_for_a_week_and_nobody_else_sees_them() -> None:
    bucket = RESOURCES["ExportBucket"]["Properties"]
    kept = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in bucket["LifecycleConfiguration"]["Rules"]}

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert kept["exports/"] * 86400 > LIFETIME_S
    assert 1 < kept["unfinished/"] < kept["exports/"]
    assert any("AbortIncompleteMultipartUpload" in rule for rule in bucket["LifecycleConfiguration"]["Rules"])


def test_on_the_emulator_it_is_the_same_machine_with_few_workers() -> None:
    plain = bridges.for_emulator(deploy.translate(PROJECT / "template.yaml", code_key="any.zip"))["Resources"]
    machines = [r["Properties"] for r in plain.values() if r["Type"] == "AWS::StepFunctions::StateMachine"]
    (definition,) = (yaml_parse(m["DefinitionString"]) for m in machines if "PlanExportFunction" in m["DefinitionString"])
    expected = yaml_parse(TEXT)
    del expected["States"]["Write"]["MaxConcurrencyPath"]
    expected["States"]["Write"]["MaxConcurrency"] = 2

    assert definition == expected
    assert {"EmailIdentity": {"Ref": "ExportSender"}} in [r["Properties"] for r in plain.values()]
    assert not [r for r in plain.values() if "aws:SecureTransport" in str(r)]
