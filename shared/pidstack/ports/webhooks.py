"""Webhooks: the memory of them, the receivers they lead to, and the queue of deliveries behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pidstack.domain.address import ReceiverUrl
from pidstack.domain.webhook import Attempt, Delivery, Webhook


class Webhooks(Protocol):
    """Remembers webhooks, and for two weeks how their deliveries went."""

    def get(self, webhook_id: str) -> Webhook | None:
        """Give a webhook, or None. One read, which sees every write before it."""

    def of(self, account: str) -> list[Webhook]:
        """List an account's webhooks by id."""

    def create(self, webhook: Webhook) -> None:
        """Keep a new webhook."""

    def disable(self, webhook_id: str, reason: str) -> None:
        """Stop deliveries to a webhook; one that is gone stays gone. One conditional write."""

    def enable(self, webhook_id: str) -> None:
        """Take deliveries to a webhook up again; one that is gone stays gone. One conditional write."""

    def remove(self, webhook_id: str) -> None:
        """Forget a webhook. Safe to repeat."""

    def note(self, webhook_id: str, attempt: Attempt) -> None:
        """Remember how an attempt went. One write."""

    def attempts(self, webhook_id: str, limit: int) -> list[Attempt]:
        """List the last attempts, newest first. One query."""


class Resolver(Protocol):
    """A callable that knows the addresses of hosts."""

    def __call__(self, url: ReceiverUrl) -> list[str]:
        """Give all addresses of the URL's host, IPv4 and IPv6, as text; none if the name is not known."""


class Poster(Protocol):
    """A callable that sends a request to a receiver."""

    def __call__(self, url: ReceiverUrl, headers: dict[str, str], body: str) -> tuple[int, str]:
        """Post `body` and give the answer's HTTP status and no problem, or 0 and the problem.

        Follows no redirect, reads no answer's body, reaches no address that is not public, and comes back within seconds.
        """


class GivenUp(Protocol):
    """The deliveries that were given up."""

    def put(self, delivery: Delivery, reason: str) -> None:
        """Keep a delivery that was given up. Safe to repeat within minutes."""

    def take(self) -> Iterator[tuple[str, Delivery, str]]:
        """Go through what is there, oldest first for one webhook and identifier: a receipt, the delivery, why it was given up.

        What is taken and not settled comes back by itself after some minutes.
        """

    def send_again(self, receipt: str, delivery: Delivery) -> None:
        """Queue a delivery anew, and forget that it was given up."""

    def put_back(self, receipts: Sequence[str]) -> None:
        """Leave deliveries that were taken as they were."""
