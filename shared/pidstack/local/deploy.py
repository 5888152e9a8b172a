"""The real template to the emulator: translate, pack our code, create or update the stack, collect its outputs."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template
from samtranslator.yaml_helper import yaml_parse

from pidstack.local import bridges
from pidstack.local.emulator import Emulator
from pidstack.local.paths import PROJECT, LocalStackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK = "pidstack-local"
_BUCKET = "pidstack-local-code"
_TEMPLATE_KEY = "template.json"
_TAG = "pidstack:fingerprint"
_DEPLOY_WITHIN_S = 120
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_HOPELESS = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}


def deploy(emulator: Emulator, *, template: Path = PROJECT / "template.yaml") -> tuple[dict[str, str], bool]:
    """Make the emulator's stack equal to the tree.

    Returns:
        the stack's outputs, and whether anything had to be done.
    Raises:
        LocalStackError: the template does not translate, or the stack does not come up.
    """
    package = pack()
    parameters = bridges.parameters(emulator.port)
    plain = bridges.for_emulator(translate(template, code_key=f"{_digest(package)}.zip"))
    body = json.dumps(plain)
    fingerprint = _digest(json.dumps([body, parameters]).encode())
    stacks: CloudFormationClient = client("cloudformation", emulator.aws_endpoint)
    current = _describe(stacks)
    if current and current["StackStatus"] in _HOPELESS:
        stacks.delete_stack(StackName=STACK)
        _wait(stacks)
        current = None
    if current and current["StackStatus"] in _DONE and {"Key": _TAG, "Value": fingerprint} in current.get("Tags", []):
        return _outputs(current), False
    _upload(emulator, {f"{_digest(package)}.zip": package, _TEMPLATE_KEY: body.encode()})
    request: Any = {
        "StackName": STACK,
        "TemplateURL": f"{emulator.aws_endpoint}/{_BUCKET}/{_TEMPLATE_KEY}",  # too long to be sent along
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": _TAG, "Value": fingerprint}],
    }
    try:
        stacks.update_stack(**request) if current else stacks.create_stack(**request)
    except ClientError as error:
        raise LocalStackError(f"The emulator refused the template: {error.response['Error']['Message'][:300]}") from error
    return _outputs(_wait(stacks)), True


def pack() -> bytes:
    """Zip what all functions share: `functions/` and the package, without the operator's tools. Equal trees, equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(_sources()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _sources() -> Iterator[tuple[str, Path]]:
    shared = PROJECT / "shared"
    left_out = {shared / "pidstack" / "cli", shared / "pidstack" / "local"}
    for root, folder in ((PROJECT, PROJECT / "functions"), (shared, shared / "pidstack")):
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and left_out.isdisjoint(path.parents):
                yield path.relative_to(root).as_posix(), path


def translate(template: Path, *, code_key: str) -> dict[str, Any]:
    """Turn the SAM template into plain CloudFormation, as AWS does on its side when it meets the transform."""
    document = yaml_parse(template.read_text())
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{_BUCKET}/{code_key}"
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = f"s3://{_BUCKET}/none"
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            machine = resource["Properties"]  # uploaded with the code on AWS; here it travels within the template
            machine["Definition"] = yaml_parse((template.parent / machine.pop("DefinitionUri")).read_text())
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    # `transform()` does just this, but with a session of its own that asks the person's AWS settings for a region.
    parameters: dict[str, str] = {}
    to_py27_compatible_template(document, parameters)
    translator = Translator(None, Parser(), boto_session=_session())
    try:
        plain = translator.translate(document, parameters, get_managed_policy_map=dict)
    except InvalidDocumentException as error:
        reasons = "; ".join(cause.message for cause in error.causes)
        raise LocalStackError(f"{template.name} does not translate: {reasons}") from error
    return dict(undo_mark_unicode_str_in_template(plain))


def client(service: str, endpoint: str) -> Any:
    """A boto3 client for the emulated AWS endpoint, deaf to the person's own AWS settings."""
    return _session().client(service, endpoint_url=endpoint, config=Config(proxies={}, retries={"max_attempts": 2}))


def _session() -> boto3.Session:
    key, secret = bridges.CREDENTIALS
    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=bridges.REGION)


def _upload(emulator: Emulator, objects: dict[str, bytes]) -> None:
    store = client("s3", emulator.aws_endpoint)
    with contextlib.suppress(store.exceptions.BucketAlreadyOwnedByYou):
        store.create_bucket(Bucket=_BUCKET)
    for key, content in objects.items():
        store.put_object(Bucket=_BUCKET, Key=key, Body=content)


def _describe(stacks: CloudFormationClient) -> Any:
    try:
        return stacks.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None  # CloudFormation's word for a stack that does not exist
        raise


def _wait(stacks: CloudFormationClient) -> Any:
    deadline = time.monotonic() + _DEPLOY_WITHIN_S
    stack = _describe(stacks)
    while stack and stack["StackStatus"].endswith("_IN_PROGRESS") and time.monotonic() < deadline:
        time.sleep(0.1)
        stack = _describe(stacks)
    if stack and stack["StackStatus"] not in _DONE:
        raise LocalStackError(f"The stack is {stack['StackStatus']}: {_first_failure(stacks)}")
    return stack


def _first_failure(stacks: CloudFormationClient) -> str:
    failures = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in stacks.describe_stack_events(StackName=STACK)["StackEvents"]
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    return failures[-1] if failures else "no failed resource is named"


def _outputs(stack: Any) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
