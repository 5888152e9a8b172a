"""The gaps between the emulator and AWS on the way of a batch download: mail, plain HTTP, and how many write at the same time.

Part of `pidstack.local.bridges`, which installs it.
"""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

SENDER = "pidstack@example.org"
_WRITERS = 2


def for_emulator(resources: Json) -> None:
    """Rewrite a translated template."""
    _verify_sender(resources)
    _let_anybody_be_the_sender(resources)
    _take_plain_http(resources)
    for resource in resources.values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            _limit_writers(resource["Properties"])


def _verify_sender(resources: Json) -> None:
    """On AWS an operator verifies the sender's address by a mail that arrives there. Here nobody could click its link."""
    resources["LocalExportSender"] = {"Type": "AWS::SES::EmailIdentity", "Properties": {"EmailIdentity": {"Ref": "ExportSender"}}}


def _let_anybody_be_the_sender(resources: Json) -> None:
    """AWS tells policies whose identity sends a mail and from which address; the emulator does not, and so would refuse it."""
    for resource in resources.values():
        if resource["Type"] == "AWS::IAM::Policy":
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                if "ses:FromAddress" in statement.get("Condition", {}).get("StringEquals", {}):
                    del statement["Condition"]
                    statement["Resource"] = "*"


def _take_plain_http(resources: Json) -> None:
    """AWS can be asked by https alone, and the bucket insists on it. On loopback there is no certificate."""
    for name, resource in list(resources.items()):
        statements = resource["Properties"]["PolicyDocument"]["Statement"] if resource["Type"] == "AWS::S3::BucketPolicy" else []
        if any(statement["Sid"] == "RefusePlainHttp" for statement in statements):
            del resources[name]


def _limit_writers(machine: Json) -> None:
    """AWS takes the number of parallel items from the state's input; the emulator knows only a number in the definition, and would
    start a Python for each item.
    """
    text = machine["DefinitionString"]
    lines = text["Fn::Join"][1] if isinstance(text, dict) else [text]
    definition = json.loads("\n".join(lines))
    for state in definition["States"].values():
        if state.pop("MaxConcurrencyPath", None):
            state["MaxConcurrency"] = _WRITERS
    machine["DefinitionString"] = json.dumps(definition)
