"""Text of a few kilobytes in fewer bytes: deflate (RFC 1951) without envelope, with a dictionary in front.

With a good dictionary little is left to spell out, so deflate's fixed codes serve nearly as well as codes of the text's own: they
take up to a tenth more bytes, and inflating, most of which would be making tables of those codes, takes a third less.
"""

from __future__ import annotations

import zlib

from zlib_ng import zlib_ng

_LEVEL, _MEMORY = 6, 9
_SHORT = 16_000  # bytes; in longer texts, codes of their own save more bytes than their tables take time


def deflated(plain: bytes, dictionary: bytes) -> bytes:
    """Give the fewer bytes; equal ones for equal ones."""
    strategy = zlib.Z_FIXED if len(plain) <= _SHORT else zlib.Z_DEFAULT_STRATEGY
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, strategy, dictionary)
    return engine.compress(plain) + engine.flush()


def inflated(fewer: bytes, dictionary: bytes) -> bytes:
    """Give the text again.

    Raises:
        ValueError: the end is missing.
    """
    engine = zlib_ng.decompressobj(-zlib.MAX_WBITS, dictionary)
    plain: bytes = engine.decompress(fewer)
    if not engine.eof:
        raise ValueError("deflated text ends too early")
    return plain
