"""A stack with an account that has 5,000 identifiers of every kind, where batch downloads are ordered and fetched.

Nearly all identifiers are put into its table past the services, some are made over the API. What follows changes is switched off,
as so many at once would keep the machine busy for minutes.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pidstack.domain.accounts import Account, Group
from pidstack.domain.export import Order
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.passwords import hash_password
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.local import bridges
from pidstack.local.deploy import client
from pidstack.local.stack import LocalStack
from pidstack.protocols.export_event import address_of
from pidstack.protocols.ezid.download.dispatch import LONGEST_ANSWER_BYTES
from pidstack.services import hand_out
from pidstack.store.directory import DynamoDirectory
from pidstack.store.exports import DynamoExports
from pidstack.store.identifiers import OWNER_PARTS, DynamoIdentifiers
from pidstack.store.tables import connect
from tests import every_kind
from tests.ezid_http import Answer, Client
from tests.unit.protocols import recorded_exports

COUNT, OTHERS = 5000, 40
PASSWORD = "one for all"
READY_WITHIN_S = 180
UNDER_WAY = {"waiting", "running"}
_TRIES = 5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Frozen:
    """An export whose writers stand still in the midst of it.

    Attributes:
        told: what a program learnt of it when they stood.
    """

    path: str
    writers: list[int]
    told: dict[str, Any]


@dataclass
class Place:
    """The stack, its accounts, and what keeper has in it.

    Attributes:
        heard: what the event bus told of exports that are ready, by their names.
    """

    stack: LocalStack
    records: list[Record]
    queues: Any
    queue: str
    heard: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def client(self, account: str = "") -> Client:
        return Client(self.stack.base_url, account, PASSWORD) if account else Client(self.stack.base_url)

    def aws(self, service: str) -> Any:
        return client(service, self.stack.aws_endpoint)

    def ask(self, by: str, asked: Sequence[tuple[str, str]], method: str = "POST") -> Answer:
        if method == "GET":
            return self.client(by).send("GET", f"/download_request?{urlencode(asked)}")
        return self.client(by).send("POST", "/download_request", urlencode(asked).encode(), FORM)

    def order(self, by: str, *asked: tuple[str, str], method: str = "POST") -> str:
        """Order an export, and give the path of its file."""
        answer = self.ask(by, asked, method)
        assert answer.status == 200, answer.text
        return answer.text.removeprefix(f"success: {self.stack.base_url.rstrip('/')}").strip()

    def put_in_line(self, order: Order) -> str:
        """Keep an order as waiting, at which nothing works before the same is asked for over HTTP; give the path of its file."""
        export = DynamoExports(lambda: int(time.time()), lambda: b"makes names").take(order, int(time.time()))
        return urlsplit(address_of(export)).path

    def wait_for(self, path: str) -> dict[str, Any]:
        """Give what the bus tells when it is ready."""
        deadline, name = time.monotonic() + READY_WITHIN_S, name_of(path)
        while name not in self.heard and time.monotonic() < deadline:
            answer = self.queues.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)
            for message in answer.get("Messages", []):
                event = json.loads(message["Body"])
                self.heard.setdefault(event["detail"]["name"], []).append(event)
                self.queues.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        assert name in self.heard, f"{path} is not ready: {self.told(path)}"
        return dict(self.heard[name][0])

    def told(self, path: str) -> dict[str, Any]:
        """What a program learns at its address."""
        return dict(json.loads(self.client().send("GET", path, headers={"Accept": "application/json"}).text))

    def file(self, path: str) -> bytes:
        """Wait for a file, and fetch it from where whoever wants a part is sent, and at its own address if it is short."""
        event, address = self.wait_for(path), self.stack.base_url.rstrip("/") + path
        status, _, content = fetched(fetched(address, Range="bytes=0-")[1]["location"])
        if len(content) <= LONGEST_ANSWER_BYTES:
            assert fetched(address)[::2] == (200, content)
        assert (status, hashlib.sha256(content).hexdigest()) == (200, event["detail"]["sha256"])
        assert len(content) == event["detail"]["size"]
        return content

    def named(self, passes: Callable[[Record], bool]) -> list[str]:
        return [str(record.identifier) for record in self.records if passes(record)]


def a_place(stack: LocalStack) -> Place:
    """Furnish a stack that has nothing in it yet."""

    def aws(service: str) -> Any:
        return client(service, stack.aws_endpoint)

    _switch_off_the_feed(aws("lambda"))
    key, secret = bridges.CREDENTIALS
    connect(
        stack.table,
        region=bridges.REGION,
        host=stack.aws_endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )
    _furnish()
    rest = recorded_exports.recorded_records() + every_kind.records(OTHERS, "bob", "groupb", "z")
    loaded = every_kind.records(COUNT - 6, "keeper", "groupa")
    every_kind.load(aws("dynamodb"), stack.table, [*loaded, *rest])
    queues = aws("sqs")
    queue = _listening(queues, aws("events"), stack.outputs["ChangeBusName"])
    made = Place(stack, loaded, queues, queue)
    made.records = sorted([*loaded, *_over_the_api(made)], key=lambda record: str(record.identifier))
    return made


def _switch_off_the_feed(functions: Any) -> None:
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "PublishChanges" in mapping["FunctionArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _furnish() -> None:
    directory, password = DynamoDirectory(), hash_password(PASSWORD)
    for group in ("groupa", "groupb"):
        directory.create(Group(group))
    for account in ("alice", "keeper", "gadmin"):
        directory.create(Account(account, "groupa", password, group_admin=account == "gadmin"))
    directory.create(Account("bob", "groupb", password))
    hand_out.create_shoulder(Shoulder(ShoulderName("ark:/99999/fk4"), "ARKs", test=True), directory)
    hand_out.create_shoulder(Shoulder(ShoulderName("doi:10.5072/FK2"), "DOIs", Agency.DATACITE, "DEMO", test=True), directory)


def _listening(queues: Any, rules: Any, bus: str) -> str:
    """Make a queue that gets all events of exports."""
    url: str = queues.create_queue(QueueName="export-events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    kinds = {"source": ["pidstack"], "detail-type": ["ExportReady", "ExportFailed"]}
    rules.put_rule(Name="export-events", EventBusName=bus, EventPattern=json.dumps(kinds))
    rules.put_targets(Rule="export-events", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def _over_the_api(place: Place) -> list[Record]:
    """Make six as keeper, one of them withdrawn, and one more that is deleted again."""
    keeper, names = place.client("keeper"), []
    described = {
        "datacite.creator": "A: B %",
        "datacite.title": "C\nD",
        "datacite.publisher": "E",
        "datacite.publicationyear": "2001",
    }
    public = {**described, "datacite.resourcetype": "Text/Book", "_target": "https://example.org/1"}
    for shoulder, elements in (("ark:/99999/fk4", {"erc.what": "=1+1"}), ("doi:10.5072/FK2", public)):
        for status in ("reserved", "public", "unavailable"):
            made = keeper.mint(shoulder, {**elements, "_status": "reserved" if status == "reserved" else "public"})
            names.append(made.name)
            if status == "unavailable":
                assert keeper.modify(made.name, {"_status": "unavailable | withdrawn", "_export": "no"}).status == 200
    gone = keeper.mint("ark:/99999/fk4", {"_status": "reserved"})
    assert keeper.delete(gone.name).status == 200
    identifiers = DynamoIdentifiers(lambda: int(time.time()))
    return [record for name in names if (record := identifiers.get(Identifier(name)))]


def registered(place: Place, owner: str) -> int:
    """How many records an owner has, by the index that is sorted by time."""
    dynamodb = place.aws("dynamodb")
    counted = 0
    for part in OWNER_PARTS:
        pages = dynamodb.get_paginator("query").paginate(
            TableName=place.stack.table,
            IndexName="owner-index",
            Select="COUNT",
            KeyConditionExpression="owner_part = :part",
            ExpressionAttributeValues={":part": {"S": f"{owner}#{part}"}},
        )
        counted += sum(page["Count"] for page in pages)
    return counted


def mails(place: Place, to: str) -> list[dict[str, Any]]:
    """What the emulator sent to an address."""
    status, _, body = fetched(f"{place.stack.aws_endpoint}/_ministack/ses/messages?")
    assert status == 200
    return [mail for of_account in json.loads(body)["messages"].values() for mail in of_account if to in mail["To"][0]]


def writers(stack: LocalStack) -> list[int]:
    """The processes in which the emulator runs the function that writes."""
    leader = json.loads(fetched(f"{stack.aws_endpoint}{bridges.IDENTITY_PATH}?")[2])["pid"]
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,pgid=,args="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    found = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, group, words in found if int(group) == leader and "WriteExportFunction" in words]


def frozen_midway(place: Place, by: str, *columns: str) -> Frozen:
    """Order tables until one is caught when a part of it is read; how long there is for that depends on the machine."""
    for turn in range(_TRIES):
        # Each with a column of its own: who orders the same again gets the same.
        path = place.order(by, ("format", "csv"), *(("column", name) for name in (*columns, f"turn {turn}")))
        until(lambda path=path: (told := place.told(path))["seen"] > 0 or told["state"] not in UNDER_WAY)
        found = writers(place.stack)
        for writer in found:
            os.kill(writer, signal.SIGSTOP)
        told = place.told(path)
        if told["state"] == "running" and found and 0 < told["seen"] < COUNT:
            return Frozen(path, found, told)
        for writer in found:
            os.kill(writer, signal.SIGCONT)
        place.wait_for(path)
    raise AssertionError("all were over before they could be caught")


def as_the_script_does(address: str, folder: Path) -> bytes:
    """What `batch-download.sh` does: follow redirects, and ask again while the status is 400 or more."""
    curl, target = shutil.which("curl"), folder / "by-curl"
    assert curl, "curl has to be here"
    loop = 'until code=$("$0" -sS -L -f -o "$2" -w "%{http_code}" "$1") && test "$code" -lt 400; do sleep 1; done'
    line = ["sh", "-c", loop, f"{curl}", address, str(target)]
    subprocess.run(line, check=True, capture_output=True, timeout=READY_WITHIN_S)  # noqa: S603
    return target.read_bytes()


def as_ruby_does(address: str) -> tuple[dict[str, Any], bytes]:
    """What EZID's client for Ruby does: ask with HEAD until the status is 200, then with GET, and follow nothing."""
    parts = urlsplit(address)

    def asked(method: str) -> tuple[dict[str, Any], bytes] | None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.request(method, parts.path)
        answer = connection.getresponse()
        headers, content = {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return ({**headers, "status": answer.status}, content) if answer.status == 200 else None

    until(lambda: asked("HEAD"))
    got = asked("GET")
    assert got, "it was there, and is not given"
    return got


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if value := condition():
            return value
    raise AssertionError("it did not come to that")


def name_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def fetched(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()
