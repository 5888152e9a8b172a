"""From the pieces of all workers to the file: head, pieces, tail, joined; and the manifest that says what is in it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pidstack.ports.bulk import BulkFiles, FileKind
from pidstack.services.bulk.crc import combine
from pidstack.services.bulk.join import STORE, Limits, Mismatch, join
from pidstack.services.bulk.parts import Span, Stretch, Text
from pidstack.services.bulk.pieces import Piece, deflated
from pidstack.services.bulk.wrappings import Content, Wrapping

MOST_DIGESTED_BYTES = 20 * 1024**3
"""Up to here a file's SHA-256 is computed, which reads it once, from end to end; the time for one step is 15 minutes."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A file that is ready.

    Attributes:
        size: bytes as they are fetched.
        plain_bytes, crc32: of the text within.
        records: how many it holds.
        sha256: of the file, in hexadecimal; empty for one that is too long to be read through.
        pieces: what it was joined from, in order, each with its own SHA-256.
    """

    name: str
    size: int
    plain_bytes: int
    crc32: int
    records: int
    sha256: str
    pieces: tuple[Piece, ...]

    def manifest(self) -> dict[str, Any]:
        """Write it as plain values."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "pieces"}
        return {**values, "pieces": [piece.as_json() for piece in self.pieces]}


def assemble(
    files: BulkFiles,
    name: str,
    pieces: Sequence[Piece],
    wrapping: Wrapping,
    kind: FileKind,
    *,
    opening: bytes = b"",
    closing: bytes = b"",
    lead: bytes = b"",
    limits: Limits = STORE,
) -> Assembled:
    """Join pieces into a file.

    Args:
        pieces: in order. Those without records are left out.
        kind: its notes get the file's `sha256`.
        opening, closing: text before the first record and behind the last, there even if there are no records.
        lead: text with which each piece was begun; between two pieces it stays.
    Raises:
        Mismatch: a piece is not what its worker said of it; there is no file then.
    """
    full = [piece for piece in pieces if piece.records]
    head, tail = (deflated(text) if text else b"" for text in (opening, closing))
    middle: list[Span] = [
        Stretch(piece.name, skipped, piece.size - skipped)
        for index, piece in enumerate(full)
        for skipped in [0 if index else piece.lead_bytes]
    ]
    spans: list[Span] = [Text(head), *middle, Text(tail)]
    content = _content(full, opening, closing, lead, sum(span.size for span in spans))
    spans = [Text(wrapping.head(content) + head), *middle, Text(tail + wrapping.tail(content))]
    digest = _digest(files, spans, full) if sum(span.size for span in spans) <= MOST_DIGESTED_BYTES else ""
    notes = {**kind.notes, "sha256": digest} if digest else dict(kind.notes)
    size = join(files, name, spans, replace(kind, notes=notes), limits)
    records = sum(piece.records for piece in full)
    return Assembled(name, size, content.plain_bytes, content.crc32, records, digest, tuple(full))


def _content(pieces: Sequence[Piece], opening: bytes, closing: bytes, lead: bytes, compressed_bytes: int) -> Content:
    crc32, plain_bytes = zlib.crc32(opening), len(opening)
    lead_crc32 = zlib.crc32(lead)
    for index, piece in enumerate(pieces):
        if index and piece.lead_bytes:
            crc32, plain_bytes = combine(crc32, lead_crc32, len(lead)), plain_bytes + len(lead)
        crc32, plain_bytes = combine(crc32, piece.crc32, piece.plain_bytes), plain_bytes + piece.plain_bytes
    return Content(plain_bytes + len(closing), combine(crc32, zlib.crc32(closing), len(closing)), compressed_bytes)


def _digest(files: BulkFiles, spans: Sequence[Span], pieces: Sequence[Piece]) -> str:
    """Read what will be the file from end to end, and each piece against what its worker said."""
    promised = {piece.name: piece.sha256 for piece in pieces}
    whole = hashlib.sha256()
    for span in spans:
        if isinstance(span, Text):
            whole.update(span.content)
            continue
        own, skipped = hashlib.sha256(), span.first
        for block in files.stream(span.name):
            own.update(block)
            whole.update(memoryview(block)[skipped:])
            skipped = max(0, skipped - len(block))
        if own.hexdigest() != promised[span.name]:
            raise Mismatch(f"{span.name} is not what was written")
    return whole.hexdigest()
