"""Exports on Step Functions: one execution for each, of the export's name."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

_BEGUN_BEFORE = "ExecutionAlreadyExists"


class StepFunctionsRunner:
    """`pidstack.ports.exports.Runner` on a state machine.

    Args:
        client: botocore's, for `stepfunctions`.
    """

    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str) -> None:
        """See the port. One StartExecution; a name is run once, however often it is started."""
        try:
            self._client.start_execution(stateMachineArn=self._machine_arn, name=name, input=json.dumps({"name": name}))
        except ClientError as error:
            if error.response["Error"]["Code"] != _BEGUN_BEFORE:
                raise
