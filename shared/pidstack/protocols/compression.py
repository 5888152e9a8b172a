"""Answers in fewer bytes for clients that say they can read them; as they are for all others.

Rule: RFC 9110, section 12.5.3 "Accept-Encoding".
"""

from __future__ import annotations

import re
import zlib

from zlib_ng import zlib_ng

CODING = "gzip"
_LEVEL = 2  # XML and JSON shrink to a sixth already; more would cost more time than it saves
_ENVELOPE = 16 + zlib.MAX_WBITS  # gzip's, which names no time
_SHORTEST = 1000  # bytes that are worth it
_CHOICE = re.compile(r"\s*([^\s;,]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE)


def accepts_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding header lets gzip pass. None at all, or one that cannot be read, does not."""
    weights: dict[str, bool] = {}
    for choice in header.lower().split(","):
        match = _CHOICE.fullmatch(choice)
        if match:
            weights[match[1]] = (match[2] or "1").strip("0.") != ""
    return weights.get(CODING, weights.get("x-gzip", weights.get("*", False)))


def compressed(body: bytes) -> bytes:
    """Compress; equal bodies give equal bytes, as long as the library stays the same."""
    packed: bytes = zlib_ng.compress(body, _LEVEL, _ENVELOPE)
    return packed


def is_worth_it(body: bytes) -> bool:
    """Tell whether compressing it saves anything that counts."""
    return len(body) >= _SHORTEST
