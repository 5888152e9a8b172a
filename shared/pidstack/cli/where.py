"""Where the registry is that a command works on: the local stack, a stack on AWS, or a table at any endpoint."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pidstack.domain.recipient import DEFAULT_WINDOW_DAYS

if TYPE_CHECKING:
    from botocore.session import Session

    from pidstack.services.registry import Registry
    from pidstack.store.calendar import DynamoCalendar
    from pidstack.store.counters import DynamoCounters
    from pidstack.store.directory import DynamoDirectory
    from pidstack.store.history import DynamoHistory
    from pidstack.store.machine import StepFunctionsMachine
    from pidstack.store.outbox import SqsGivenUp
    from pidstack.store.publications import DynamoPublications
    from pidstack.store.snapshot_scan import DynamoScan
    from pidstack.store.snapshots import DynamoPublished, DynamoRuns
    from pidstack.store.subscriptions import DynamoSubscriptions
    from pidstack.store.webhooks import DynamoWebhooks

STACK_FILE = "PIDSTACK_STACK_FILE"
TABLE_OUTPUT = "IdentifierTableName"
_QUEUE_OUTPUT, _DLQ_OUTPUT = "WebhookQueueUrl", "WebhookDlqUrl"
_WINDOW_OUTPUT = "OaiRecipientWindowDays"
_SNAPSHOTS_OUTPUT = "SnapshotMachineArn"
_CHECKOUT = Path(__file__).resolve().parents[3]
_DEFAULT_REGION = "us-east-1"
_ANY = "test"  # emulators take anything for a key and its secret
_KEY, _HERE = "pidstack.where", "pidstack.here"
_START_IT = "start it with: pidstack local up"


@dataclass(frozen=True, slots=True)
class Place:
    """A table and the way to it.

    Attributes:
        region: None leaves it to the AWS configuration.
        endpoint: URL of an emulator; None is AWS itself.
        is_local: it is the local stack, which takes any credentials and must never see real ones.
        outputs: of the stack, where it is one.
    """

    table: str
    region: str | None
    endpoint: str | None = None
    is_local: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)


def options() -> list[click.Parameter]:
    """Give the options that every command and every group of commands has, so that they may stand anywhere on the line."""
    return [
        _option("--local", is_flag=True, help="Work on the local stack. The default where one is running."),
        _option("--stack", metavar="NAME", help="Work on this CloudFormation stack."),
        _option("--profile", metavar="NAME", help="AWS profile for --stack."),
        _option("--region", metavar="NAME", help="AWS region for --stack and --endpoint."),
        _option("--endpoint", metavar="URL", help="Work on a table at this endpoint; needs --table."),
        _option("--table", metavar="NAME", help="The table at --endpoint."),
        _option("--json", is_flag=True, help="Write JSON, for programs."),
    ]


def is_given(name: str) -> bool:
    """Tell whether one of the options stands on the line."""
    return bool(_given().get(name))


def keeper() -> DynamoDirectory:
    """Give the accounts, groups, prefixes and shoulders of the registry that the line names."""
    from pidstack.store.directory import DynamoDirectory

    connect()
    return DynamoDirectory()


def registry() -> Registry:
    """Give the registry that the line names, with nothing remembered in between."""
    from pidstack.services.registry import Registry
    from pidstack.store.calendar import DynamoCalendar
    from pidstack.store.directory import DynamoDirectory
    from pidstack.store.identifiers import DynamoIdentifiers
    from pidstack.store.publications import DynamoPublications

    connect()
    return Registry(DynamoIdentifiers(now_s), DynamoDirectory(), now_s, DynamoPublications(), DynamoCalendar())


def history() -> DynamoHistory:
    """Give the history of identifiers of the registry that the line names."""
    from pidstack.store.history import DynamoHistory

    connect()
    return DynamoHistory()


def counters() -> DynamoCounters:
    """Give the counts of records of the registry that the line names."""
    from pidstack.store.counters import DynamoCounters

    connect()
    return DynamoCounters()


def scan() -> DynamoScan:
    """Give all records that harvesters see of the registry that the line names."""
    from pidstack.store.snapshot_scan import DynamoScan
    from pidstack.store.wire import Wire

    connect()
    return DynamoScan(Wire.open())


def publications() -> DynamoPublications:
    """Give the publications of the registry that the line names."""
    from pidstack.store.publications import DynamoPublications

    connect()
    return DynamoPublications()


def calendar() -> DynamoCalendar:
    """Give the calendar of harvests of the registry that the line names."""
    from pidstack.store.calendar import DynamoCalendar

    connect()
    return DynamoCalendar()


def webhooks() -> DynamoWebhooks:
    """Give the webhooks of the registry that the line names."""
    from pidstack.store.webhooks import DynamoWebhooks

    connect()
    return DynamoWebhooks()


def subscriptions() -> DynamoSubscriptions:
    """Give the recipients of whole records that the registry which the line names has."""
    from pidstack.store.subscriptions import DynamoSubscriptions

    connect()
    return DynamoSubscriptions()


def window_days() -> int:
    """Tell how long the stack that the line names lets depositors decide about a new recipient; a table says nothing of it."""
    return int(_here().outputs.get(_WINDOW_OUTPUT, DEFAULT_WINDOW_DAYS))


def allows_loopback() -> bool:
    """Tell whether webhooks may reach loopback: only those of the local stack, whose template is told so."""
    return _here().is_local


def given_up() -> SqsGivenUp:
    """Give the deliveries to webhooks that the stack which the line names has given up."""
    from pidstack.store.outbox import SqsGivenUp

    dead, queue = (output(name, "There are no queues of webhooks") for name in (_DLQ_OUTPUT, _QUEUE_OUTPUT))
    return SqsGivenUp(service("sqs"), dead, queue)


def snapshot_runs() -> DynamoRuns:
    """Give the runs that make snapshots of the registry that the line names."""
    from pidstack.store.snapshots import DynamoRuns

    connect()
    return DynamoRuns(now_s)


def published() -> DynamoPublished:
    """Give the published snapshots of the registry that the line names."""
    from pidstack.store.snapshots import DynamoPublished

    connect()
    return DynamoPublished()


def snapshot_machine() -> StepFunctionsMachine:
    """Give the state machine that makes snapshots of the stack that the line names."""
    from pidstack.store.machine import StepFunctionsMachine

    machine_arn = output(_SNAPSHOTS_OUTPUT, "There is no state machine of snapshots")
    return StepFunctionsMachine(service("stepfunctions"), machine_arn)


def connect() -> None:
    """Let what is kept in tables be read from the registry that the line names."""
    from pidstack.store import tables

    place = _here()
    key = None
    if place.endpoint and (place.is_local or not _has_credentials()):
        os.environ.pop("AWS_PROFILE", None)
        key = _ANY
    tables.connect(place.table, region=place.region, host=place.endpoint, aws_access_key_id=key, aws_secret_access_key=key)


def output(name: str, lack: str) -> str:
    """Give an output of the stack that the line names.

    Args:
        lack: says what is missing where there is none.
    """
    outputs = _here().outputs
    if name not in outputs:
        raise click.ClickException(f"{lack}: name a stack of this version, not a table.")
    return outputs[name]


def session() -> Session:
    """Give botocore's session for the stack that the line names."""
    import botocore.session

    session = botocore.session.Session()
    if _here().is_local:
        os.environ.pop("AWS_PROFILE", None)
        session.set_credentials(_ANY, _ANY)
    return session


def address() -> dict[str, Any]:
    """Give what botocore's clients are told of where the stack is."""
    place = _here()
    return {"region_name": place.region, "endpoint_url": place.endpoint}


def service(name: str) -> Any:
    """Give botocore's client of an AWS service for the stack that the line names."""
    return session().create_client(name, **address())


def now_s() -> int:
    """Tell the time in whole Unix seconds."""
    return int(time.time())


def _option(flag: str, **settings: Any) -> click.Option:
    return click.Option([flag], expose_value=False, callback=_remember, **settings)


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    if value:
        context.meta.setdefault(_KEY, {})[option.name] = value


def _given() -> dict[str, Any]:
    given: dict[str, Any] = click.get_current_context().meta.get(_KEY, {})
    return given


def _here() -> Place:
    """Give the place that the line names; it is looked up once."""
    meta = click.get_current_context().meta
    if _HERE not in meta:
        meta[_HERE] = _place(_given())
    here: Place = meta[_HERE]
    return here


def _place(given: dict[str, Any]) -> Place:
    ways = [way for way in ("local", "stack", "endpoint") if given.get(way)]
    if len(ways) > 1:
        raise click.UsageError(f"--{ways[0]} and --{ways[1]} exclude each other.")
    for option, needed in (("table", "endpoint"), ("profile", "stack")):
        if given.get(option) and not given.get(needed):
            raise click.UsageError(f"--{option} needs --{needed}.")
    if given.get("stack"):
        return _deployed(given["stack"], given.get("profile"), given.get("region"))
    if given.get("endpoint"):
        if not given.get("table"):
            raise click.UsageError("--endpoint needs --table.")
        return Place(given["table"], given.get("region") or _DEFAULT_REGION, given["endpoint"])
    return _local(asked=bool(ways))


def _deployed(stack: str, profile: str | None, region: str | None) -> Place:
    import boto3

    if profile:
        os.environ["AWS_PROFILE"] = profile  # pynamodb has no other way to be told
    client = boto3.session.Session(region_name=region).client("cloudformation")
    found = client.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    return Place(_table_of(stack, outputs), client.meta.region_name, outputs=outputs)


def _local(*, asked: bool) -> Place:
    path = next((candidate for candidate in _stack_files() if candidate.is_file()), None)
    if path is None:
        if asked:
            raise click.ClickException(f"No local stack is running; {_START_IT}")
        raise click.UsageError("Say where: --local, or --stack NAME. (No local stack is running.)")
    try:
        stack = json.loads(path.read_text())
        table = _table_of(stack["stack"], stack["outputs"])
        return Place(table, stack.get("region", _DEFAULT_REGION), stack["aws_endpoint"], is_local=True, outputs=stack["outputs"])
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path} does not describe a stack; {_START_IT}") from error


def _stack_files() -> Iterator[Path]:
    named = os.environ.get(STACK_FILE)
    if named:
        yield Path(named)
        return
    here = Path.cwd()
    for directory in (here, *here.parents, _CHECKOUT):
        yield directory / ".local" / "stack.json"


def _table_of(stack: str, outputs: dict[str, str]) -> str:
    if TABLE_OUTPUT not in outputs:
        raise click.ClickException(f"Stack {stack} has no output {TABLE_OUTPUT}: it is not a pidstack, or not deployed yet.")
    return outputs[TABLE_OUTPUT]


def _has_credentials() -> bool:
    import botocore.session

    return botocore.session.Session().get_credentials() is not None
