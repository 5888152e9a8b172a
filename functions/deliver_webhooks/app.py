"""Deliveries out of their queue to the receivers of webhooks. Decisions: pidstack.services.deliver."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import deliveries, queues, warm_on_lambda
from pidstack.config import webhook_config
from pidstack.domain.webhook import Delivery
from pidstack.services.deliver import deliver_in_order
from pidstack.store.outbox import postpone, read_delivery
from pidstack.telemetry import observed

logger = Logger()
warm_on_lambda(deliveries)

_ONE_ATTEMPT_MS = 20_000  # a receiver's ten seconds, and what is written around them
_AFTER_A_CRASH_S = 60


@observed
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Attempt each delivery once, receivers side by side; what is not settled stays in the queue and comes back when it is time."""
    receipts = {record["messageId"]: record["receiptHandle"] for record in event["Records"]}
    groups: dict[str, list[Delivery]] = {}
    for record in event["Records"]:
        groups.setdefault(record["attributes"]["MessageGroupId"], []).append(read_delivery(record))
    post = deliveries()

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > _ONE_ATTEMPT_MS)

    with ThreadPoolExecutor(len(groups)) as pool:
        running = [(group, pool.submit(deliver_in_order, group, post, has_time=has_time)) for group in groups.values()]
    left: list[tuple[Delivery, int]] = []
    for group, done in running:
        if error := done.exception():
            logger.error("deliveries failed", exc_info=error, extra={"webhook": group[0].webhook})
            left += [(delivery, _AFTER_A_CRASH_S) for delivery in group]
        else:
            left += done.result()
    postpone(queues(), webhook_config().webhook_queue, [(receipts[delivery.turn], wait_s) for delivery, wait_s in left])
    if all(done.exception() for _, done in running):
        raise RuntimeError("No delivery could be attempted.")
    return {"batchItemFailures": [{"itemIdentifier": delivery.turn} for delivery, _ in left]}
