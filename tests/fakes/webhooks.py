"""Webhooks, their receivers and the deliveries that were given up, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pidstack.domain.address import ReceiverUrl
from pidstack.domain.webhook import Attempt, Delivery, Webhook


class MemoryWebhooks:
    """`pidstack.ports.webhooks.Webhooks` in memory."""

    def __init__(self, *webhooks: Webhook) -> None:
        self._webhooks = {webhook.id: webhook for webhook in webhooks}
        self._attempts: dict[str, list[Attempt]] = {}

    def get(self, webhook_id: str) -> Webhook | None:
        return self._webhooks.get(webhook_id)

    def of(self, account: str) -> list[Webhook]:
        return [webhook for _, webhook in sorted(self._webhooks.items()) if webhook.account == account]

    def create(self, webhook: Webhook) -> None:
        assert webhook.id not in self._webhooks
        self._webhooks[webhook.id] = webhook

    def disable(self, webhook_id: str, reason: str) -> None:
        if webhook_id in self._webhooks:
            self._webhooks[webhook_id] = replace(self._webhooks[webhook_id], disabled=reason)

    def enable(self, webhook_id: str) -> None:
        self.disable(webhook_id, "")

    def remove(self, webhook_id: str) -> None:
        self._webhooks.pop(webhook_id, None)

    def note(self, webhook_id: str, attempt: Attempt) -> None:
        self._attempts.setdefault(webhook_id, []).append(attempt)

    def attempts(self, webhook_id: str, limit: int) -> list[Attempt]:
        return self._attempts.get(webhook_id, [])[::-1][:limit]


class MemoryPoster:
    """`pidstack.ports.webhooks.Poster` whose receivers answer as a test says: the answers in turn, the last one for ever."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self._answers = list(answers or [(204, "")])
        self.requests: list[tuple[ReceiverUrl, dict[str, str], str]] = []

    def __call__(self, url: ReceiverUrl, headers: dict[str, str], body: str) -> tuple[int, str]:
        self.requests.append((url, headers, body))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class MemoryGivenUp:
    """`pidstack.ports.webhooks.GivenUp` in memory.

    Attributes:
        kept: what was given up, and why.
        queued: what was sent again.
    """

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Delivery, str]] = {}
        self.taken: set[str] = set()
        self.queued: list[Delivery] = []

    def put(self, delivery: Delivery, reason: str) -> None:
        self.kept[f"{delivery.id}-{delivery.webhook}-{delivery.turn}"] = (delivery, reason)

    def take(self) -> Iterator[tuple[str, Delivery, str]]:
        for receipt in [receipt for receipt in self.kept if receipt not in self.taken]:
            self.taken.add(receipt)
            delivery, reason = self.kept[receipt]
            yield receipt, delivery, reason

    def send_again(self, receipt: str, delivery: Delivery) -> None:
        del self.kept[receipt]
        self.queued.append(delivery)

    def put_back(self, receipts: Sequence[str]) -> None:
        self.taken -= set(receipts)
