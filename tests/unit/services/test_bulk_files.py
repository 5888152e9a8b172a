"""Whatever the split into pieces, the file is one ordinary gzip or zip file of the texts one after the other."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.ports.bulk import FileKind, Upload
from pidstack.services.bulk.assemble import Assembled, assemble
from pidstack.services.bulk.join import Limits, Mismatch, join
from pidstack.services.bulk.parts import Stretch, Text
from pidstack.services.bulk.pieces import Piece, PieceWriter
from pidstack.services.bulk.wrappings import Content, Gzip, Wrapping, Zip
from tests.fakes.bulk import MemoryBulkFiles

KIND = FileKind("application/gzip")
SMALL = Limits(least_part=50, most_part=1200, parts=4)
splits = st.lists(st.lists(st.binary(min_size=1, max_size=60), max_size=6), max_size=6)


def small_store() -> MemoryBulkFiles:
    return MemoryBulkFiles(SMALL.least_part, SMALL.parts)


def written(files: MemoryBulkFiles, split: list[list[bytes]], lead: bytes = b"") -> list[Piece]:
    pieces = []
    for number, texts in enumerate(split):
        writer = PieceWriter(files, f"unfinished/{number}", lead)
        for text in texts:
            writer.write(text)
        pieces.append(writer.close())
    return pieces


def expected(split: list[list[bytes]], lead: bytes, opening: bytes, closing: bytes) -> bytes:
    return opening + lead.join(b"".join(texts) for texts in split if texts) + closing


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.read(archive.namelist()[0])


def made(files: MemoryBulkFiles, split: list[list[bytes]], wrapping: Wrapping, lead: bytes = b"") -> Assembled:
    pieces = written(files, split, lead)
    return assemble(files, "file", pieces, wrapping, KIND, opening=b"<head>", closing=b"</tail>", lead=lead, limits=SMALL)


@settings(derandomize=True, database=None, deadline=None)
@given(splits, st.sampled_from([b"", b"\n", b"--separator--"]))
def test_any_split_into_pieces_gives_one_gzip_stream_of_the_whole(split: list[list[bytes]], lead: bytes) -> None:
    files = small_store()

    assembled = made(files, split, Gzip(), lead)

    text = expected(split, lead, b"<head>", b"</tail>")
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert stream.decompress(files.files["file"]) == text
    assert stream.eof
    assert stream.unused_data == b""
    assert (assembled.plain_bytes, assembled.crc32) == (len(text), zlib.crc32(text))


@settings(derandomize=True, database=None, deadline=None)
@given(splits, st.sampled_from([b"", b"\n"]))
def test_any_split_into_pieces_gives_one_zip_member_of_the_whole(split: list[list[bytes]], lead: bytes) -> None:
    files = small_store()

    made(files, split, Zip("export.txt"), lead)

    assert unzipped(files.files["file"]) == expected(split, lead, b"<head>", b"</tail>")


@settings(derandomize=True, database=None, deadline=None)
@given(splits)
def test_the_manifest_tells_size_records_and_checksums(split: list[list[bytes]]) -> None:
    files = small_store()

    assembled = made(files, split, Gzip())

    content = files.files["file"]
    assert assembled.size == len(content)
    assert assembled.records == sum(len(texts) for texts in split)
    assert assembled.sha256 == hashlib.sha256(content).hexdigest() == files.kinds["file"].notes["sha256"]
    assert all(hashlib.sha256(files.files[piece.name]).hexdigest() == piece.sha256 for piece in assembled.pieces)


@settings(derandomize=True, database=None, deadline=None)
@given(splits)
def test_nothing_but_the_pieces_and_the_file_is_left(split: list[list[bytes]]) -> None:
    files = small_store()

    made(files, split, Gzip())

    assert set(files.files) == {"file", *(f"unfinished/{number}" for number in range(len(split)))}
    assert files.uploads == {}


def test_a_piece_survives_being_written_down() -> None:
    piece = written(small_store(), [[b"text"]], lead=b"\n")[0]

    assert Piece.from_json(json.loads(json.dumps(piece.as_json()))) == piece


def test_a_file_longer_than_the_store_takes_is_refused() -> None:
    files = small_store()
    files.files["source"] = bytes(1000)

    with pytest.raises(ValueError, match="would have 1000 bytes"):
        join(files, "file", [Stretch("source", 0, 1000)], KIND, Limits(least_part=50, most_part=100, parts=4))


def test_equal_content_gives_equal_bytes() -> None:
    split = [[b"a" * 50, b"b" * 50], [b"c" * 500]]

    first, second = small_store(), small_store()
    made(first, split, Zip("x.csv"))
    made(second, split, Zip("x.csv"))

    assert first.files["file"] == second.files["file"]


def test_a_file_without_records_has_opening_and_closing() -> None:
    files = small_store()

    made(files, [[], []], Gzip())

    assert gzip.decompress(files.files["file"]) == b"<head></tail>"


@pytest.mark.parametrize("suffix", ["gz", "zip"])
def test_the_usual_tools_find_no_fault(suffix: str, tmp_path: Path) -> None:
    if shutil.which("gzip" if suffix == "gz" else "unzip") is None:
        pytest.skip(f"this machine has no tool for .{suffix}")
    files = small_store()
    split = [[f"line {number}\n".encode() for number in range(start, start + 200)] for start in range(0, 1000, 200)]

    made(files, split, Gzip() if suffix == "gz" else Zip("lines.txt"))

    path = tmp_path / f"lines.{suffix}"
    path.write_bytes(files.files["file"])
    tool = ["gzip", "-t", path] if suffix == "gz" else ["unzip", "-t", path]
    shown = ["gzip", "-dc", path] if suffix == "gz" else ["unzip", "-p", path]
    assert subprocess.run(tool, check=False, capture_output=True).returncode == 0  # noqa: S603
    assert subprocess.run(shown, check=True, capture_output=True).stdout == expected(split, b"", b"<head>", b"</tail>")  # noqa: S603


def test_zip_sizes_beyond_32_bits_are_written_in_64() -> None:
    content = Content(plain_bytes=5_000_000_000, crc32=7, compressed_bytes=4_999_999_998)
    wrapping = Zip("x")

    head, tail = wrapping.head(content), wrapping.tail(content)

    # The directory is read from the end, so a file that holds nothing between head and tail does for it.
    archive = zipfile.ZipFile(_Sparse(head, content.compressed_bytes, tail))  # type: ignore[arg-type]
    member = archive.infolist()[0]
    assert (member.file_size, member.compress_size, member.header_offset) == (5_000_000_000, 5_000_000_000, 0)
    assert archive.open(member).read(0) == b""


class _Sparse(io.RawIOBase):
    """A file of which only head and tail are there; what lies between is zeros."""

    def __init__(self, head: bytes, between: int, tail: bytes) -> None:
        self._head, self._tail, self._tail_at = head, tail, len(head) + between
        self._at = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        end = self._tail_at + len(self._tail)
        self._at = (0, self._at, end)[whence] + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._tail_at + len(self._tail)
        size = end - self._at if size < 0 else min(size, end - self._at)
        start, self._at = self._at, self._at + size
        if start >= self._tail_at:
            return self._tail[start - self._tail_at :][:size]
        return (self._head[start:] + bytes(size))[:size] if start < len(self._head) else bytes(size)


def test_more_parts_than_a_file_may_have_are_joined_in_stages() -> None:
    files = small_store()
    files.files["source"] = bytes(range(200)) * 10
    stretches = [Stretch("source", first, 40) for first in range(0, 2000, 40)]

    join(files, "file", stretches, KIND, Limits(least_part=50, most_part=1000, parts=4))

    assert files.files["file"] == files.files["source"]
    assert set(files.files) == {"file", "source"}


def test_a_piece_that_was_overwritten_is_noticed_and_gives_no_file() -> None:
    files = small_store()
    pieces = written(files, [[b"a" * 300], [b"b" * 300]])
    files.files["unfinished/1"] = files.files["unfinished/0"]

    with pytest.raises(Mismatch):
        assemble(files, "file", pieces, Gzip(), KIND, limits=SMALL)

    assert "file" not in files.files


def test_a_failed_copy_leaves_no_upload_behind() -> None:
    files = small_store()
    files.files["source"] = bytes(100)

    with pytest.raises(ValueError, match="not within"):
        join(files, "file", [Stretch("source", 0, 60), Stretch("source", 60, 60)], KIND, SMALL)

    assert files.uploads == {}
    assert "file" not in files.files


def test_a_small_file_is_one_request_to_put() -> None:
    files = MemoryBulkFiles()

    join(files, "file", [Text(b"head"), Text(b"tail")], KIND)

    assert files.requests == ["put", "size"]


@pytest.mark.parametrize("stop", [40, 400], ids=["ten parts", "a hundred parts"])
def test_a_worker_holds_two_parts_however_much_it_writes(stop: int) -> None:
    files = _Blind()
    writer = PieceWriter(files, "piece", level=1, part_bytes=1 << 18)

    tracemalloc.start()
    for number in range(stop):
        writer.write(hashlib.shake_256(bytes([number % 256])).digest(1 << 16))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert writer.close().plain_bytes == stop << 16
    assert peak < 2 << 20


class _Blind(MemoryBulkFiles):
    """Forgets what parts hold."""

    def add(self, upload: Upload, number: int, content: bytes) -> str:
        return f"part-{number}"

    def finish(self, upload: Upload, receipts: Sequence[str]) -> None:
        self.files[upload.name] = b""
