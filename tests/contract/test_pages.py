"""Pages behind the routes of the template, over records made through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest

from pidstack.protocols.pages.dispatch import ROUTES
from tests.contract.in_process import BASE_URL, Gateway, running

ALICE = ("alice", "alicepw")
ARK = "ark:/12345/x1abc"
PEOPLE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def api() -> Iterator[Gateway]:
    """A registry with one ARK."""
    with running() as gateway:
        gateway.add_account("alice", "alicepw", "ark:/12345/x1")
        gateway.add_shoulder("ark:/12345/x1")
        made = gateway.send(
            "PUT", f"/id/{ARK}", "_target: https://example.org/\nerc.who: Proust, Marcel\nerc.what: Remembrance", by=ALICE
        )
        assert made.status == 201, made.text
        yield gateway


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/", 200, "Registry &amp; Sons"),
        ("/docs", 200, "OAI-PMH"),
        ("/docs/ezid", 200, f"{BASE_URL}/id"),
        (f"/view/{ARK}", 200, "Remembrance"),
        ("/view/ark%3A%2F12345%2Fx1abc", 200, "Remembrance"),
        ("/view/ark:12345/x1-abc", 200, "Remembrance"),
        ("/view/ark:/12345/x1none", 404, "Not found"),
        ("/static/style.css", 200, "prefers-color-scheme"),
    ],
)
def test_a_page_is_where_its_route_is(api: Gateway, path: str, status: int, says: str) -> None:
    answer = api.send("GET", path, headers=PEOPLE)

    assert answer.status == status
    assert says in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_box_leads_through_the_resolver_to_the_object(api: Gateway) -> None:
    asked = api.send("GET", "/resolve?identifier=ark%3A12345%2Fx1abc", headers=PEOPLE)
    led = api.send("GET", asked.headers["location"].removeprefix(BASE_URL), headers=PEOPLE)

    assert (asked.status, led.status, led.headers["location"]) == (302, 302, "https://example.org/")


def test_health_asks_the_real_parts(api: Gateway) -> None:
    for bucket in ("exports", "snapshots"):
        boto3.client("s3").create_bucket(Bucket=bucket)

    said = json.loads(api.send("GET", "/health").text)

    found = {name: part["status"] for name, part in said["components"].items()}
    assert found == {
        "records": "up",
        "downloads": "up",
        "snapshots": "up",
        "making downloads": "down",  # there is no state machine here
        "making snapshots": "down",
    }


def test_no_page_takes_the_path_of_another_protocol(api: Gateway) -> None:
    starts = {path.split("/")[1] for path in ROUTES}

    assert starts & {"id", "oai", "dois", "ez", "shoulder", "download", "status", "login", "token", "heartbeat"} == set()
    assert api.send("GET", "/status").text.startswith("success: ")
