"""A piece: what one worker compresses of a file. Pieces one after the other, between a head and a tail, are the whole file.

A piece is deflated by itself and ends at a byte, so that any other may follow it (RFC 1951: an empty stored block, as every flush
makes it). It may begin with a lead, a short text that stands between it and what comes before; the first piece is joined without.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from pidstack.ports.bulk import BulkFiles, FileKind, Upload
from pidstack.services.bulk.deflate import LEVEL, Deflate, crc32, deflate

PART_BYTES = 8 * 1024 * 1024
"""What a worker sends at once. More than the least of a part, and 10,000 of them are more than a worker writes."""

_FEED_BYTES = 64 * 1024
_KIND = FileKind("application/octet-stream")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, as it lies in the store.

    Attributes:
        name: of its file.
        size: of its file, bytes.
        plain_bytes, crc32: of its text, without the lead.
        lead_bytes: how many bytes of the file are the lead, compressed.
        records: how many records it holds.
        sha256: of its file, in hexadecimal.
    """

    name: str
    size: int
    plain_bytes: int
    crc32: int
    lead_bytes: int
    records: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Piece:
        """Read what `as_json` wrote."""
        return cls(**values)


def deflated(text: bytes, level: int = LEVEL) -> bytes:
    """Compress a short text into blocks that anything may follow. Equal texts give equal bytes."""
    stream = deflate(level)
    return stream.compress(text) + stream.pause()


@dataclass(slots=True)
class PieceWriter:
    """Writes one piece. Holds two parts and no more, however long the piece becomes.

    Args:
        files: where to.
        name: of the piece's file; it appears when the piece is closed.
        lead: what stands between it and the piece before.
        level: of compression, 1 to 9.
        part_bytes: what is sent at once; a test says less.
    """

    files: BulkFiles
    name: str
    lead: bytes = b""
    level: int = LEVEL
    part_bytes: int = PART_BYTES
    records: int = 0
    plain_bytes: int = 0
    _crc32: int = 0
    _size: int = 0
    _lead_bytes: int = 0
    _waiting: list[bytes] = field(default_factory=list)
    _waiting_bytes: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _upload: Upload | None = None
    _receipts: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)
    _stream: Deflate | None = None

    def __post_init__(self) -> None:
        if self.lead:
            beginning = deflated(self.lead, self.level)
            self._lead_bytes = len(beginning)
            self._take(beginning)
        self._stream = deflate(self.level)

    def write(self, text: bytes, records: int = 1) -> None:
        """Add text, and so many records."""
        self.records += records
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        if self._waiting_bytes >= _FEED_BYTES:
            self._feed()

    def close(self) -> Piece:
        """Let the piece appear. A piece of nothing is a file too."""
        self._feed()
        if self._stream is not None:
            self._take(self._stream.pause())
        if self._upload is None:
            self.files.put(self.name, bytes(self._buffer), _KIND)
        else:
            if self._buffer:
                self._send()
            self.files.finish(self._upload, self._receipts)
        return Piece(self.name, self._size, self.plain_bytes, self._crc32, self._lead_bytes, self.records, self._digest.hexdigest())

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self._upload is not None:
            self.files.abandon(self._upload)

    def _feed(self) -> None:
        text = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        self.plain_bytes += len(text)
        self._crc32 = crc32(text, self._crc32)
        self._take(text if self._stream is None else self._stream.compress(text))

    def _take(self, compressed: bytes) -> None:
        self._size += len(compressed)
        self._digest.update(compressed)
        self._buffer += compressed
        while len(self._buffer) >= 2 * self.part_bytes:
            self._send(self.part_bytes)

    def _send(self, size: int | None = None) -> None:
        if self._upload is None:
            self._upload = self.files.begin(self.name, _KIND)
        part = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._receipts.append(self.files.add(self._upload, len(self._receipts) + 1, part))
