"""Compression of large files: raw deflate (RFC 1951) by zlib-ng, which takes half of zlib's time for as few bytes.

Equal texts give equal bytes as long as zlib-ng is the same; the lock file says which it is. All that is fast in it but the search
for matches differs from processor to processor, so which one a worker runs on does not show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from zlib_ng import zlib_ng

LEVEL = 6

crc32 = zlib_ng.crc32


class Deflate(NamedTuple):
    """One stream."""

    compress: Callable[[bytes], bytes]
    flush: Callable[[int], bytes]

    def pause(self) -> bytes:
        """End at a byte, so that anything may follow."""
        return self.flush(zlib_ng.Z_FULL_FLUSH)

    def end(self) -> bytes:
        """End for good."""
        return self.flush(zlib_ng.Z_FINISH)


def deflate(level: int = LEVEL) -> Deflate:
    """Begin a stream.

    Args:
        level: 1 to 9.
    """
    engine = zlib_ng.compressobj(level, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
    return Deflate(engine.compress, engine.flush)
