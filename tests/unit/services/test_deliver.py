"""Attempts at deliveries, and what becomes of those that fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pidstack.domain.signature import new_secret, signed_headers
from pidstack.domain.webhook import Attempt, Delivery, Patience, Webhook
from pidstack.services.deliver import Post, deliver, deliver_in_order
from tests.builders import NOW_S
from tests.fakes.webhooks import MemoryGivenUp, MemoryPoster, MemoryWebhooks

WEBHOOK = Webhook("alice.1", "alice", "https://hooks.example.org/pids", new_secret())
DELIVERY = Delivery("e1", "alice.1", "o", '{"a":"ä"}', queued_s=NOW_S, first_tried_s=NOW_S)


def a_post(*answers: tuple[int, str], webhook: Webhook | None = WEBHOOK, now_s: int = NOW_S) -> Post:
    webhooks = MemoryWebhooks(webhook) if webhook else MemoryWebhooks()
    return Post(webhooks, MemoryPoster(*answers), MemoryGivenUp(), Patience(10, 7200, 86_400), lambda: now_s)


def requests(post: Post) -> int:
    assert isinstance(post.poster, MemoryPoster)
    return len(post.poster.requests)


def reasons(post: Post) -> list[str]:
    assert isinstance(post.given_up, MemoryGivenUp)
    return [reason for _, reason in post.given_up.kept.values()]


@pytest.mark.parametrize("status", [200, 204, 299])
def test_an_answer_of_success_settles_a_delivery(status: int) -> None:
    post = a_post((status, ""))

    assert deliver(DELIVERY, post) is None

    assert reasons(post) == []
    assert post.webhooks.attempts("alice.1", 9) == [Attempt("e1", NOW_S, status)]


def test_a_delivery_is_signed_with_the_webhooks_secret_at_the_time_of_the_attempt() -> None:
    post = a_post()

    deliver(DELIVERY, post)

    assert isinstance(post.poster, MemoryPoster)
    [(url, headers, body)] = post.poster.requests
    assert (str(url), body) == (WEBHOOK.url, DELIVERY.body)
    assert headers == signed_headers(WEBHOOK.secret, "e1", body, NOW_S)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((503, ""), "the receiver answered 503"),
        ((400, ""), "the receiver answered 400"),
        ((302, ""), "the receiver answered 302"),
        ((0, "no answer within 10 s"), "no answer within 10 s"),
    ],
    ids=["unavailable", "refused", "elsewhere", "silent"],
)
def test_any_other_answer_is_tried_again(answer: tuple[int, str], problem: str) -> None:
    post = a_post(answer)

    wait_s = deliver(DELIVERY, post)

    assert wait_s in range(10, 13)
    assert post.webhooks.attempts("alice.1", 9) == [Attempt("e1", NOW_S, answer[0], problem)]
    assert reasons(post) == []


def test_after_a_day_a_delivery_is_given_up_with_its_last_problem() -> None:
    post = a_post((503, ""), now_s=NOW_S + 86_400)

    assert deliver(DELIVERY, post) is None

    assert reasons(post) == ["the receiver answered 503"]


def test_a_receiver_that_is_gone_is_not_asked_again() -> None:
    post = a_post((410, ""))

    assert deliver(DELIVERY, post) is None
    assert deliver(replace(DELIVERY, id="e2"), post) is None

    assert requests(post) == 1
    webhook = post.webhooks.get("alice.1")
    assert webhook is not None
    assert webhook.disabled == "the receiver answered 410"
    assert reasons(post) == [
        "the receiver answered 410, so the webhook is disabled",
        "the webhook is disabled: the receiver answered 410",
    ]


def test_what_waits_for_a_webhook_that_was_removed_is_dropped() -> None:
    post = a_post(webhook=None)

    assert deliver(DELIVERY, post) is None

    assert (requests(post), reasons(post)) == (0, [])


def test_what_comes_after_a_failure_waits_with_it() -> None:
    post = a_post((200, ""), (503, ""))
    queued = [replace(DELIVERY, id=name) for name in ("a", "b", "c")]

    left = deliver_in_order(queued, post, has_time=lambda: True)

    assert [delivery.id for delivery, _ in left] == ["b", "c"]
    assert len({wait_s for _, wait_s in left}) == 1
    assert requests(post) == 2


def test_a_given_up_delivery_lets_the_next_one_through() -> None:
    post = a_post((503, ""), (200, ""), now_s=NOW_S + 86_400)

    left = deliver_in_order([DELIVERY, replace(DELIVERY, id="e2")], post, has_time=lambda: True)

    assert (left, requests(post), len(reasons(post))) == ([], 2, 1)


def test_what_there_is_no_time_for_comes_back_at_once() -> None:
    post = a_post()
    time_left = iter([True, False])

    left = deliver_in_order([replace(DELIVERY, id=name) for name in ("a", "b", "c")], post, has_time=lambda: next(time_left))

    assert [(delivery.id, wait_s) for delivery, wait_s in left] == [("b", 0), ("c", 0)]
