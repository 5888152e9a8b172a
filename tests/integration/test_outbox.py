"""Deliveries in SQS, in moto: queued, taken by the function, postponed, given up, sent again."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.deliver_webhooks import app
from pidstack.domain.change import Change, ChangeKind, changes_between
from pidstack.domain.signature import new_secret
from pidstack.domain.webhook import Delivery, Patience, Webhook
from pidstack.protocols.webhook import webhook_body
from pidstack.services.deliver import Post
from pidstack.services.webhooks import list_given_up, send_again
from pidstack.store.outbox import SqsGivenUp, SqsOutbox, postpone, read_delivery
from tests.builders import NOW_S, a_record
from tests.fakes.webhooks import MemoryPoster, MemoryWebhooks

FIFO = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
ALL = Webhook("alice.1", "alice", "https://one.example.org/", new_secret())
CREATED = Webhook("alice.2", "alice", "https://two.example.org/", new_secret(), events=frozenset({ChangeKind.CREATED}))
OTHERS = Webhook("bob.1", "bob", "https://bob.example.org/", new_secret())


@pytest.fixture
def sqs(table: str) -> Any:
    return boto3.client("sqs", region_name="us-east-1")


@pytest.fixture
def queue(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName="q.fifo", Attributes=FIFO)["QueueUrl"])


@pytest.fixture
def dead_letters(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName="dlq.fifo", Attributes=FIFO)["QueueUrl"])


@pytest.fixture
def outbox(sqs: Any, queue: str) -> SqsOutbox:
    return SqsOutbox(sqs, queue, MemoryWebhooks(ALL, CREATED, OTHERS), webhook_body)


def changes(name: str, count: int = 1, owner: str = "alice") -> list[Change]:
    """An identifier is made and then changed some times."""
    records = [None, *(a_record(name, owner=owner, version=n + 1, token=f"t{n}", target=f"https://{n}") for n in range(count))]
    return [
        change for old, new in itertools.pairwise(records) for change in changes_between(old, new, by=owner, via="ezid", at_s=NOW_S)
    ]


def received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    """What a queue gives out before anything is settled, as the records by which SQS invokes a function."""
    records: list[dict[str, Any]] = []
    while messages := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"], VisibilityTimeout=300
    ).get("Messages", []):
        records += [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "reason": message.get("MessageAttributes", {}).get("reason", {}).get("StringValue"),
            }
            for message in messages
        ]
    return records


def seen(sqs: Any, queue: str) -> list[tuple[str, str]]:
    """Empty a queue, and tell what was in it."""
    found = []
    while records := received(sqs, queue):
        for record in records:
            delivery = read_delivery(record)
            found.append((delivery.webhook, delivery.id))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=record["receiptHandle"])
    return found


def test_a_change_is_queued_for_each_webhook_that_wants_it(sqs: Any, queue: str, outbox: SqsOutbox) -> None:
    [made, changed] = changes("ark:/99999/fk4a", 2)

    assert outbox.enqueue([made, changed]) == []

    assert sorted(seen(sqs, queue)) == sorted([("alice.1", made.id), ("alice.2", made.id), ("alice.1", changed.id)])


def test_a_change_that_nobody_wants_costs_no_message(sqs: Any, queue: str, outbox: SqsOutbox) -> None:
    assert outbox.enqueue(changes("ark:/99999/fk4a", owner="carol")) == []

    assert seen(sqs, queue) == []


def test_a_change_that_comes_twice_is_queued_once(sqs: Any, queue: str, outbox: SqsOutbox) -> None:
    for _ in range(2):
        outbox.enqueue(changes("ark:/99999/fk4a", owner="bob"))

    assert len(seen(sqs, queue)) == 1


def test_one_webhook_sees_the_changes_of_one_identifier_in_order(sqs: Any, queue: str, outbox: SqsOutbox) -> None:
    of_two = [
        change
        for pair in zip(changes("ark:/99999/a", 25, "bob"), changes("ark:/99999/b", 25, "bob"), strict=True)
        for change in pair
    ]

    assert outbox.enqueue(of_two) == []

    queued = [event for _, event in seen(sqs, queue)]
    assert len(queued) == 50
    for name in {change.identifier for change in of_two}:
        mine = [change.id for change in of_two if change.identifier == name]
        assert [event for event in queued if event in mine] == mine


class Refusing:
    """SQS that refuses single messages of a batch."""

    def __init__(self, sqs: Any, refuse: set[str]) -> None:
        self._sqs = sqs
        self._refuse = refuse

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - as the client has it
        taken = [entry for entry in Entries if json.loads(entry["MessageBody"])["event"] not in self._refuse]
        answer = self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=taken) if taken else {}
        failed = [{"Id": entry["Id"], "Code": "Busy", "Message": "later"} for entry in Entries if entry not in taken]
        return {**answer, "Failed": failed}


def test_after_a_refused_change_nothing_of_its_identifier_is_queued(sqs: Any, queue: str) -> None:
    first, second = changes("ark:/99999/a", 4, "bob"), changes("ark:/99999/b", 4, "bob")
    outbox = SqsOutbox(Refusing(sqs, {first[1].id}), queue, MemoryWebhooks(OTHERS), webhook_body)

    failures = outbox.enqueue([*first, *second])

    queued = [event for _, event in seen(sqs, queue)]
    assert set(queued) == {first[0].id, *(change.id for change in second)}
    assert [failure.change for failure in failures] == first[1:]
    assert {failure.reason for failure in failures} == {"Busy: later"}


def test_large_bodies_do_not_make_a_batch_too_large(sqs: Any, queue: str) -> None:
    outbox = SqsOutbox(sqs, queue, MemoryWebhooks(OTHERS), lambda change: "x" * 100_000)

    assert outbox.enqueue([change for n in range(8) for change in changes(f"ark:/99999/{n}", owner="bob")]) == []

    assert len(seen(sqs, queue)) == 8


def test_what_is_postponed_comes_back_and_not_before(sqs: Any, queue: str, outbox: SqsOutbox) -> None:
    outbox.enqueue(changes("ark:/99999/a", owner="bob") + changes("ark:/99999/b", owner="bob"))
    late, soon = received(sqs, queue)

    postpone(sqs, queue, [(late["receiptHandle"], 600), (soon["receiptHandle"], 0), ("nonsense", 0)])

    assert [record["messageId"] for record in received(sqs, queue)] == [soon["messageId"]]


class Noting:
    """SQS that only notes how messages are postponed."""

    def __init__(self) -> None:
        self.waits: list[list[int]] = []

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - as the client has it
        self.waits.append([entry["VisibilityTimeout"] for entry in Entries])
        return {}


def test_many_are_postponed_in_tens_and_none_for_longer_than_sqs_allows() -> None:
    client = Noting()

    postpone(client, "queue", [(str(number), number * 6000) for number in range(12)])

    assert [len(waits) for waits in client.waits] == [10, 2]
    assert max(max(waits) for waits in client.waits) == 43_000


def test_what_was_given_up_keeps_its_reason_and_can_be_sent_again(sqs: Any, queue: str, dead_letters: str) -> None:
    given_up = SqsGivenUp(sqs, dead_letters, queue)
    mine, other = Delivery("e1", "alice.1", "o", '{"ä":1}', turn="m1"), Delivery("e1", "bob.1", "o", "{}", turn="m2")
    for delivery in (mine, mine, other):
        given_up.put(delivery, "the receiver answered 503")

    found = list_given_up(given_up)
    assert sorted((delivery.webhook, reason) for delivery, reason in found) == [
        ("alice.1", "the receiver answered 503"),
        ("bob.1", "the receiver answered 503"),
    ]

    assert send_again(given_up, ["alice.1"]) == {"alice.1": 1}
    [record] = received(sqs, queue)
    assert read_delivery(record).body == mine.body
    assert [delivery.webhook for delivery, _ in list_given_up(given_up)] == ["bob.1"]


class Context(LambdaContext):
    """What Lambda tells a handler."""

    def __init__(self, left_ms: int = 60_000) -> None:
        self._left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._left_ms


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch, sqs: Any, queue: str, dead_letters: str) -> Iterator[dict[str, Any]]:
    """The delivery function's pieces, which a test may put others in the place of."""
    webhooks, poster = MemoryWebhooks(ALL, CREATED, OTHERS), MemoryPoster()
    post = Post(webhooks, poster, SqsGivenUp(sqs, dead_letters), Patience(10, 7200, 86_400), lambda: NOW_S)
    settings = {"WEBHOOK_QUEUE": queue, "WEBHOOK_DLQ": dead_letters, "WEBHOOK_ALLOW_LOOPBACK": "no"}
    waits = {"WEBHOOK_FIRST_RETRY_S": "10", "WEBHOOK_LONGEST_RETRY_S": "7200", "WEBHOOK_GIVE_UP_S": "86400"}
    for name, value in {**settings, **waits, "POWERTOOLS_TRACE_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    app.webhook_config.cache_clear()
    pieces = {"post": post, "poster": poster}
    monkeypatch.setattr(app, "deliveries", lambda: pieces["post"])
    monkeypatch.setattr(app, "queues", lambda: sqs)
    yield pieces
    app.webhook_config.cache_clear()


def fresh(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The event for these records, all queued just now by the test's clock."""
    for record in records:
        record["attributes"].update(SentTimestamp=str(NOW_S * 1000), ApproximateFirstReceiveTimestamp=str(NOW_S * 1000))
    return {"Records": records}


def test_the_function_reports_nothing_when_all_is_delivered(
    sqs: Any, queue: str, outbox: SqsOutbox, function: dict[str, Any]
) -> None:
    outbox.enqueue(changes("ark:/99999/a", 2))

    answer = app.lambda_handler(fresh(received(sqs, queue)), Context())

    assert answer == {"batchItemFailures": []}
    assert len(function["poster"].requests) == 3


def test_the_function_leaves_in_the_queue_what_failed_and_what_comes_after_it(
    sqs: Any, queue: str, outbox: SqsOutbox, function: dict[str, Any]
) -> None:
    outbox.enqueue(changes("ark:/99999/a", 3, "bob"))
    records = received(sqs, queue)
    function["post"] = Post(MemoryWebhooks(OTHERS), MemoryPoster((204, ""), (503, "")), *_rest(function["post"]))

    answer = app.lambda_handler(fresh(records), Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records[1:]]}


def test_the_function_attempts_nothing_when_its_time_is_over(
    sqs: Any, queue: str, outbox: SqsOutbox, function: dict[str, Any]
) -> None:
    outbox.enqueue(changes("ark:/99999/a", owner="bob"))
    records = received(sqs, queue)

    answer = app.lambda_handler(fresh(records), Context(left_ms=15_000))

    assert answer == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    assert function["poster"].requests == []
    assert len(received(sqs, queue)) == 1, "it is back at once"


def test_a_crash_over_one_webhook_does_not_repeat_the_deliveries_to_others(
    sqs: Any, queue: str, outbox: SqsOutbox, function: dict[str, Any]
) -> None:
    class Broken(MemoryWebhooks):
        def get(self, webhook_id: str) -> Webhook | None:
            if webhook_id == OTHERS.id:
                raise ValueError("unreadable")
            return super().get(webhook_id)

    outbox.enqueue(changes("ark:/99999/a") + changes("ark:/99999/a", owner="bob"))
    records = received(sqs, queue)
    function["post"] = Post(Broken(ALL, CREATED, OTHERS), function["poster"], *_rest(function["post"]))

    answer = app.lambda_handler(fresh(records), Context())

    broken = [record["messageId"] for record in records if read_delivery(record).webhook == OTHERS.id]
    assert answer == {"batchItemFailures": [{"itemIdentifier": name} for name in broken]}
    with pytest.raises(RuntimeError):
        app.lambda_handler(fresh([record for record in records if record["messageId"] in broken]), Context())


def _rest(post: Post) -> tuple[Any, ...]:
    return post.given_up, post.patience, post.clock
