"""Webhooks as the operator keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pidstack.domain.address import ReceiverUrl
from pidstack.domain.change import ChangeKind
from pidstack.domain.errors import Invalid, NotFound
from pidstack.domain.webhook import Delivery, Webhook
from pidstack.services import webhooks as service
from tests.builders import NOW_S
from tests.fakes.webhooks import MemoryGivenUp, MemoryWebhooks
from tests.world import a_world

URL = "https://hooks.example.org/pids"
NAMES = {"hooks.example.org": ["8.8.8.8"], "inside.example.org": ["10.0.0.1"], "localhost": ["127.0.0.1"]}


def resolver(url: ReceiverUrl) -> list[str]:
    return NAMES.get(url.host, [])


def add(webhooks: MemoryWebhooks, *, allow_loopback: bool = False, **fields: Any) -> Webhook:
    wanted = service.Wanted(**{"account": "alice", "url": URL, **fields})
    return service.add_webhook(wanted, a_world().keeper, webhooks, resolver, allow_loopback=allow_loopback, now_s=NOW_S)


def test_a_webhook_is_kept_as_it_was_asked_for() -> None:
    webhooks = MemoryWebhooks()

    made = add(webhooks, account="Alice", events=("created", "state-changed"), prefixes=("doi:10.9999",))

    assert webhooks.of("alice") == [made]
    assert (made.account, made.url, made.created_s, made.disabled) == ("alice", URL, NOW_S, "")
    assert made.events == {ChangeKind.CREATED, ChangeKind.STATE_CHANGED}
    assert made.prefixes == {"doi:10.9999/"}


def test_each_webhook_has_its_own_secret() -> None:
    webhooks = MemoryWebhooks()

    assert add(webhooks).secret != add(webhooks).secret


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("written", [str, str.lower, lambda kind: kind.removeprefix("Identifier")], ids=["full", "lower", "short"])
def test_a_kind_of_change_is_known_in_full_and_in_short(kind: ChangeKind, written: Callable[[str], str]) -> None:
    assert service.event_kind(written(kind)) is kind


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "https://inside.example.org/"}, "url"),
        ({"url": "https://nowhere.example.org/"}, "url"),
        ({"url": "https://localhost/"}, "url"),
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"events": ("exploded",)}, "events"),
        ({"prefixes": ("10.9999",)}, "prefixes"),
    ],
    ids=["private host", "unknown host", "loopback", "no https", "no event", "no prefix"],
)
def test_a_webhook_that_cannot_be_is_refused_and_not_kept(fields: dict[str, Any], field: str) -> None:
    webhooks = MemoryWebhooks()

    with pytest.raises(Invalid) as caught:
        add(webhooks, **fields)

    assert caught.value.field == field
    assert webhooks.of("alice") == []


def test_a_local_stack_takes_a_receiver_on_loopback() -> None:
    assert add(MemoryWebhooks(), url="http://localhost:9999/", allow_loopback=True).url == "http://localhost:9999/"


def test_a_webhook_needs_an_account() -> None:
    with pytest.raises(NotFound):
        add(MemoryWebhooks(), account="nobody")


def test_an_account_has_so_many_webhooks_and_no_more() -> None:
    webhooks = MemoryWebhooks()
    for _ in range(service.MAX_OF_AN_ACCOUNT):
        add(webhooks)

    with pytest.raises(Invalid, match="20 webhooks already"):
        add(webhooks)


def test_a_webhook_is_disabled_enabled_and_removed() -> None:
    webhooks = MemoryWebhooks()
    made = add(webhooks)

    assert service.disable_webhook(made.id, webhooks) == webhooks.get(made.id) != made
    assert service.enable_webhook(made.id, webhooks) == webhooks.get(made.id) == made
    assert service.remove_webhook(made.id, webhooks) == made

    assert webhooks.get(made.id) is None


@pytest.mark.parametrize("operation", [service.disable_webhook, service.enable_webhook, service.remove_webhook])
def test_a_webhook_that_is_not_there_is_not_found(operation: Callable[[str, MemoryWebhooks], Webhook]) -> None:
    with pytest.raises(NotFound, match=r"no webhook alice\.1"):
        operation("alice.1", MemoryWebhooks())


def given_up_for(*webhooks: str) -> MemoryGivenUp:
    given_up = MemoryGivenUp()
    for number, webhook in enumerate(webhooks):
        given_up.put(Delivery(str(number), webhook, "o", "{}"), "no answer")
    return given_up


def test_all_that_was_given_up_is_sent_again_in_its_order() -> None:
    given_up = given_up_for("a.1", "b.1", "a.1")

    assert service.send_again(given_up) == {"a.1": 2, "b.1": 1}

    assert [delivery.id for delivery in given_up.queued] == ["0", "1", "2"]
    assert given_up.kept == {}


def test_what_was_given_up_for_other_webhooks_stays() -> None:
    given_up = given_up_for("a.1", "b.1", "a.1")

    assert service.send_again(given_up, ["a.1"]) == {"a.1": 2}

    assert [delivery.webhook for delivery, _ in given_up.kept.values()] == ["b.1"]
    assert given_up.taken == {"0-a.1-", "2-a.1-"}, "the other one was put back"


def test_looking_at_what_was_given_up_leaves_it_there() -> None:
    given_up = given_up_for("a.1", "b.1")

    found = service.list_given_up(given_up, ["b.1"])

    assert [(delivery.webhook, reason) for delivery, reason in found] == [("b.1", "no answer")]
    assert (len(given_up.kept), given_up.taken) == (2, set())
