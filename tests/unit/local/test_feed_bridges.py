"""What the local stack adds to the emulator on the way of a change."""

from __future__ import annotations

from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from pidstack.local import feed_bridges

STREAM = "arn:aws:dynamodb:us-east-1:0:table/t/stream/1"
FUNCTION = {"config": {"FunctionName": "publisher"}}


def entry(number: int) -> dict[str, Any]:
    return {"eventSource": "aws:dynamodb", "eventSourceARN": STREAM, "dynamodb": {"SequenceNumber": str(number)}}


class Emulator:
    """The parts of the emulator that the bridge reaches into: one mapping of one function, which fails at a record."""

    def __init__(self, **mapping: Any) -> None:
        self.mapping = {"UUID": "m", "EventSourceArn": STREAM, "FunctionName": "publisher", "BatchSize": 4, **mapping}
        self.records = [entry(number) for number in range(6)]
        self.given_up: list[list[dict[str, Any]]] = []
        self.fails_at: str | None = None
        self._dynamodb_stream_positions = {"m": 0}
        self._dynamodb_stream_positions_lock = Lock()

    def _execute_function(self, _function: Any, _event: Any) -> dict[str, Any]:
        failures = [{"itemIdentifier": self.fails_at}] if self.fails_at else []
        return {"body": {"batchItemFailures": failures}}

    def _iter_all_esms(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [("0", "us-east-1", self.mapping)]

    def _send_ddb_stream_failure_record(self, _mapping: Any, _function: Any, batch: list[dict[str, Any]], *_: Any) -> None:
        self.given_up.append(batch)

    def stream_records_since(self, _table: str, position: int, count: int) -> list[dict[str, Any]]:
        return self.records[position : position + count]

    @property
    def position(self) -> int:
        return self._dynamodb_stream_positions["m"]

    def poll(self) -> dict[str, Any]:
        """What the emulator's own poller does with a batch."""
        batch = self.stream_records_since("t", self.position, 4)
        result = self._execute_function(FUNCTION, {"Records": batch})
        if not result.get("error"):
            self._dynamodb_stream_positions["m"] += len(batch)
        return result


REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def bridged(**mapping: Any) -> Emulator:
    emulator = Emulator(**mapping)
    feed_bridges.read_streams_again_from_failures(emulator, emulator)
    return emulator


def test_a_batch_comes_again_from_the_record_that_failed() -> None:
    emulator = bridged(**REPORTS)
    emulator.fails_at = "2"

    assert emulator.poll()["error"]

    assert emulator.position == 2
    emulator.fails_at = None
    emulator.poll()
    assert emulator.position == 6


def test_the_first_of_several_failures_counts() -> None:
    emulator = Emulator(**REPORTS)
    failures = [{"itemIdentifier": "3"}, {"itemIdentifier": "1"}]
    emulator._execute_function = lambda *_: {"body": {"batchItemFailures": failures}}  # type: ignore[method-assign]
    feed_bridges.read_streams_again_from_failures(emulator, emulator)

    emulator.poll()

    assert emulator.position == 1


def test_a_record_is_given_up_after_the_last_try() -> None:
    emulator = bridged(**REPORTS, MaximumRetryAttempts=2)
    emulator.fails_at = "1"

    tries = [bool(emulator.poll().get("error")) for _ in range(3)]

    assert tries == [True, True, False]
    assert emulator.given_up == [emulator.records[1:5]]
    assert emulator.position == 5


@pytest.mark.parametrize(
    ("fails_at", "mapping"),
    [
        pytest.param(None, REPORTS, id="nothing failed"),
        pytest.param("1", {}, id="failures are not asked for"),
        pytest.param("99", REPORTS, id="another batch's record"),
    ],
)
def test_other_answers_go_through(fails_at: str | None, mapping: dict[str, Any]) -> None:
    emulator = bridged(**mapping)
    emulator.fails_at = fails_at

    assert "error" not in emulator.poll()
    assert emulator.position == 4


@pytest.mark.parametrize(("declared", "is_fifo"), [(True, True), ("true", True), (False, False)])
def test_a_topic_of_the_template_is_fifo_if_it_says_so(declared: object, is_fifo: bool) -> None:
    topics: dict[str, Any] = {}

    def create(logical_id: str, _properties: Any, _stack: str) -> tuple[str, dict[str, str]]:
        topics[logical_id] = {"attributes": {}}
        return logical_id, {}

    provisioners = SimpleNamespace(_RESOURCE_HANDLERS={"AWS::SNS::Topic": {"create": create}})
    feed_bridges.keep_order_in_topics(provisioners, topics)

    provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]["create"]("Topic", {"FifoTopic": declared}, "stack")

    assert (topics["Topic"]["attributes"].get("FifoTopic") == "true") is is_fifo


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        ("sns:PublishBatch", "sns:Publish"),
        ("sqs:SendMessageBatch", "sqs:SendMessage"),
        ("sqs:ReceiveMessage", "sqs:ReceiveMessage"),
    ],
)
def test_a_batch_of_messages_needs_the_permission_for_a_message(asked: str, needed: str) -> None:
    actions = SimpleNamespace(extract_iam_action=lambda *_: asked)

    feed_bridges.authorize_batches_as_their_parts(actions)

    assert actions.extract_iam_action("service") == needed
