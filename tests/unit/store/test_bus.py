"""Bus and topic: order for each identifier, every entry's result read, what is refused sent again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.change import Change, changes_between
from pidstack.domain.state import State
from pidstack.ports.feed import Bus
from pidstack.protocols.events import event_detail
from pidstack.store import bus as under_test
from pidstack.store.bus import TRIES, EventBridgeBus, SnsTopic
from tests.builders import NOW_S, a_record


def changes(name: str, count: int = 1) -> list[Change]:
    first = a_record(name, token="1")
    made = changes_between(None, first, by="alice", via="ez", at_s=NOW_S)
    later = [replace(first, token=str(number), version=number) for number in range(2, count + 1)]
    return made + [
        change
        for new in later
        for change in changes_between(replace(new, version=new.version - 1, token="0"), new, by="", via="", at_s=NOW_S)
    ]


class AwsClient:
    """Stands in for the clients of `events` and `sns`: remembers what it took, and refuses what a test wants."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.taken: list[dict[str, Any]] = []
        self.refusals: dict[tuple[str, int], int] = {}

    def refuse(self, change: Change, times: int) -> None:
        self.refusals[str(change.identifier), change.version] = times

    def put_events(self, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        answers = [self._take(entry, json.loads(entry["Detail"])) for entry in Entries]
        self.calls.append([json.loads(entry["Detail"])["id"] for entry in Entries])
        return {
            "FailedEntryCount": answers.count(False),
            "Entries": [
                {"EventId": "1"} if taken else {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow"} for taken in answers
            ],
        }

    def publish_batch(self, TopicArn: str, PublishBatchRequestEntries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert TopicArn == "a topic"
        answers = {entry["Id"]: self._take(entry, json.loads(entry["Message"])) for entry in PublishBatchRequestEntries}
        self.calls.append([json.loads(entry["Message"])["id"] for entry in PublishBatchRequestEntries])
        return {
            "Successful": [{"Id": key} for key, taken in answers.items() if taken],
            "Failed": [{"Id": key, "Code": "Throttled", "SenderFault": False} for key, taken in answers.items() if not taken],
        }

    def _take(self, entry: dict[str, Any], detail: dict[str, Any]) -> bool:
        key = detail["identifier"], detail["version"]
        if self.refusals.get(key, 0) > 0:
            self.refusals[key] -= 1
            return False
        self.taken.append({**entry, "detail": detail})
        return True

    def of(self, name: str) -> list[int]:
        return [entry["detail"]["version"] for entry in self.taken if entry["detail"]["identifier"] == name]


@pytest.fixture
def aws() -> AwsClient:
    return AwsClient()


@pytest.fixture(params=["bus", "topic"])
def bus(request: pytest.FixtureRequest, aws: AwsClient, monkeypatch: pytest.MonkeyPatch) -> Bus:
    monkeypatch.setattr(under_test, "_PAUSE_S", 0.0)
    return EventBridgeBus(aws, "a bus", event_detail) if request.param == "bus" else SnsTopic(aws, "a topic", event_detail)


def test_ten_changes_travel_together(bus: Bus, aws: AwsClient) -> None:
    many = [change for number in range(25) for change in changes(f"ark:/99999/fk4{number}")]

    assert bus.publish(many) == []

    assert [len(call) for call in aws.calls] == [10, 10, 5]


def test_nothing_to_tell_costs_nothing(bus: Bus, aws: AwsClient) -> None:
    assert bus.publish([]) == []
    assert aws.calls == []


def test_changes_of_one_identifier_never_travel_together(bus: Bus, aws: AwsClient) -> None:
    lives = changes("ark:/99999/fk4a", 3) + changes("ark:/99999/fk4b", 2)

    assert bus.publish(lives) == []

    assert [len(call) for call in aws.calls] == [2, 2, 1]
    assert (aws.of("ark:/99999/fk4a"), aws.of("ark:/99999/fk4b")) == ([1, 2, 3], [1, 2])


def test_a_single_entry_that_is_refused_is_sent_again_alone(bus: Bus, aws: AwsClient) -> None:
    told = changes("ark:/99999/fk4a", 2) + changes("ark:/99999/fk4b", 2)
    aws.refuse(told[0], times=1)

    assert bus.publish(told) == []

    assert [len(call) for call in aws.calls] == [2, 1, 2]
    assert aws.of("ark:/99999/fk4a") == [1, 2]


def test_what_is_refused_again_and_again_is_a_failure_and_so_is_what_comes_after_it(bus: Bus, aws: AwsClient) -> None:
    told = changes("ark:/99999/fk4a", 3) + changes("ark:/99999/fk4b", 3)
    aws.refuse(told[1], times=99)

    failures = bus.publish(told)

    assert [failure.change for failure in failures] == told[1:3]
    assert failures[0].reason.startswith("Thrott")
    assert failures[1].reason == f"not tried after {told[1].id}"
    assert (aws.of("ark:/99999/fk4a"), aws.of("ark:/99999/fk4b")) == ([1], [1, 2, 3])
    assert aws.refusals["ark:/99999/fk4a", 2] == 99 - TRIES


def test_an_event_on_the_bus_has_the_envelope_that_rules_look_at(aws: AwsClient) -> None:
    (change,) = changes("ark:/99999/fk4a")

    EventBridgeBus(aws, "a bus", event_detail).publish([change])

    (entry,) = aws.taken
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("a bus", "pidstack", "IdentifierCreated")
    assert (entry["Resources"], entry["Time"]) == (["ark:/99999/fk4a"], NOW_S)
    assert entry["detail"] == event_detail(change)


def test_a_message_of_the_topic_can_be_filtered_and_keeps_its_place(aws: AwsClient) -> None:
    long_name = "ark:/99999/fk4" + "b" * 200
    (change,) = changes(long_name)
    hidden = replace(change, old_state=State.FINDABLE, new_state=State.REGISTERED)

    SnsTopic(aws, "a topic", event_detail).publish([change])
    SnsTopic(aws, "a topic", event_detail).publish([hidden])

    made, gone = aws.taken
    assert {name: value["StringValue"] for name, value in made["MessageAttributes"].items()} == {
        "kind": "IdentifierCreated",
        "prefix": "ark:/99999",
        "owner": "alice",
        "group": "groupa",
        "new_state": "findable",
    }
    assert {gone["MessageAttributes"][name]["StringValue"] for name in ("old_state", "new_state")} == {"findable", "registered"}
    assert made["MessageGroupId"] == gone["MessageGroupId"]
    assert len(made["MessageGroupId"]) <= 128
    assert made["MessageDeduplicationId"] == change.id
