"""Bulk files in S3, in moto, which has S3's limits for parts."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from pidstack.ports.bulk import FileKind
from pidstack.services.bulk.assemble import assemble
from pidstack.services.bulk.join import Mismatch, join
from pidstack.services.bulk.parts import Stretch, Text
from pidstack.services.bulk.pieces import PieceWriter
from pidstack.services.bulk.wrappings import Gzip
from pidstack.store.bulk_files import S3BulkFiles, s3_client

BUCKET = "bulk-files"
MIB = 1024 * 1024


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = s3_client(botocore.session.get_session())
        made.create_bucket(Bucket=BUCKET)
        yield made


@pytest.fixture
def files(client: Any) -> S3BulkFiles:
    return S3BulkFiles(client, BUCKET)


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not compress."""
    return hashlib.shake_256(bytes([seed])).digest(size)


def test_pieces_large_and_small_become_one_gzip_file(files: S3BulkFiles, client: Any) -> None:
    texts = [noise(20 * MIB, 1), b"short", b"", noise(6 * MIB, 2), b"last"]
    pieces = []
    for number, text in enumerate(texts):
        writer = PieceWriter(files, f"unfinished/{number}", b"\n", level=1)
        if text:
            writer.write(text)
        pieces.append(writer.close())

    assembled = assemble(files, "export.gz", pieces, Gzip(), FileKind("application/gzip"), opening=b"<", closing=b">", lead=b"\n")

    kept = client.get_object(Bucket=BUCKET, Key="export.gz")
    content = kept["Body"].read()
    assert gzip.decompress(content) == b"<" + b"\n".join(text for text in texts if text) + b">"
    assert kept["ContentType"] == "application/gzip"
    assert kept["Metadata"] == {"sha256": hashlib.sha256(content).hexdigest()}
    assert assembled.size == len(content)
    assert client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_a_file_appears_whole_in_place_of_the_one_before(files: S3BulkFiles) -> None:
    files.put("name", b"old", FileKind())
    files.put("source", noise(12 * MIB), FileKind())

    join(files, "name", [Text(b"new "), Stretch("source", 1, 11 * MIB)], FileKind())

    assert files.read("name") == b"new " + noise(12 * MIB)[1 : 11 * MIB + 1]


def test_a_stretch_beyond_its_file_is_noticed(files: S3BulkFiles) -> None:
    files.put("source", b"short", FileKind())

    with pytest.raises(Mismatch):
        join(files, "name", [Stretch("source", 0, 50)], FileKind())

    assert files.size("name") is None


def test_what_is_not_there_has_no_size_and_cannot_be_read(files: S3BulkFiles) -> None:
    assert files.size("nothing") is None
    with pytest.raises(FileNotFoundError):
        files.read("nothing")


def test_a_stretch_of_a_file_is_read(files: S3BulkFiles) -> None:
    files.put("name", b"0123456789", FileKind())

    assert (files.read("name", 2, 3), files.read("name", 8), files.read("name", 3, 0)) == (b"234", b"89", b"")
    assert b"".join(files.stream("name")) == b"0123456789"


def test_an_abandoned_file_leaves_nothing_and_may_be_abandoned_again(files: S3BulkFiles, client: Any) -> None:
    upload = files.begin("name", FileKind())
    files.add(upload, 1, b"part")

    files.abandon(upload)
    files.abandon(upload)

    assert files.size("name") is None
    assert client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_removing_takes_more_than_a_thousand_names(files: S3BulkFiles, client: Any) -> None:
    names = [f"unfinished/{number}" for number in range(1001)]
    for name in (names[0], names[-1]):
        files.put(name, b"x", FileKind())

    files.remove(names)

    assert client.list_objects_v2(Bucket=BUCKET).get("Contents", []) == []
