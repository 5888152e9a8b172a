"""What a change altered, as bytes of a bounded size: JSON rows, deflated together.

So a document that changed a little takes little more room than one document, though it is kept as it was and as it is.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pidstack.domain.alteration import Alteration, Digest, Value

# An item with it takes at most 32 write units in a transaction, and a hundred of them a good third of what a transaction may carry.
MAX_PACKED_BYTES = 16_000
# Longest value that is kept, in bytes of UTF-8: the first of these with which all fits.
_LONGEST_KEPT = (256 * 1024, 64 * 1024, 16 * 1024, 4 * 1024, 1024, 256, 96)
_LEVEL = 6


def pack(alterations: Sequence[Alteration]) -> bytes | None:
    """Write alterations; None for none.

    If they do not fit, the longest values are told by their digests; if that does not do, the last elements are left out.
    """
    for longest in _LONGEST_KEPT:
        packed = _packed(alterations := _bounded(alterations, longest))
        if len(packed) <= MAX_PACKED_BYTES:
            return packed if alterations else None
    while len(packed) > MAX_PACKED_BYTES:
        alterations = alterations[: len(alterations) // 2]
        packed = _packed(alterations)
    return packed


def unpack(packed: bytes | None) -> tuple[Alteration, ...]:
    """Read what `pack` wrote."""
    rows = json.loads(zlib.decompress(packed)) if packed else []
    return tuple(Alteration(part, _read(old), _read(new)) for part, old, new in rows)


def _bounded(alterations: Sequence[Alteration], longest: int) -> list[Alteration]:
    return [replace(each, old=_short(each.old, longest), new=_short(each.new, longest)) for each in alterations]


def _short(value: Value, longest: int) -> Value:
    if not isinstance(value, str) or len(value) * 4 <= longest:
        return value
    digest = Digest.of(value)
    return digest if digest.size > longest else value


def _packed(alterations: Sequence[Alteration]) -> bytes:
    rows = [(each.part, _written(each.old), _written(each.new)) for each in alterations]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)


def _written(value: Value) -> Any:
    return [value.size, value.sha256] if isinstance(value, Digest) else value


def _read(written: Any) -> Value:
    return Digest(*written) if isinstance(written, list) else written
