"""Changes reach those who listen: a function behind a rule of the bus, and a queue that is subscribed to the topic.

What is promised about time counts from the acknowledgement of the write to the moment at which the receiver had the event, both
told by the clock of this machine: when a test comes round to looking does not matter.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from pidstack.local.deploy import client
from tests.event_contract import breaches
from tests.ezid_http import Client, Stack

PROMISED_S = 5
SETTLED_WITHIN_S = 60
ELEMENTS = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Book",
}
TARGET = "https://example.org/object"
FORWARDER = """
import json, os, time
import botocore.session

queues = botocore.session.get_session().create_client("sqs")

def lambda_handler(event, context):
    queues.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps({**event, "received_s": time.time()}))
"""
ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@dataclass(slots=True)
class Listener:
    """A queue at the end of a subscription, emptied by whoever waits for something in it.

    Attributes:
        received_s: by id of the event, when it first was received, Unix seconds: told by the function if there is one, else the
            moment at which the queue got it.
    """

    name: str
    queues: Any
    url: str
    detail_of: Callable[[dict[str, Any]], dict[str, Any]]
    heard: list[dict[str, Any]] = field(default_factory=list)
    received_s: dict[str, float] = field(default_factory=dict)

    def listen(self) -> None:
        answer = self.queues.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["SentTimestamp"]
        )
        for message in answer.get("Messages", []):
            body = json.loads(message["Body"])
            detail = self.detail_of(body)
            self.heard.append(detail)
            sent_s = int(message["Attributes"]["SentTimestamp"]) / 1000
            self.received_s.setdefault(detail["id"], body.get("received_s", sent_s))
            self.queues.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def about(self, name: str) -> list[dict[str, Any]]:
        """What it has heard of one identifier, without repeats, in the order of arrival."""
        return list({detail["id"]: detail for detail in self.heard if detail["identifier"] == name}.values())

    def wait_for(self, name: str, count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while len(self.about(name)) < count and time.monotonic() < deadline:
            self.listen()
        return self.about(name)


@pytest.fixture(scope="module")
def aws(stack: Stack) -> Callable[[str], Any]:
    return lambda service: client(service, stack.aws_endpoint)


@pytest.fixture(scope="module")
def behind_the_topic(stack: Any, aws: Callable[[str], Any]) -> Iterator[Listener]:
    """A FIFO queue that is subscribed to the topic."""
    queues, topics = aws("sqs"), aws("sns")
    url, arn = a_queue(queues, open_to=stack.outputs["ChangeTopicArn"])
    subscription = topics.subscribe(
        TopicArn=stack.outputs["ChangeTopicArn"], Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    yield Listener("the queue behind the topic", queues, url, lambda message: message)
    topics.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    queues.delete_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def behind_the_bus(stack: Any, aws: Callable[[str], Any]) -> Iterator[Listener]:
    """A function that is a rule's target, and writes down what it is called with."""
    queues, functions, rules, roles = aws("sqs"), aws("lambda"), aws("events"), aws("iam")
    url, arn = a_queue(queues)
    name, bus = f"listener-{secrets.token_hex(4)}", stack.outputs["ChangeBusName"]
    role = roles.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ROLE))["Role"]["Arn"]
    may_send = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}]}
    roles.put_role_policy(RoleName=name, PolicyName="send", PolicyDocument=json.dumps(may_send))
    target = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="forwarder.lambda_handler",
        Role=role,
        Code={"ZipFile": zipped("forwarder.py", FORWARDER)},
        Environment={"Variables": {"QUEUE": url}},
    )["FunctionArn"]
    rule = rules.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["pidstack"]}))["RuleArn"]
    functions.add_permission(
        FunctionName=name, StatementId="rule", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=rule
    )
    rules.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "listener", "Arn": target}])
    yield Listener("the function behind the bus", queues, url, checked_event)
    rules.remove_targets(Rule=name, EventBusName=bus, Ids=["listener"])
    rules.delete_rule(Name=name, EventBusName=bus)
    functions.delete_function(FunctionName=name)
    queues.delete_queue(QueueUrl=url)


def a_queue(queues: Any, *, open_to: str = "") -> tuple[str, str]:
    """A queue of its own; FIFO and open to a topic, if one is given."""
    name = f"listener-{secrets.token_hex(4)}"
    if not open_to:
        url = queues.create_queue(QueueName=name)["QueueUrl"]
    else:
        url = queues.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    if open_to:
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": open_to}},
                }
            ],
        }
        queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url, arn


def zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def checked_event(event: dict[str, Any]) -> dict[str, Any]:
    """The detail of an event, whose envelope agrees with it."""
    detail: dict[str, Any] = event["detail"]
    assert (event["source"], event["detail-type"], event["resources"]) == ("pidstack", detail["kind"], [detail["identifier"]])
    return detail


@pytest.fixture(scope="module")
def listeners(behind_the_bus: Listener, behind_the_topic: Listener, ezid: Client) -> list[Listener]:
    """Both, with everything on the way to them warm."""
    both = [behind_the_bus, behind_the_topic]
    name = ezid.mint("ark:/99999/fk4").name
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while not all(listener.about(name) for listener in both) and time.monotonic() < deadline:
        for listener in both:
            listener.listen()
    assert all(listener.about(name) for listener in both)
    return both


def summary(detail: dict[str, Any]) -> tuple[str, int, str | None, str | None]:
    old, new = detail["old_state"], detail["new_state"]
    return detail["kind"], detail["version"], old and old["ezid"], new and new["ezid"]


def all_of(listener: Listener, name: str, expected: list[tuple[str, int, str | None, str | None]]) -> list[dict[str, Any]]:
    """What a listener has heard of an identifier, which is just what was expected, in order and in form."""
    heard = listener.wait_for(name, len(expected))
    assert [summary(detail) for detail in heard] == expected
    assert [breaches(detail) for detail in heard] == [[] for _ in heard]
    return heard


def test_a_life_in_ezid_is_heard_as_it_was_lived(ezid: Client, listeners: list[Listener]) -> None:
    name = ezid.mint("ark:/99999/fk4", {"_status": "reserved"}).name

    assert ezid.modify(name, {"erc.who": "Proust, Marcel"}).status == 200
    assert ezid.modify(name, {"_status": "public", "_target": TARGET}).status == 200
    assert ezid.modify(name, {"_status": "unavailable | withdrawn"}).status == 200
    assert ezid.modify(name, {"_status": "public", "_export": "no"}).status == 200

    for listener in listeners:
        heard = all_of(
            listener,
            name,
            [
                ("IdentifierCreated", 1, None, "reserved"),
                ("IdentifierChanged", 2, "reserved", "reserved"),
                ("IdentifierStateChanged", 3, "reserved", "public"),
                ("IdentifierStateChanged", 4, "public", "unavailable"),
                ("IdentifierStateChanged", 5, "unavailable", "public"),
            ],
        )
        assert [detail["changed"] for detail in heard] == [
            [],
            ["element:erc.who"],
            ["state", "target"],
            ["reason", "state"],
            ["exported", "reason", "state"],
        ]
        assert {(detail["by"], detail["via"], detail["owner"]) for detail in heard} == {(ezid.account, "ezid", ezid.account)}
        assert [detail["target"] for detail in heard] == ["", "", TARGET, TARGET, TARGET]


def test_a_deletion_in_ezid_is_heard_with_who_deleted(ezid: Client, listeners: list[Listener]) -> None:
    name = ezid.mint("ark:/99999/fk4", {"_status": "reserved"}).name

    assert ezid.delete(name).status == 200
    assert ezid.create(name, {"_status": "public"}).status == 201

    expected = [
        ("IdentifierCreated", 1, None, "reserved"),
        ("IdentifierDeleted", 1, "reserved", None),
        ("IdentifierCreated", 1, None, "public"),
    ]
    for listener in listeners:
        heard = all_of(listener, name, expected)
        assert [(detail["by"], detail["via"]) for detail in heard] == [(ezid.account, "ezid")] * 3


def test_a_life_in_ez_is_heard_as_it_was_lived(ez: Client, listeners: list[Listener]) -> None:
    name = f"doi:10.12345/EVENTS-{secrets.token_hex(4).upper()}"

    assert ez.create(name, {**ELEMENTS, "_status": "reserved"}).status == 200
    assert ez.modify(name, {"_target": TARGET, "_status": "public"}).status == 200
    assert ez.modify(name, {"datacite.title": "Remembrance of Things Past"}).status == 200
    assert ez.modify(name, {"_status": "unavailable | withdrawn"}).status == 200

    for listener in listeners:
        heard = all_of(
            listener,
            name,
            [
                ("IdentifierCreated", 1, None, "reserved"),
                ("IdentifierStateChanged", 2, "reserved", "public"),
                ("IdentifierChanged", 3, "public", "public"),
                ("IdentifierStateChanged", 4, "public", "unavailable"),
            ],
        )
        assert heard[2]["changed"] == ["element:datacite.title"]
        assert {detail["via"] for detail in heard} == {"ez"}
        assert {detail["prefix"] for detail in heard} == {"doi:10.12345"}


def test_a_deletion_in_ez_is_heard(ez: Client, listeners: list[Listener]) -> None:
    name = f"doi:10.12345/EVENTS-{secrets.token_hex(4).upper()}"

    assert ez.create(name, {**ELEMENTS, "_status": "reserved"}).status == 200
    assert ez.delete(name).status == 200

    expected = [("IdentifierCreated", 1, None, "reserved"), ("IdentifierDeleted", 1, "reserved", None)]
    for listener in listeners:
        assert all_of(listener, name, expected)[1]["via"] == "ez"


@pytest.mark.parametrize("api", ["ezid", "ez"])
def test_each_change_is_received_within_five_seconds(api: str, ezid: Client, ez: Client, listeners: list[Listener]) -> None:
    client = {"ezid": ezid, "ez": ez}[api]
    name = f"doi:10.12345/PROMISE-{secrets.token_hex(4).upper()}"
    writes: list[Callable[[], Any]] = [
        lambda: client.create(name, {**ELEMENTS, "_status": "reserved"}),
        lambda: client.modify(name, {"_target": TARGET, "_status": "public"}),
        lambda: client.modify(name, {"_status": "unavailable | withdrawn"}),
        lambda: client.modify(name, {"_status": "public"}),
    ]

    delays: dict[str, list[float]] = {listener.name: [] for listener in listeners}
    for version, write in enumerate(writes, 1):
        assert write().status in {200, 201}
        acknowledged_s = time.time()
        for listener in listeners:
            newest = listener.wait_for(name, version)[-1]
            assert newest["version"] == version
            delays[listener.name].append(round(listener.received_s[newest["id"]] - acknowledged_s, 2))

    late = {listener: each for listener, each in delays.items() if max(each) > PROMISED_S}
    words = f"seconds from acknowledgement to receipt, of {PROMISED_S} promised: {late}; load of the machine {os.getloadavg()}"
    assert not late, words


def test_a_subscription_hears_only_what_it_asked_for(stack: Any, aws: Callable[[str], Any], ezid: Client) -> None:
    queues, topics = aws("sqs"), aws("sns")
    url, arn = a_queue(queues, open_to=stack.outputs["ChangeTopicArn"])
    wanted = {"kind": ["IdentifierStateChanged"], "new_state": ["registered"], "prefix": ["ark:/99999"]}
    subscription = topics.subscribe(
        TopicArn=stack.outputs["ChangeTopicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps(wanted)},
    )
    listener = Listener("the filtered queue", queues, url, lambda message: message)

    name = ezid.mint("ark:/99999/fk4", {"_status": "public"}).name
    ezid.modify(name, {"_status": "unavailable"})

    assert [summary(detail) for detail in listener.wait_for(name, 1)] == [("IdentifierStateChanged", 2, "public", "unavailable")]
    assert len(listener.heard) == 1
    topics.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    queues.delete_queue(QueueUrl=url)
