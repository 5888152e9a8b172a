"""Addresses of a bucket's files that anybody may use for some hours; ranges of a file can be asked for."""

from __future__ import annotations

from typing import Any


class PresignedLinks:
    """Makes addresses. Nothing is sent. One lasts no longer than the credentials of the function that made it.

    Args:
        client: as `bulk_files.s3_client` makes it.
        lasts_s: seconds, at most a week.
    """

    def __init__(self, client: Any, bucket: str, lasts_s: int) -> None:
        self._client = client
        self._bucket = bucket
        self._lasts_s = lasts_s

    def link(self, name: str, *, only_head: bool, saved_as: str = "") -> str:
        """Give the address of a file for GET, or for HEAD: an address is good for one of them.

        Args:
            saved_as: what browsers call what they fetch, if not by the name's last part.
        """
        operation = "head_object" if only_head else "get_object"
        asked = {"Bucket": self._bucket, "Key": name}
        if saved_as and not only_head:
            asked["ResponseContentDisposition"] = f'attachment; filename="{saved_as}"'
        return str(self._client.generate_presigned_url(operation, Params=asked, ExpiresIn=self._lasts_s))
