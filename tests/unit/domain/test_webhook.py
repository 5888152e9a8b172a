"""What a webhook wants, how its deliveries are signed, and how long they are tried."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from pidstack.domain.change import Change, ChangeKind, changes_between
from pidstack.domain.errors import Invalid
from pidstack.domain.signature import new_secret, signed_headers
from pidstack.domain.webhook import Delivery, Patience, Webhook, account_of, new_id, parse_prefix
from tests.builders import NOW_S, a_record

WEBHOOK = Webhook("alice.1", "alice", "https://example.org/", "whsec_AAAA")
PATIENCE = Patience(first_s=10, longest_s=7200, give_up_s=86_400)
DELIVERY = Delivery("e1", "alice.1", "o", "{}", queued_s=NOW_S, first_tried_s=NOW_S)


def a_change(name: str = "doi:10.5072/FK2A", **fields: str) -> Change:
    [change] = changes_between(None, a_record(name, **fields), by="alice", via="ezid", at_s=NOW_S)
    return change


def test_a_webhook_wants_every_change_of_its_account() -> None:
    assert WEBHOOK.wants(a_change())


def test_a_webhook_hears_nothing_of_other_accounts() -> None:
    assert not WEBHOOK.wants(a_change(owner="bob"))


def test_a_disabled_webhook_wants_nothing() -> None:
    assert not replace(WEBHOOK, disabled="gone").wants(a_change())


@pytest.mark.parametrize(("kind", "wanted"), [(ChangeKind.CREATED, True), (ChangeKind.DELETED, False)])
def test_a_webhook_may_be_limited_to_kinds_of_change(kind: ChangeKind, wanted: bool) -> None:
    assert replace(WEBHOOK, events=frozenset({kind})).wants(a_change()) is wanted


@pytest.mark.parametrize(
    ("prefix", "wanted"),
    [
        ("doi:10.5072", True),
        ("doi:10.5072/FK2", True),
        ("DOI:10.5072/fk2", True),
        ("doi:10.5073", False),
        ("doi:10.50721", False),
        ("doi:10.5072/FK3", False),
        ("ark:/99999", False),
        ("uuid:", False),
    ],
)
def test_a_webhook_may_be_limited_to_a_prefix(prefix: str, wanted: bool) -> None:
    assert replace(WEBHOOK, prefixes=frozenset({parse_prefix(prefix)})).wants(a_change()) is wanted


@pytest.mark.parametrize("text", ["", "10.5072", "doi:10.507", "doi:", "ark:/", "http://example.org/", "doi:10.5072/ä"])
def test_what_no_identifier_begins_with_is_no_prefix(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_prefix(text)

    assert caught.value.field == "prefixes"


def test_the_id_of_a_webhook_tells_whose_it_is() -> None:
    assert account_of(new_id("demo.one-2")) == "demo.one-2"


def test_a_secret_is_never_shown_by_chance() -> None:
    assert "whsec_" not in repr(WEBHOOK)


def test_secrets_are_long_and_differ() -> None:
    one, other = new_secret(), new_secret()

    assert one != other
    assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32


@settings(derandomize=True)
@given(st.dictionaries(st.text(), st.text()))
def test_receivers_verify_what_is_signed(content: dict[str, str]) -> None:
    secret, body, now_s = new_secret(), json.dumps(content, ensure_ascii=True), int(datetime.now(UTC).timestamp())

    headers = signed_headers(secret, "evt_1", body, now_s)

    assert Receiver(secret).verify(body, headers) == content


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "body", "secret"])
def test_receivers_refuse_what_was_changed_on_the_way(part: str) -> None:
    secret, body, now_s = new_secret(), "{}", int(datetime.now(UTC).timestamp())
    headers = signed_headers(secret, "evt_1", body, now_s)

    if part in headers:
        headers[part] = {"webhook-id": "evt_2", "webhook-timestamp": str(now_s + 1)}[part]
    receiver = Receiver(new_secret() if part == "secret" else secret)

    with pytest.raises(WebhookVerificationError):
        receiver.verify("{ }" if part == "body" else body, headers)


def all_waits(patience: Patience) -> list[int]:
    waits, now_s = [], NOW_S
    while (wait_s := patience.wait_s(DELIVERY, now_s)) is not None:
        waits.append(wait_s)
        now_s += wait_s
    return waits


def test_a_delivery_is_tried_for_a_day_with_growing_waits() -> None:
    waits = all_waits(PATIENCE)

    assert sum(waits) == 86_400
    assert 10 <= waits[0] <= 12
    assert max(waits) <= 7200 * 1.2
    assert waits[:8] == sorted(waits[:8])
    assert 15 <= len(waits) <= 30


@settings(derandomize=True)
@given(st.integers(1, 100), st.integers(1, 10_000), st.integers(1, 100_000))
def test_the_last_attempt_is_made_when_the_time_is_up(first_s: int, longest_s: int, give_up_s: int) -> None:
    waits = all_waits(Patience(first_s, max(longest_s, give_up_s // 200, 1), give_up_s))

    assert sum(waits) == give_up_s
    assert all(wait_s > 0 for wait_s in waits)


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {PATIENCE.wait_s(replace(DELIVERY, id=str(number)), NOW_S + 1000) for number in range(20)}

    assert len(waits) > 5


def test_what_waited_too_long_behind_another_gets_one_attempt() -> None:
    late = replace(DELIVERY, first_tried_s=NOW_S + 86_400)

    assert PATIENCE.wait_s(late, NOW_S + 86_400) is None
