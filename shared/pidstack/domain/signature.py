"""Signatures by which a receiver knows that a delivery is the registry's, unchanged and of now.

Source: Standard Webhooks 1.0, "Webhook Headers (Metadata)" and "Signature scheme"; secrets are symmetric, `whsec_` and base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_SECRET_BYTES = 32  # 24 to 64 are allowed


def new_secret() -> str:
    """Make up a secret that a webhook's two ends share."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(secret: str, message_id: str, body: str, at_s: int) -> dict[str, str]:
    """Give the three headers that carry a delivery's id, its time and its signature.

    Args:
        secret: as `new_secret` makes it.
        message_id: the same for every attempt at one delivery.
        body: what is sent, in UTF-8, to the byte.
        at_s: time of this attempt, Unix seconds; receivers refuse what is minutes old.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{at_s}.{body}".encode(), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
