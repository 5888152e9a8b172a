"""Addresses of files in a bucket that work without credentials for a while."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import Session

from pidstack.store.bulk_files import s3_client
from pidstack.store.snapshot_links import PresignedLinks


@pytest.fixture
def links() -> PresignedLinks:
    session = Session()
    session.set_credentials("key", "secret")
    return PresignedLinks(s3_client(session, region_name="eu-west-1"), "bucket", 7200)


@pytest.mark.parametrize(
    ("only_head", "saved_as", "told"),
    [
        (False, "", None),
        (False, "day3-archive.tar.gz", ['attachment; filename="day3-archive.tar.gz"']),
        (True, "day3-archive.tar.gz", None),
    ],
    ids=["by its own name", "by another name", "HEAD"],
)
def test_an_address_says_what_the_file_is_called(
    links: PresignedLinks, only_head: bool, saved_as: str, told: list[str] | None
) -> None:
    address = urlsplit(links.link("archives/all.tar.gz", only_head=only_head, saved_as=saved_as))

    asked = parse_qs(address.query)
    assert address.path.endswith("archives/all.tar.gz")
    assert asked["X-Amz-Expires"] == ["7200"]
    assert asked.get("response-content-disposition") == told
