"""JSON for programs: compact, UTF-8, quickly written."""

from __future__ import annotations

import json
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:
    """Write plain values. Numbers of more than 64 bits stay numbers, and halves of surrogate pairs become question marks."""
    try:
        return orjson.dumps(value)
    except TypeError:  # which is all that it says of these
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
