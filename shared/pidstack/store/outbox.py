"""Deliveries to webhooks in SQS: the queue that they wait in, and the dead-letter queue of those that were given up.

A message's group is its webhook and identifier, so that these two see changes in order and nothing else waits for them. The
message holds the body of the delivery as it will be sent.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pidstack.domain.change import Change
from pidstack.domain.identifier import Identifier
from pidstack.domain.webhook import Delivery
from pidstack.ports.feed import Failure
from pidstack.ports.webhooks import Webhooks

logger = logging.getLogger(__name__)

_BATCH = 10
_BATCH_BYTES = 200_000
_REASON = "reason"
_TAKE_WAIT_S = 1
_TAKEN_S = 300
_LONGEST_WAIT_S = 43_000  # SQS counts twelve hours from when it gave the message out
_NO_REASON = "the delivery function failed on it again and again"


@dataclass(frozen=True, slots=True)
class _Parcel:
    change: Change
    delivery: Delivery


class SqsOutbox:
    """`pidstack.ports.feed.Outbox` on SQS.

    Args:
        client: botocore's client of SQS.
        queue: URL of the queue.
        body_of: writes the body of a delivery.
    """

    def __init__(self, client: Any, queue: str, webhooks: Webhooks, body_of: Callable[[Change], str]) -> None:
        self._client = client
        self._queue = queue
        self._webhooks = webhooks
        self._body_of = body_of

    def enqueue(self, changes: Sequence[Change]) -> list[Failure]:
        """See the port. One Query an owner, one SendMessageBatch for up to ten deliveries."""
        of_owner = {owner: self._webhooks.of(owner) for owner in {change.owner for change in changes}}
        waiting = [
            _Parcel(change, Delivery(change.id, webhook.id, _order(change), self._body_of(change)))
            for change in changes
            for webhook in of_owner[change.owner]
            if webhook.wants(change)
        ]
        first_failed: dict[Identifier, Failure] = {}
        while waiting:
            batch, waiting = _next_batch(waiting)
            for number, reason in self._send(batch).items():
                change = batch[number].change
                first_failed.setdefault(change.identifier, Failure(change, reason))
                logger.warning("delivery not queued", extra={"event_id": change.id, "reason": reason})
            waiting = [parcel for parcel in waiting if parcel.change.identifier not in first_failed]
        return list(_from_the_first_on(first_failed, changes))

    def _send(self, batch: list[_Parcel]) -> dict[int, str]:
        """Give the places of those that were refused, with the reason."""
        entries = [{"Id": str(number), **_message(parcel.delivery)} for number, parcel in enumerate(batch)]
        answer = self._client.send_message_batch(QueueUrl=self._queue, Entries=entries)
        sent = {int(entry["Id"]) for entry in answer.get("Successful", [])}
        reasons = {int(entry["Id"]): f"{entry['Code']}: {entry.get('Message', '')}" for entry in answer.get("Failed", [])}
        return {number: reasons.get(number, "no answer") for number in range(len(batch)) if number not in sent}


class SqsGivenUp:
    """`pidstack.ports.webhooks.GivenUp` on SQS.

    Args:
        queue: URL that deliveries are sent again to; whoever only puts needs none.
        dead_letters: URL of the dead-letter queue.
    """

    def __init__(self, client: Any, dead_letters: str, queue: str = "") -> None:
        self._client = client
        self._dead_letters = dead_letters
        self._queue = queue

    def put(self, delivery: Delivery, reason: str) -> None:
        """See the port. One SendMessage."""
        self._client.send_message(
            QueueUrl=self._dead_letters,
            MessageAttributes={_REASON: {"DataType": "String", "StringValue": reason}},
            **_message(delivery),
        )

    def take(self) -> Iterator[tuple[str, Delivery, str]]:
        """See the port. One ReceiveMessage for up to ten."""
        while True:
            answer = self._client.receive_message(
                QueueUrl=self._dead_letters,
                MaxNumberOfMessages=_BATCH,
                WaitTimeSeconds=_TAKE_WAIT_S,
                VisibilityTimeout=_TAKEN_S,
                MessageAttributeNames=[_REASON],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                reason = message.get("MessageAttributes", {}).get(_REASON, {}).get("StringValue", _NO_REASON)
                yield message["ReceiptHandle"], _delivery(message["Body"], message["MessageId"]), reason

    def send_again(self, receipt: str, delivery: Delivery) -> None:
        """See the port. One SendMessage, one DeleteMessage."""
        self._client.send_message(QueueUrl=self._queue, **_message(delivery))
        self._client.delete_message(QueueUrl=self._dead_letters, ReceiptHandle=receipt)

    def put_back(self, receipts: Sequence[str]) -> None:
        """See the port. One ChangeMessageVisibilityBatch for up to ten."""
        postpone(self._client, self._dead_letters, [(receipt, 0) for receipt in receipts])


def postpone(client: Any, queue: str, waits: Sequence[tuple[str, int]]) -> None:
    """Let messages that were received come back after a while. One that is not postponed comes back in the queue's own time.

    Args:
        waits: receipt handles, and seconds from now.
    """
    for start in range(0, len(waits), _BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": min(wait_s, _LONGEST_WAIT_S)}
            for number, (receipt, wait_s) in enumerate(waits[start : start + _BATCH])
        ]
        answer = client.change_message_visibility_batch(QueueUrl=queue, Entries=entries)
        for entry in answer.get("Failed", []):
            logger.warning("delivery not postponed", extra={"reason": f"{entry['Code']}: {entry.get('Message', '')}"})


def read_delivery(record: dict[str, Any]) -> Delivery:
    """Read a delivery out of one record of the event by which SQS invokes a function."""
    times = record["attributes"]
    return _delivery(
        record["body"],
        record["messageId"],
        queued_s=int(times["SentTimestamp"]) // 1000,
        first_tried_s=int(times["ApproximateFirstReceiveTimestamp"]) // 1000,
    )


def _next_batch(waiting: list[_Parcel]) -> tuple[list[_Parcel], list[_Parcel]]:
    """Take what can be sent at once: of one identifier only the first, since the next is not sent if that one is refused."""
    batch: list[_Parcel] = []
    left: list[_Parcel] = []
    taken: dict[Identifier, str] = {}
    size = 0
    for parcel in waiting:
        own_turn = taken.get(parcel.change.identifier, parcel.change.id) == parcel.change.id
        length = len(parcel.delivery.body.encode())
        if own_turn and len(batch) < _BATCH and (not batch or size + length <= _BATCH_BYTES):
            taken[parcel.change.identifier] = parcel.change.id
            batch.append(parcel)
            size += length
        else:
            taken.setdefault(parcel.change.identifier, "")
            left.append(parcel)
    return batch, left


def _from_the_first_on(first_failed: Mapping[Identifier, Failure], changes: Sequence[Change]) -> Iterator[Failure]:
    """Give the failed changes, and all that come after them for the same identifier."""
    reached: set[Identifier] = set()
    for change in changes:
        failure = first_failed.get(change.identifier)
        if failure and (failure.change == change or change.identifier in reached):
            reached.add(change.identifier)
            yield Failure(change, failure.reason)


def _order(change: Change) -> str:
    return hashlib.sha256(str(change.identifier).encode()).hexdigest()[:32]


def _message(delivery: Delivery) -> dict[str, str]:
    """Write a message; the turn keeps SQS from taking a delivery that is sent again for the one of minutes ago."""
    content = {"webhook": delivery.webhook, "event": delivery.id, "order": delivery.order, "body": delivery.body}
    turn = f"-{delivery.turn}" if delivery.turn else ""
    return {
        "MessageBody": json.dumps(content),
        "MessageGroupId": f"{delivery.webhook}-{delivery.order}",
        "MessageDeduplicationId": f"{delivery.id}-{delivery.webhook}{turn}",
    }


def _delivery(text: str, turn: str, *, queued_s: int = 0, first_tried_s: int = 0) -> Delivery:
    content = json.loads(text)
    return Delivery(content["event"], content["webhook"], content["order"], content["body"], queued_s, first_tried_s, turn)
