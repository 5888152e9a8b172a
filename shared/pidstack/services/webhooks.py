"""What an operator does with webhooks: add, find, stop, take up, remove, and send again what was given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pidstack.domain.address import ReceiverUrl, refusal
from pidstack.domain.change import ChangeKind
from pidstack.domain.errors import Invalid, NotFound
from pidstack.domain.signature import new_secret
from pidstack.domain.webhook import Delivery, Webhook, new_id, parse_prefix
from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.webhooks import GivenUp, Resolver, Webhooks
from pidstack.services.keep import the_account

MAX_OF_AN_ACCOUNT = 20
_BY_THE_OPERATOR = "disabled by the operator"
_EVENT = "Identifier"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A webhook as somebody asks for it.

    Attributes:
        events: kinds of change, in full or without their common beginning: `IdentifierCreated`, `created`, `state-changed`.
        prefixes: `doi:10.5072`, `ark:/12345/x8`.
    """

    account: str
    url: str
    events: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def add_webhook(
    wanted: Wanted, directory: DirectoryKeeper, webhooks: Webhooks, resolver: Resolver, *, allow_loopback: bool, now_s: int
) -> Webhook:
    """Make a webhook, with a new secret.

    Raises:
        NotFound: there is no such account.
        Invalid: the URL leads nowhere public, an event or prefix is none, or the account has too many webhooks.
    """
    account = the_account(wanted.account, directory)
    url = ReceiverUrl.parse(wanted.url)
    if reason := refusal(url, resolver(url), allow_loopback=allow_loopback):
        raise Invalid(reason, "url")
    if len(webhooks.of(account.name)) >= MAX_OF_AN_ACCOUNT:
        raise Invalid(f"{account.name} has {MAX_OF_AN_ACCOUNT} webhooks already")
    webhook = Webhook(
        id=new_id(account.name),
        account=account.name,
        url=str(url),
        secret=new_secret(),
        events=frozenset(event_kind(event) for event in wanted.events),
        prefixes=frozenset(parse_prefix(prefix) for prefix in wanted.prefixes),
        created_s=now_s,
    )
    webhooks.create(webhook)
    return webhook


def event_kind(text: str) -> ChangeKind:
    """Read a kind of change.

    Raises:
        Invalid: there is no such kind.
    """
    letters = text.strip().lower().replace("-", "").replace("_", "")
    for kind in ChangeKind:
        if letters in (kind.lower(), kind.removeprefix(_EVENT).lower()):
            return kind
    raise Invalid(f"{text!r} is no event; there are {', '.join(ChangeKind)}", "events")


def the_webhook(webhook_id: str, webhooks: Webhooks) -> Webhook:
    """Give a webhook.

    Raises:
        NotFound: there is none.
    """
    found = webhooks.get(webhook_id)
    if found is None:
        raise NotFound(f"there is no webhook {webhook_id}")
    return found


def disable_webhook(webhook_id: str, webhooks: Webhooks) -> Webhook:
    """Stop deliveries to a webhook; what waits for it is given up when its turn comes.

    Raises:
        NotFound: there is none.
    """
    webhook = the_webhook(webhook_id, webhooks)
    webhooks.disable(webhook.id, _BY_THE_OPERATOR)
    return replace(webhook, disabled=_BY_THE_OPERATOR)


def enable_webhook(webhook_id: str, webhooks: Webhooks) -> Webhook:
    """Take deliveries to a webhook up again. What was given up meanwhile is sent by `send_again`.

    Raises:
        NotFound: there is none.
    """
    webhook = the_webhook(webhook_id, webhooks)
    webhooks.enable(webhook.id)
    return replace(webhook, disabled="")


def remove_webhook(webhook_id: str, webhooks: Webhooks) -> Webhook:
    """Forget a webhook; what waits for it is dropped.

    Raises:
        NotFound: there is none.
    """
    webhook = the_webhook(webhook_id, webhooks)
    webhooks.remove(webhook.id)
    return webhook


def send_again(given_up: GivenUp, only: Iterable[str] = ()) -> dict[str, int]:
    """Queue anew what was given up, in its order.

    Args:
        only: ids of the webhooks to do it for; all if empty.
    Returns:
        how many deliveries were queued, by webhook.
    """
    wanted = frozenset(only)
    left: list[str] = []
    sent: dict[str, int] = {}
    try:
        for receipt, delivery, _ in given_up.take():
            if wanted and delivery.webhook not in wanted:
                left.append(receipt)
                continue
            given_up.send_again(receipt, delivery)
            sent[delivery.webhook] = sent.get(delivery.webhook, 0) + 1
    finally:
        given_up.put_back(left)
    return sent


def list_given_up(given_up: GivenUp, only: Iterable[str] = ()) -> list[tuple[Delivery, str]]:
    """Look at what was given up, and why, and leave it where it is.

    Args:
        only: ids of the webhooks to look for; all if empty.
    """
    wanted = frozenset(only)
    receipts: list[str] = []
    found: list[tuple[Delivery, str]] = []
    try:
        for receipt, delivery, reason in given_up.take():
            receipts.append(receipt)
            if not wanted or delivery.webhook in wanted:
                found.append((delivery, reason))
    finally:
        given_up.put_back(receipts)
    return found
