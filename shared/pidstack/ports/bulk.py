"""Where bulk files are kept: objects that are written whole or in parts, and joined without being read.

The sizes are those of Amazon S3, "Multipart upload limits"; any store that has parts has limits of this kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

LEAST_PART_BYTES = 5 * 1024 * 1024
MOST_PART_BYTES = 5 * 1024 * 1024 * 1024
MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file says of itself to those who fetch it.

    Attributes:
        content_type: its media type.
        notes: short words kept beside it (`sha256`).
    """

    content_type: str = "application/octet-stream"
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the making. It cannot be seen under its name until it is finished."""

    name: str
    token: str


class BulkFiles(Protocol):
    """Keeps files by name. A file appears at once and whole, in place of one that had its name."""

    def put(self, name: str, content: bytes, kind: FileKind) -> None:
        """Keep a file that fits into memory. One request."""

    def begin(self, name: str, kind: FileKind) -> Upload:
        """Begin a file that is made of parts. One request."""

    def add(self, upload: Upload, number: int, content: bytes) -> str:
        """Add a part and give its receipt. Parts are numbered from 1; all but the last have `LEAST_PART_BYTES`. One request."""

    def copy(self, upload: Upload, number: int, source: str, first: int, size: int) -> str:
        """Add a stretch of another file as a part, without reading it here. One request."""

    def finish(self, upload: Upload, receipts: Sequence[str]) -> None:
        """Let the file appear: its parts in order. One request."""

    def abandon(self, upload: Upload) -> None:
        """Forget a file in the making. Safe to repeat."""

    def size(self, name: str) -> int | None:
        """Tell how long a file is; None if there is none. One request."""

    def read(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        """Give a stretch of a file, or all of it. One request.

        Raises:
            FileNotFoundError: there is none.
        """

    def stream(self, name: str) -> Iterator[bytes]:
        """Give a file in blocks. One request."""

    def remove(self, names: Sequence[str]) -> None:
        """Forget files. Safe to repeat. One request a thousand."""
