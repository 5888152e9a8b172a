"""What every store of webhooks promises: seen on the fake in memory and on DynamoDB's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pidstack.domain.change import ChangeKind
from pidstack.domain.webhook import Attempt, Webhook
from pidstack.ports.webhooks import Webhooks
from pidstack.store.webhooks import DynamoWebhooks
from tests.builders import NOW_S
from tests.fakes.webhooks import MemoryWebhooks

BARE = Webhook("demo.one.1", "demo.one", "https://example.org/", "whsec_AAAA", created_s=NOW_S)
FULL = Webhook(
    "demo.one.2",
    "demo.one",
    "https://example.org/?a=b",
    "whsec_BBBB",
    frozenset({ChangeKind.CREATED, ChangeKind.DELETED}),
    frozenset({"doi:10.5072/", "ark:/99999/fk4"}),
    "gone",
    NOW_S,
)


@pytest.fixture(params=["memory", "dynamodb"])
def webhooks(request: pytest.FixtureRequest) -> Webhooks:
    if request.param == "memory":
        return MemoryWebhooks()
    request.getfixturevalue("table")
    return DynamoWebhooks()


@pytest.mark.parametrize("webhook", [BARE, FULL], ids=["bare", "full"])
def test_a_webhook_comes_back_as_it_was_kept(webhooks: Webhooks, webhook: Webhook) -> None:
    webhooks.create(webhook)

    assert webhooks.get(webhook.id) == webhook


def test_what_was_never_kept_is_not_there(webhooks: Webhooks) -> None:
    assert (webhooks.get("demo.one.1"), webhooks.get("nonsense"), webhooks.of("demo.one")) == (None, None, [])


def test_an_accounts_webhooks_are_listed_and_no_others(webhooks: Webhooks) -> None:
    other = replace(BARE, id="demo.1", account="demo")
    for webhook in (FULL, BARE, other):
        webhooks.create(webhook)

    assert webhooks.of("demo.one") == [BARE, FULL]


def test_a_webhook_is_disabled_with_a_reason_and_enabled(webhooks: Webhooks) -> None:
    webhooks.create(BARE)

    webhooks.disable(BARE.id, "the receiver answered 410")
    assert webhooks.get(BARE.id) == replace(BARE, disabled="the receiver answered 410")

    webhooks.enable(BARE.id)
    assert webhooks.get(BARE.id) == BARE


def test_a_webhook_that_is_gone_stays_gone(webhooks: Webhooks) -> None:
    webhooks.create(BARE)
    for _ in range(2):
        webhooks.remove(BARE.id)

    webhooks.disable(BARE.id, "late")
    webhooks.enable(BARE.id)

    assert webhooks.get(BARE.id) is None


def test_the_last_attempts_are_listed_newest_first(webhooks: Webhooks) -> None:
    attempts = [Attempt(f"e{n}", NOW_S + n, 500 if n % 2 else 204, "the receiver answered 500" if n % 2 else "") for n in range(5)]
    for attempt in attempts:
        webhooks.note(BARE.id, attempt)
    webhooks.note(FULL.id, Attempt("other", NOW_S, 200))

    assert webhooks.attempts(BARE.id, 9) == attempts[::-1]
    assert webhooks.attempts(BARE.id, 3) == attempts[:1:-1]


def test_two_attempts_at_one_delivery_are_both_remembered(webhooks: Webhooks) -> None:
    webhooks.note(BARE.id, Attempt("e", NOW_S, 500, "the receiver answered 500"))
    webhooks.note(BARE.id, Attempt("e", NOW_S + 10, 204))

    assert {attempt.status for attempt in webhooks.attempts(BARE.id, 9)} == {500, 204}
