"""Descriptive elements as bytes: one tag byte, then JSON pairs in their order, deflated where that is shorter.

A written form of them may lie behind the pairs, after a line's end, which JSON as it is written here has none of. Deflated together
they take little more room than the elements alone, of which the form repeats much.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import orjson

_PLAIN, _DEFLATED = b"j", b"z"
_LEVEL = 6
_END = b"\n"


def pack(elements: Mapping[str, str], form: str = "") -> bytes | None:
    """Write elements; None for none. Equal elements in equal order give equal bytes.

    Args:
        form: what is kept beside them; empty for nothing. Without elements it is left out.
    """
    if not elements:
        return None
    plain = orjson.dumps(list(elements.items()))
    if form:
        plain += _END + form.encode()
    deflated = zlib.compress(plain, _LEVEL)
    return _DEFLATED + deflated if len(deflated) < len(plain) else _PLAIN + plain


def unpack(packed: bytes | None) -> dict[str, str]:
    """Read the elements that `pack` wrote."""
    return unpack_with_form(packed)[0]


def unpack_with_form(packed: bytes | None) -> tuple[dict[str, str], str]:
    """Read the elements that `pack` wrote, and the form that lies behind them; empty if there is none."""
    if not packed:
        return {}, ""
    body = packed[1:] if packed[:1] == _PLAIN else zlib.decompress(packed[1:])
    pairs, _, form = body.partition(_END)
    return dict(orjson.loads(pairs)), form.decode()
