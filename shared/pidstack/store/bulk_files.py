"""Bulk files in an S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from pidstack.ports.bulk import FileKind, Upload

_BLOCK = 1024 * 1024
_MOST_REMOVED = 1000
_LINK_LASTS_S = 3600
# An answer to a copy may come late and say with status 200 that it failed; the SDK repeats that too.
_SETTINGS = Config(
    signature_version="s3v4",
    connect_timeout=5,
    read_timeout=120,
    retries={"mode": "standard", "max_attempts": 8},
    max_pool_connections=16,
)


class S3BulkFiles:
    """`pidstack.ports.bulk.BulkFiles`, and `pidstack.ports.exports.Links`, in one bucket.

    Args:
        client: as `s3_client` makes it.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, content: bytes, kind: FileKind) -> None:
        """See the port. One PutObject."""
        self._client.put_object(Bucket=self._bucket, Key=name, Body=content, **_headers(kind))

    def begin(self, name: str, kind: FileKind) -> Upload:
        """See the port. One CreateMultipartUpload."""
        begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=name, **_headers(kind))
        return Upload(name, begun["UploadId"])

    def add(self, upload: Upload, number: int, content: bytes) -> str:
        """See the port. One UploadPart."""
        return str(self._client.upload_part(**self._part(upload, number), Body=content)["ETag"])

    def copy(self, upload: Upload, number: int, source: str, first: int, size: int) -> str:
        """See the port. One UploadPartCopy."""
        copied = self._client.upload_part_copy(
            **self._part(upload, number),
            CopySource={"Bucket": self._bucket, "Key": source},
            CopySourceRange=f"bytes={first}-{first + size - 1}",
        )
        return str(copied["CopyPartResult"]["ETag"])

    def finish(self, upload: Upload, receipts: Sequence[str]) -> None:
        """See the port. One CompleteMultipartUpload."""
        parts = [{"PartNumber": number, "ETag": receipt} for number, receipt in enumerate(receipts, start=1)]
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=upload.name, UploadId=upload.token, MultipartUpload={"Parts": parts}
        )

    def abandon(self, upload: Upload) -> None:
        """See the port. One AbortMultipartUpload; what it does not reach, the bucket's own rule removes after two days."""
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=upload.name, UploadId=upload.token)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise

    def size(self, name: str) -> int | None:
        """See the port. One HeadObject."""
        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=name)["ContentLength"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise

    def read(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        """See the port. One GetObject."""
        if size == 0:
            return b""
        last = "" if size is None else first + size - 1
        return bytes(self._body(name, Range=f"bytes={first}-{last}").read() if first or size else self._body(name).read())

    def stream(self, name: str) -> Iterator[bytes]:
        """See the port. One GetObject."""
        yield from self._body(name).iter_chunks(_BLOCK)

    def remove(self, names: Sequence[str]) -> None:
        """See the port. One DeleteObjects a thousand."""
        for start in range(0, len(names), _MOST_REMOVED):
            keys = [{"Key": name} for name in names[start : start + _MOST_REMOVED]]
            self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})

    def link(self, name: str, *, saved_as: str, media_type: str) -> str:
        """Give an address under which anybody can fetch a file for an hour. Nothing is sent."""
        told = {"ResponseContentDisposition": f'attachment; filename="{saved_as}"', "ResponseContentType": media_type}
        asked = {"Bucket": self._bucket, "Key": name, **told}
        return str(self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=_LINK_LASTS_S))

    def _body(self, name: str, **asked: str) -> Any:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=name, **asked)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise FileNotFoundError(name) from error
            raise

    def _part(self, upload: Upload, number: int) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": upload.name, "UploadId": upload.token, "PartNumber": number}


def s3_client(session: Session, **settings: Any) -> Any:
    """Make the client of the bucket. Nothing is sent."""
    return session.create_client("s3", config=_SETTINGS, **settings)


def _headers(kind: FileKind) -> dict[str, Any]:
    return {"ContentType": kind.content_type, "Metadata": dict(kind.notes)}
