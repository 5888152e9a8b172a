"""The event bus and the topic: committed changes to whoever listens inside AWS.

Neither keeps the order of entries that are sent together, or that are repeated. So entries travel in rounds: of one identifier only
one is on its way at a time, and after one that failed no further one of that identifier is sent.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pidstack.domain.change import Change
from pidstack.domain.identifier import Identifier
from pidstack.domain.shoulder import root_of
from pidstack.ports.feed import Failure

SOURCE = "pidstack"
# The most that PutEvents and PublishBatch take.
_ENTRIES = 10
TRIES = 3
_PAUSE_S = 0.1

Describe = Callable[[Change], Mapping[str, Any]]
Send = Callable[[Sequence[Change]], dict[int, str]]


class EventBridgeBus:
    """`pidstack.ports.feed.Bus` on an EventBridge bus.

    Args:
        client: botocore's, for `events`.
        describe: gives an event's detail.
    """

    def __init__(self, client: Any, bus_name: str, describe: Describe) -> None:
        self._client = client
        self._bus_name = bus_name
        self._describe = describe

    def publish(self, changes: Sequence[Change]) -> list[Failure]:
        """See the port. One PutEvents per ten changes; each entry's result is read."""
        return in_rounds(changes, self._send)

    def _send(self, changes: Sequence[Change]) -> dict[int, str]:
        results = self._client.put_events(Entries=[self._entry(change) for change in changes])["Entries"]
        return {
            index: f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
            for index, result in enumerate(results)
            if result.get("ErrorCode")
        }

    def _entry(self, change: Change) -> dict[str, Any]:
        return {
            "EventBusName": self._bus_name,
            "Source": SOURCE,
            "DetailType": change.kind.value,
            "Detail": _json(self._describe(change)),
            "Resources": [str(change.identifier)],
            "Time": change.at_s,
        }


class SnsTopic:
    """`pidstack.ports.feed.Bus` on a FIFO topic: messages of one identifier keep their order as far as the subscriber's queue.

    Args:
        client: botocore's, for `sns`.
        describe: gives a message.
    """

    def __init__(self, client: Any, topic_arn: str, describe: Describe) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._describe = describe

    def publish(self, changes: Sequence[Change]) -> list[Failure]:
        """See the port. One PublishBatch per ten changes; each entry's result is read."""
        return in_rounds(changes, self._send)

    def _send(self, changes: Sequence[Change]) -> dict[int, str]:
        entries = [self._entry(index, change) for index, change in enumerate(changes)]
        answer = self._client.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=entries)
        return {int(failed["Id"]): f"{failed['Code']}: {failed.get('Message', '')}" for failed in answer.get("Failed", [])}

    def _entry(self, index: int, change: Change) -> dict[str, Any]:
        return {
            "Id": str(index),
            "Message": _json(self._describe(change)),
            "MessageGroupId": group_id(change.identifier),
            "MessageDeduplicationId": change.id,
            "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in _attributes(change)},
        }


def group_id(identifier: Identifier) -> str:
    """Name the sequence in which messages about an identifier travel; a name itself may be too long for it."""
    return hashlib.sha256(str(identifier).encode()).hexdigest()


def in_rounds(changes: Sequence[Change], send: Send, pause: Callable[[float], None] = time.sleep) -> list[Failure]:
    """Send changes ten at a time, in order for each identifier, and give those that could not be sent, in the order of `changes`.

    Args:
        send: sends up to ten changes of different identifiers; gives why, by index, for each that was refused.
        pause: waits that many seconds, before what was refused is tried again.
    """
    reasons: dict[int, str] = {}
    stuck: dict[Identifier, str] = {}
    for numbered in _rounds(changes):
        waiting = []
        for index in numbered:
            if (earlier := stuck.get(changes[index].identifier)) is None:
                waiting.append(index)
            else:
                reasons[index] = f"not tried after {earlier}"
        for start in range(0, len(waiting), _ENTRIES):
            for index, reason in _insistently(waiting[start : start + _ENTRIES], changes, send, pause).items():
                reasons[index] = reason
                stuck[changes[index].identifier] = changes[index].id
    return [Failure(changes[index], reasons[index]) for index in sorted(reasons)]


def _insistently(numbers: Sequence[int], changes: Sequence[Change], send: Send, pause: Callable[[float], None]) -> dict[int, str]:
    """Send, and send again what is refused; give what is refused in the end, by its number."""
    for attempt in range(TRIES):
        refused = send([changes[index] for index in numbers])
        reasons = {numbers[place]: reason for place, reason in refused.items()}
        numbers = list(reasons)
        if not numbers:
            break
        if attempt + 1 < TRIES:
            pause(_PAUSE_S * 2**attempt * (1 + random.random()))  # noqa: S311 - spreads the load, keeps no secret
    return reasons


def _rounds(changes: Sequence[Change]) -> Iterator[list[int]]:
    """Number the changes: first the first one of every identifier, then the second ones, and so on."""
    seen: dict[Identifier, int] = {}
    rounds: list[list[int]] = []
    for index, change in enumerate(changes):
        turn = seen.get(change.identifier, 0)
        seen[change.identifier] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(index)
    yield from rounds


def _attributes(change: Change) -> Iterator[tuple[str, str]]:
    """What a subscription can filter by. A state that does not exist has no attribute."""
    yield "kind", change.kind.value
    yield "prefix", root_of(change.identifier)
    yield "owner", change.owner
    yield "group", change.group
    if change.old_state:
        yield "old_state", change.old_state.value
    if change.new_state:
        yield "new_state", change.new_state.value


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
