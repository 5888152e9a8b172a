"""Signatures of requests to DynamoDB, for the one function that does without the SDK.

Rule: AWS Signature Version 4 ("Create a signed AWS API request"), for POST requests to `/` without a query.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "dynamodb"
_CONTENT_TYPE = "application/x-amz-json-1.0"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request is signed with; `session_token` is empty for keys that do not expire."""

    key_id: str
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)


def signed_headers(host: str, region: str, operation: str, body: bytes, credentials: Credentials, moment: str) -> dict[str, str]:
    """Give the headers that a request needs.

    Args:
        host: as in the `Host` header, with its port if that is not the scheme's own.
        operation: `GetItem` and its like.
        moment: UTC, as `20261122T001500Z`.
    """
    headers = {
        "content-type": _CONTENT_TYPE,
        "host": host,
        "x-amz-date": moment,
        **({"x-amz-security-token": credentials.session_token} if credentials.session_token else {}),
        "x-amz-target": f"DynamoDB_20120810.{operation}",
    }
    names = ";".join(headers)  # they stand in the order that the rule wants: sorted
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{moment[:8]}/{region}/{_SERVICE}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(_key(credentials.secret, moment[:8], region), to_sign.encode(), "sha256").hex()
    headers["authorization"] = f"{_ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


@lru_cache(maxsize=4)
def _key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, _SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
