"""Deliver what is queued for webhooks, in order for each webhook and identifier."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from pidstack.domain.address import ReceiverUrl
from pidstack.domain.signature import signed_headers
from pidstack.domain.webhook import GONE, Attempt, Delivery, Patience
from pidstack.ports.clock import Clock
from pidstack.ports.webhooks import GivenUp, Poster, Webhooks

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What deliveries are made with."""

    webhooks: Webhooks
    poster: Poster
    given_up: GivenUp
    patience: Patience
    clock: Clock


def deliver(delivery: Delivery, post: Post) -> int | None:
    """Make one attempt at a delivery.

    Returns:
        None if it is settled: delivered, given up with its reason, or its webhook is gone; else the seconds to wait before the
        next attempt. What comes later for the same webhook and identifier has to wait as well.
    """
    webhook = post.webhooks.get(delivery.webhook)
    about = {"webhook": delivery.webhook, "event_id": delivery.id}
    if webhook is None:
        logger.info("delivery dropped: its webhook was removed", extra=about)
        return None
    if webhook.disabled:
        _give_up(delivery, f"the webhook is disabled: {webhook.disabled}", post)
        return None
    started_s = post.clock()
    headers = signed_headers(webhook.secret, delivery.id, delivery.body, started_s)
    status, problem = post.poster(ReceiverUrl.parse(webhook.url), headers, delivery.body)
    if not problem and not 200 <= status < 300:
        problem = f"the receiver answered {status}"
    post.webhooks.note(webhook.id, Attempt(delivery.id, started_s, status, problem))
    logger.info("delivery attempted", extra={**about, "status": status, "problem": problem})
    if not problem:
        return None
    if status == GONE:
        post.webhooks.disable(webhook.id, problem)
        _give_up(delivery, f"{problem}, so the webhook is disabled", post)
        return None
    wait_s = post.patience.wait_s(delivery, post.clock())
    if wait_s is None:
        _give_up(delivery, problem, post)
    return wait_s


def deliver_in_order(deliveries: list[Delivery], post: Post, *, has_time: Callable[[], bool]) -> list[tuple[Delivery, int]]:
    """Deliver what belongs to one webhook and identifier, oldest first, up to the first that has to wait.

    Args:
        has_time: tells whether another attempt can be made; what is left comes back at once.
    Returns:
        what is left, and the seconds that it has to wait.
    """
    for number, delivery in enumerate(deliveries):
        wait_s = deliver(delivery, post) if has_time() else 0
        if wait_s is not None:
            return [(left, wait_s) for left in deliveries[number:]]
    return []


def _give_up(delivery: Delivery, reason: str, post: Post) -> None:
    logger.warning("delivery given up", extra={"webhook": delivery.webhook, "event_id": delivery.id, "reason": reason})
    post.given_up.put(delivery, reason)
