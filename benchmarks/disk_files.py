"""Bulk files in a folder, so that what a worker writes is not counted as its memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pidstack.ports.bulk import FileKind, Upload


class DiskBulkFiles:
    """`pidstack.ports.bulk.BulkFiles` in a folder; parts are appended, so they have to come in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes, _kind: FileKind) -> None:
        self._path(name).write_bytes(content)

    def begin(self, name: str, _kind: FileKind) -> Upload:
        self._path(f"{name}.upload").write_bytes(b"")
        return Upload(name, name)

    def add(self, upload: Upload, number: int, content: bytes) -> str:
        with self._path(f"{upload.name}.upload").open("ab") as file:
            file.write(content)
        return str(number)

    def copy(self, upload: Upload, number: int, source: str, first: int, size: int) -> str:
        return self.add(upload, number, self.read(source, first, size))

    def finish(self, upload: Upload, _receipts: Sequence[str]) -> None:
        self._path(f"{upload.name}.upload").rename(self._path(upload.name))

    def abandon(self, upload: Upload) -> None:
        self._path(f"{upload.name}.upload").unlink(missing_ok=True)

    def size(self, name: str) -> int | None:
        path = self._path(name)
        return path.stat().st_size if path.exists() else None

    def read(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        with self._path(name).open("rb") as file:
            file.seek(first)
            return file.read(-1 if size is None else size)

    def stream(self, name: str) -> Iterator[bytes]:
        with self._path(name).open("rb") as file:
            while block := file.read(1024 * 1024):
                yield block

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / name.replace("/", "%")
