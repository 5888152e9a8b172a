"""Carries exports out in this process: the real handlers, in the order that the state machine has them, over what moto keeps."""

from __future__ import annotations

import json
from typing import Any

import boto3

from functions.exports.assemble.app import lambda_handler as assemble
from functions.exports.plan.app import lambda_handler as plan
from functions.exports.report.app import lambda_handler as report
from functions.exports.write.app import lambda_handler as write

BUCKET, SENDER = "exports", "registry@example.org"


class Machine:
    """The state machine and all that it works with. Nothing runs before `run`.

    Attributes:
        hurry: workers have no time for more than one batch.
    """

    def __init__(self) -> None:
        machines = boto3.client("stepfunctions")
        role = "arn:aws:iam::123456789012:role/export"
        self.arn = machines.create_state_machine(name="export", definition="{}", roleArn=role)["stateMachineArn"]
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        boto3.client("events").create_event_bus(Name="changes")
        boto3.client("ses").verify_email_identity(EmailAddress=SENDER)
        self.hurry = False

    def started(self) -> list[str]:
        """Name the exports that were begun, the first one first."""
        found = boto3.client("stepfunctions").list_executions(stateMachineArn=self.arn)["executions"]
        return [execution["name"] for execution in sorted(found, key=lambda each: each["startDate"])]

    def plan(self, name: str) -> dict[str, Any]:
        """First step."""
        return plan({"name": name}, self)

    def items(self, planned: dict[str, Any]) -> list[dict[str, Any]]:
        """What the map hands to its workers."""
        body = boto3.client("s3").get_object(Bucket=BUCKET, Key=planned["plan"])["Body"].read()
        return [{"name": planned["name"], "folder": planned["folder"], **item} for item in json.loads(body)]

    def write(self, item: dict[str, Any]) -> None:
        """One worker, as often as it takes."""
        work = write(item, self)
        while not work["done"]:
            work = write(json.loads(json.dumps(work)), self)

    def finish(self, planned: dict[str, Any]) -> dict[str, Any]:
        """Last steps."""
        return report(assemble({part: planned[part] for part in ("name", "folder", "segments")}, self), self)

    def fail(self, name: str, error: str = "Lambda.Unknown") -> dict[str, Any]:
        """The step after one that failed."""
        return report({"name": name, "error": {"Error": error, "Cause": "inside"}}, self)

    def run(self, name: str) -> dict[str, Any]:
        """All steps of an export."""
        planned = self.plan(name)
        for item in self.items(planned):
            self.write(item)
        return self.finish(planned)

    # What a handler asks its context.
    function_name = "in_process"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:in_process"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long a worker may go on."""
        return 1000 if self.hurry else 900_000
