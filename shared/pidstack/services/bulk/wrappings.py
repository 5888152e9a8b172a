"""What makes deflated pieces a file that tools open: a head before them and a tail behind. Both know sizes and checksums by then.

There is no clock in either: equal content gives equal bytes.
Rules: RFC 1952 (gzip); PKWARE .ZIP File Format Specification 6.3, sections 4.3 to 4.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol

_LAST_BLOCK = b"\x03\x00"  # an empty final block of deflate
_ZIP_VERSION, _ZIP64_VERSION = 20, 45
_UTF8_NAMES = 1 << 11
_DEFLATED = 8
_MADE_ON_UNIX = 3 << 8
_REGULAR_FILE = 0o100644 << 16
_FIRST_DOS_DAY = (1 << 5) | 1  # 1 January 1980
_ZIP64_EXTRA = 1
_BEYOND_32_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Content:
    """What lies between head and tail.

    Attributes:
        plain_bytes, crc32: of the text.
        compressed_bytes: of the pieces together.
    """

    plain_bytes: int
    crc32: int
    compressed_bytes: int


class Wrapping(Protocol):
    """The head and the tail of one kind of file."""

    def head(self, content: Content) -> bytes:
        """Give what comes before the pieces."""

    def tail(self, content: Content) -> bytes:
        """Give what comes behind them."""


class Gzip:
    """One gzip stream without a name."""

    def head(self, _content: Content) -> bytes:
        """See the protocol: no flags, no time, unknown system."""
        return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

    def tail(self, content: Content) -> bytes:
        """See the protocol: the checksum, and the length modulo 2 to the power 32."""
        return _LAST_BLOCK + struct.pack("<II", content.crc32, content.plain_bytes & 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip archive with one member.

    Attributes:
        member: its name.
    """

    member: str

    def head(self, content: Content) -> bytes:
        """See the protocol: the member's own header."""
        name, size = self.member.encode(), content.compressed_bytes + len(_LAST_BLOCK)
        large = _is_large(size, content.plain_bytes)
        extra = struct.pack("<HHQQ", _ZIP64_EXTRA, 16, content.plain_bytes, size) if large else b""
        return (
            struct.pack("<4s5HI2I2H", b"PK\x03\x04", *self._member(content, size, large=large), len(name), len(extra))
            + name
            + extra
        )

    def tail(self, content: Content) -> bytes:
        """See the protocol: the end of the stream, and the archive's directory."""
        name, size = self.member.encode(), content.compressed_bytes + len(_LAST_BLOCK)
        large = _is_large(size, content.plain_bytes)
        extra = struct.pack("<HHQQ", _ZIP64_EXTRA, 16, content.plain_bytes, size) if large else b""
        entry = (
            struct.pack(
                "<4sH5HI2I2H",
                b"PK\x01\x02",
                _MADE_ON_UNIX | _ZIP_VERSION,
                *self._member(content, size, large=large),
                len(name),
                len(extra),
            )
            + struct.pack("<3H2I", 0, 0, 0, _REGULAR_FILE, 0)
            + name
            + extra
        )
        start = len(self.head(content)) + size
        return _LAST_BLOCK + entry + _zip_end(start, len(entry))

    def _member(self, content: Content, size: int, *, large: bool) -> tuple[int, ...]:
        """Give what a member's header and its entry in the directory have in common."""
        sizes = (_BEYOND_32_BITS, _BEYOND_32_BITS) if large else (size, content.plain_bytes)
        version = _ZIP64_VERSION if large else _ZIP_VERSION
        return version, _UTF8_NAMES, _DEFLATED, 0, _FIRST_DOS_DAY, content.crc32, *sizes


def _is_large(*numbers: int) -> bool:
    return any(number >= _BEYOND_32_BITS for number in numbers)


def _zip_end(start: int, size: int) -> bytes:
    """Write where the directory of one entry lies; in 64 bits first where 32 do not hold it."""
    ending = b""
    if _is_large(start):
        ending = struct.pack(
            "<4sQ2H2I4Q", b"PK\x06\x06", 44, _MADE_ON_UNIX | _ZIP64_VERSION, _ZIP64_VERSION, 0, 0, 1, 1, size, start
        )
        ending += struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1)
    return ending + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, size, min(start, _BEYOND_32_BITS), 0)
