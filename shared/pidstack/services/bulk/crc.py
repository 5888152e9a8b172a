"""CRC-32 of two texts one after the other, out of the CRC-32 of each.

A checksum is a polynomial over two elements modulo the one of CRC-32; to put n bytes behind a text is to multiply its checksum by
x to the power 8n. Rule: RFC 1952, section 8; the arithmetic is textbook.
"""

from __future__ import annotations

from functools import cache

_POLYNOMIAL = 0xEDB88320  # of CRC-32, its bits in reverse: the highest bit stands for x to the power 0
_ONE = 1 << 31


def combine(first: int, second: int, second_bytes: int) -> int:
    """Give the CRC-32 of a text followed by another.

    Args:
        first, second: their checksums, as `zlib.crc32` gives them.
        second_bytes: length of the second.
    """
    return _product(_shift(second_bytes), first) ^ second


def _product(a: int, b: int) -> int:
    """Multiply two polynomials."""
    result = 0
    bit = _ONE
    while bit:
        if a & bit:
            result ^= b
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
        bit >>= 1
    return result


@cache
def _shift_by_power_of_two(exponent: int) -> int:
    """Give x to the power 8 * 2**exponent."""
    if exponent == 0:
        return _ONE >> 8
    half = _shift_by_power_of_two(exponent - 1)
    return _product(half, half)


def _shift(size: int) -> int:
    """Give x to the power 8 * size."""
    result = _ONE
    for exponent in range(size.bit_length()):
        if size >> exponent & 1:
            result = _product(result, _shift_by_power_of_two(exponent))
    return result
