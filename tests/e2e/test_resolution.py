"""Identifiers and pages at their paths in the deployed stack: paths stay as they were sent, roles allow what is done."""

from __future__ import annotations

import secrets
from typing import Any

import requests

from tests.ezid_http import Stack

DEADLINE_S = 60
TARGET = "https://example.org/object"


def get(stack: Stack, path: str, **more: Any) -> requests.Response:
    return requests.get(f"{stack.base_url.rstrip('/')}{path}", timeout=DEADLINE_S, allow_redirects=False, **more)


def made(stack: Stack, body: str) -> str:
    account = stack.accounts[0]
    name = f"ark:/99999/fk4r{secrets.token_hex(6)}"
    url, by = f"{stack.base_url.rstrip('/')}/id/{name}", (account["name"], account["password"])
    answer = requests.put(url, body, auth=by, headers={"Content-Type": "text/plain"}, timeout=DEADLINE_S)
    assert answer.status_code == 201, answer.text
    return name


def test_a_name_leads_from_its_path_through_its_pages_to_its_tombstone(stack: Stack) -> None:
    name = made(stack, f"_target: {TARGET}\nerc.who: Proust, Marcel\nerc.what: Remembrance <b>")
    encoded, base = name.replace(":", "%3A").replace("/", "%2F"), stack.base_url.rstrip("/")

    led = [get(stack, path) for path in (f"/{name}", f"/{encoded}", f"/{name}/a%2Fb?c=d", f"/{name}?info")]
    form, page = get(stack, f"/application/x-bibtex/{name}"), get(stack, f"/view/{encoded}")
    found = get(stack, "/resolve", params={"identifier": name})

    assert [answer.headers.get("Location") for answer in led] == [TARGET, TARGET, f"{TARGET}/a%2Fb?c=d", None]
    assert "who: Proust, Marcel" in led[-1].text
    assert (form.status_code, page.status_code) == (200, 200)
    assert "Remembrance &lt;b&gt;" in page.text
    assert found.headers["Location"] == f"{base}/{name}"

    account = stack.accounts[0]
    by = (account["name"], account["password"])
    plain = {"Content-Type": "text/plain"}
    requests.post(f"{base}/id/{name}", "_status: unavailable | lost", auth=by, headers=plain, timeout=DEADLINE_S).raise_for_status()

    tombstone = get(stack, get(stack, f"/{name}").headers["Location"].removeprefix(base))
    assert (tombstone.status_code, "Reason:</b> <bdi>lost" in tombstone.text) == (200, True)
    assert get(stack, f"/{name}", headers={"Accept": "application/json"}).json()["reason"] == "lost"


def test_the_front_pages_answer(stack: Stack) -> None:
    home, health = get(stack, "/"), get(stack, "/health")

    assert "lead to their objects" in home.text
    assert health.json()["components"].keys() == {"records", "downloads", "snapshots", "making downloads", "making snapshots"}
    assert health.json()["status"] == "up", health.text
    assert get(stack, "/favicon.ico").status_code == 404
