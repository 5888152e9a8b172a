"""The body of a delivery to a webhook: a change in the envelope of Standard Webhooks 1.0, "Payload structure"."""

from __future__ import annotations

import json

from pidstack.domain.change import Change
from pidstack.protocols.events import event_detail


def webhook_body(change: Change) -> str:
    """Write the JSON that is signed and sent; the same to the byte for the same change."""
    detail = event_detail(change)
    return json.dumps(
        {"type": detail["kind"], "timestamp": detail["at"], "data": detail}, ensure_ascii=False, separators=(",", ":")
    )
