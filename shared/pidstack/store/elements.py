"""Descriptive elements as bytes: one tag byte, then JSON pairs in their order, deflated where that is shorter."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

_PLAIN, _DEFLATED = b"j", b"z"
_LEVEL = 6


def pack(elements: Mapping[str, str]) -> bytes | None:
    """Write elements; None for none. Equal elements in equal order give equal bytes."""
    if not elements:
        return None
    plain = json.dumps(list(elements.items()), ensure_ascii=False, separators=(",", ":")).encode()
    deflated = zlib.compress(plain, _LEVEL)
    return _DEFLATED + deflated if len(deflated) < len(plain) else _PLAIN + plain


def unpack(packed: bytes | None) -> dict[str, str]:
    """Read what `pack` wrote."""
    if not packed:
        return {}
    body = packed[1:] if packed[:1] == _PLAIN else zlib.decompress(packed[1:])
    return dict(json.loads(body))
