"""Webhooks, and how their deliveries went, in the table."""

from __future__ import annotations

import time

from pynamodb.exceptions import DoesNotExist, UpdateError

from pidstack.domain.change import ChangeKind
from pidstack.domain.webhook import Attempt, Webhook, account_of
from pidstack.store.tables import AttemptItem, WebhookItem

_KEPT_S = 14 * 24 * 3600
_CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoWebhooks:
    """`pidstack.ports.webhooks.Webhooks` on DynamoDB."""

    def get(self, webhook_id: str) -> Webhook | None:
        """See the port. One GetItem."""
        try:
            return _webhook(WebhookItem.get(_key(account_of(webhook_id)), webhook_id, consistent_read=True))
        except DoesNotExist:
            return None

    def of(self, account: str) -> list[Webhook]:
        """See the port. One Query."""
        return [_webhook(item) for item in WebhookItem.query(_key(account), consistent_read=True)]

    def create(self, webhook: Webhook) -> None:
        """See the port. One PutItem."""
        item = WebhookItem(
            _key(webhook.account),
            webhook.id,
            url=webhook.url,
            secret=webhook.secret,
            events={str(kind) for kind in webhook.events} or None,
            prefixes=set(webhook.prefixes) or None,
            disabled=webhook.disabled or None,
            created_s=webhook.created_s,
        )
        item.save(condition=WebhookItem.pk.does_not_exist())

    def disable(self, webhook_id: str, reason: str) -> None:
        """See the port. One UpdateItem."""
        _update(webhook_id, WebhookItem.disabled.set(reason))

    def enable(self, webhook_id: str) -> None:
        """See the port. One UpdateItem."""
        _update(webhook_id, WebhookItem.disabled.remove())

    def remove(self, webhook_id: str) -> None:
        """See the port. One DeleteItem."""
        WebhookItem(_key(account_of(webhook_id)), webhook_id).delete()

    def note(self, webhook_id: str, attempt: Attempt) -> None:
        """See the port. One PutItem."""
        AttemptItem(
            f"deliveries#{webhook_id}",
            f"{time.time_ns():019d}#{attempt.delivery}",
            at_s=attempt.at_s,
            status=attempt.status,
            problem=attempt.problem or None,
            expires_s=attempt.at_s + _KEPT_S,
        ).save()

    def attempts(self, webhook_id: str, limit: int) -> list[Attempt]:
        """See the port."""
        found = AttemptItem.query(f"deliveries#{webhook_id}", scan_index_forward=False, limit=limit, consistent_read=True)
        return [Attempt(item.sk.partition("#")[2], int(item.at_s), int(item.status), item.problem or "") for item in found]


def _key(account: str) -> str:
    return f"webhooks#{account}"


def _update(webhook_id: str, action: object) -> None:
    try:
        WebhookItem(_key(account_of(webhook_id)), webhook_id).update([action], condition=WebhookItem.pk.exists())  # type: ignore[list-item]
    except UpdateError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise


def _webhook(item: WebhookItem) -> Webhook:
    return Webhook(
        id=item.sk,
        account=account_of(item.sk),
        url=item.url,
        secret=item.secret,
        events=frozenset(ChangeKind(kind) for kind in item.events or ()),
        prefixes=frozenset(item.prefixes or ()),
        disabled=item.disabled or "",
        created_s=int(item.created_s),
    )
