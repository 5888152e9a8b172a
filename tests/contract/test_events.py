"""The contract of events: samples keep it, what breaks it is found, and the publisher publishes just that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.publish_changes.app import lambda_handler as publish_changes
from pidstack import bootstrap
from pidstack.config import feed_config
from pidstack.domain.identifier import Identifier
from pidstack.store.history import DynamoHistory
from tests.contract.in_process import Context, running
from tests.event_contract import CONTRACT, EVENTS, breaches

SAMPLES = sorted((EVENTS / "samples").glob("identifier-*.v1.json"))


def sample(name: str) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads((EVENTS / "samples" / f"{name}.json").read_text(encoding="utf-8"))
    return detail


class Heard:
    """What the publisher has told: entries of the bus as they were sent, messages that a queue behind the topic holds."""

    def __init__(self, bus: Any, queues: Any, url: str) -> None:
        self.refused_versions: set[int] = set()
        self.on_the_bus: list[dict[str, Any]] = []
        self._put, self._queues, self._url = bus.put_events, queues, url
        bus.put_events = self._put_and_remember

    def _put_and_remember(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        details = [json.loads(entry["Detail"]) for entry in Entries]
        if any(detail["version"] in self.refused_versions for detail in details):
            return {
                "FailedEntryCount": len(Entries),
                "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "no"}] * len(Entries),
            }
        self.on_the_bus += details
        answer: dict[str, Any] = self._put(Entries=Entries)
        return answer

    def behind_the_topic(self) -> list[dict[str, Any]]:
        heard = []
        while messages := self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                heard.append(json.loads(message["Body"]))
                self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return heard


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """What is told by a publisher over bus, topic and table in moto."""
    with running():
        queues, topics = boto3.client("sqs"), boto3.client("sns")
        url = queues.create_queue(QueueName="listener")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = topics.create_topic(Name="changes.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        boto3.client("events").create_event_bus(Name="changes")
        webhooks = queues.create_queue(QueueName="webhooks.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for name, value in {"EVENT_BUS": "changes", "CHANGE_TOPIC": topic, "WEBHOOK_QUEUE": webhooks}.items():
            monkeypatch.setenv(name, value)
        for made_once in (feed_config, bootstrap.outlets):
            made_once.cache_clear()
        yield Heard(bootstrap.outlets().buses[0]._client, queues, url)
        for made_once in (feed_config, bootstrap.outlets):
            made_once.cache_clear()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_keeps_the_contract(path: Any) -> None:
    assert breaches(json.loads(path.read_text(encoding="utf-8"))) == []


def test_there_is_a_sample_of_every_kind() -> None:
    kinds = {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in SAMPLES}

    assert kinds == set(CONTRACT["properties"]["kind"]["enum"])


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"id": "not an id"}, id="id"),
        pytest.param({"kind": "IdentifierLost"}, id="kind"),
        pytest.param({"identifier": "10.5072/FK2ABC"}, id="no scheme"),
        pytest.param({"prefix": "doi:10.5072/FK2"}, id="a shoulder for a prefix"),
        pytest.param({"new_state": "public"}, id="a state in one vocabulary"),
        pytest.param({"new_state": None}, id="changed into nothing"),
        pytest.param({"old_state": None}, id="changed from nothing"),
        pytest.param({"version": 0}, id="version"),
        pytest.param({"changed": ["state"]}, id="a changed state that is no change of state"),
        pytest.param({"changed": ["title"]}, id="an element without its mark"),
        pytest.param({"at": "2026-11-22T01:15:00+01:00"}, id="not UTC"),
    ],
)
def test_what_breaks_the_contract_is_found(broken: dict[str, Any]) -> None:
    assert breaches({**sample("identifier-changed.v1"), **broken}) != []


@pytest.mark.parametrize("missing", CONTRACT["required"])
def test_nothing_that_is_promised_may_be_missing(missing: str) -> None:
    detail = sample("identifier-changed.v1")
    del detail[missing]

    assert breaches(detail) != []


def test_the_sample_of_the_stream_is_published_in_order_and_as_promised(heard: Heard) -> None:
    answer = publish_changes(sample("table-stream"), Context())

    assert answer == {"batchItemFailures": []}
    details = heard.behind_the_topic()
    assert [detail["kind"] for detail in details] == ["IdentifierCreated", "IdentifierChanged", "IdentifierDeleted"]
    assert [detail["changed"] for detail in details] == [[], ["element:datacite.title", "target"], []]
    assert [(detail["by"], detail["via"]) for detail in details] == [("demo.one", "ezid"), ("demo.one", "ez"), ("demo.one", "ezid")]
    assert [breaches(detail) for detail in details] == [[]] * 3
    assert heard.on_the_bus == details


def test_a_batch_that_comes_twice_is_published_with_the_same_ids_and_kept_once(heard: Heard) -> None:
    for _ in range(2):
        assert publish_changes(sample("table-stream"), Context()) == {"batchItemFailures": []}

    ids = [detail["id"] for detail in heard.on_the_bus]
    assert ids == ids[:3] * 2
    assert len(DynamoHistory().of(Identifier("doi:10.5072/FK2ABC")).changes) == 3


def test_a_record_that_cannot_be_read_is_where_the_batch_comes_again_from(heard: Heard) -> None:
    batch = sample("table-stream")
    batch["Records"][1]["dynamodb"]["NewImage"]["state"] = {"S": "a state of tomorrow"}

    answer = publish_changes(batch, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["dynamodb"]["SequenceNumber"]}]}
    assert [detail["kind"] for detail in heard.on_the_bus] == ["IdentifierCreated"]


def test_an_entry_that_the_bus_refuses_is_where_the_batch_comes_again_from(heard: Heard) -> None:
    batch = sample("table-stream")
    heard.refused_versions = {2}

    answer = publish_changes(batch, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["dynamodb"]["SequenceNumber"]}]}
    assert [detail["kind"] for detail in heard.behind_the_topic()] == ["IdentifierCreated"]

    heard.refused_versions = set()
    assert publish_changes({"Records": batch["Records"][1:]}, Context()) == {"batchItemFailures": []}
    assert [detail["kind"] for detail in heard.on_the_bus] == ["IdentifierCreated", "IdentifierChanged", "IdentifierDeleted"]
