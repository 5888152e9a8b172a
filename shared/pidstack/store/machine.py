"""State machines on Step Functions, as operators start them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class StepFunctionsMachine:
    """One state machine.

    Args:
        client: boto3's or botocore's, for `stepfunctions`.
    """

    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, given: Mapping[str, str]) -> str:
        """Start an execution and give its ARN. One StartExecution; a name is good once."""
        answer = self._client.start_execution(stateMachineArn=self._machine_arn, name=name, input=json.dumps(given))
        return str(answer["executionArn"])

    def status(self, execution: str) -> str:
        """Tell how an execution is: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. One DescribeExecution."""
        return str(self._client.describe_execution(executionArn=execution)["status"])
