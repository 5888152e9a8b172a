"""Bulk files in memory, strict about what a store with parts refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pidstack.ports.bulk import FileKind, Upload


class MemoryBulkFiles:
    """`pidstack.ports.bulk.BulkFiles` in a dictionary.

    Args:
        least_part: bytes that each part but the last must have.
        most_parts: how many a file may have.
    """

    def __init__(self, least_part: int = 5 * 1024 * 1024, most_parts: int = 10_000) -> None:
        self.files: dict[str, bytes] = {}
        self.kinds: dict[str, FileKind] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.requests: list[str] = []
        self.longest_read = 0
        self._least_part = least_part
        self._most_parts = most_parts

    def put(self, name: str, content: bytes, kind: FileKind) -> None:
        self.requests.append("put")
        self.files[name], self.kinds[name] = content, kind

    def begin(self, name: str, kind: FileKind) -> Upload:
        self.requests.append("begin")
        upload = Upload(name, f"upload-{len(self.requests)}")
        self.uploads[upload.token] = {}
        self.kinds[name] = kind
        return upload

    def add(self, upload: Upload, number: int, content: bytes) -> str:
        self.requests.append("add")
        self.uploads[upload.token][number] = content
        return f"part-{number}"

    def copy(self, upload: Upload, number: int, source: str, first: int, size: int) -> str:
        self.requests.append("copy")
        content = self.files[source][first : first + size]
        if len(content) < size:
            raise ValueError("the range is not within the source")
        self.uploads[upload.token][number] = content
        return f"part-{number}"

    def finish(self, upload: Upload, receipts: Sequence[str]) -> None:
        self.requests.append("finish")
        parts = self.uploads.pop(upload.token)
        assert receipts == [f"part-{number}" for number in range(1, len(parts) + 1)]
        assert 0 < len(parts) <= self._most_parts
        assert all(len(parts[number]) >= self._least_part for number in range(1, len(parts)))
        self.files[upload.name] = b"".join(parts[number] for number in sorted(parts))

    def abandon(self, upload: Upload) -> None:
        self.requests.append("abandon")
        self.uploads.pop(upload.token, None)

    def size(self, name: str) -> int | None:
        self.requests.append("size")
        return len(self.files[name]) if name in self.files else None

    def read(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        self.requests.append("read")
        if name not in self.files:
            raise FileNotFoundError(name)
        content = self.files[name][first : None if size is None else first + size]
        self.longest_read = max(self.longest_read, len(content))
        return content

    def stream(self, name: str) -> Iterator[bytes]:
        self.requests.append("stream")
        content = self.files[name]
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    def remove(self, names: Sequence[str]) -> None:
        self.requests.append("remove")
        for name in names:
            self.files.pop(name, None)
