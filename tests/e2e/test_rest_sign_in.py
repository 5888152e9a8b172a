"""Tokens, API keys and clients in the deployed stack: the key pair is there, and the roles allow what the functions do."""

from __future__ import annotations

import json
import secrets
from typing import Any

import requests

from tests.ezid_http import Stack

DEADLINE_S = 60


def ask(stack: Stack, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, f"{stack.base_url.rstrip('/')}{path}", timeout=DEADLINE_S, **more)


def test_a_token_made_by_the_stacks_own_key_pair_is_recognised(stack: Stack) -> None:
    account = stack.accounts[0]
    form = {"grant_type": "password", "username": account["name"], "password": account["password"]}

    given = ask(stack, "POST", "/token", data=form)
    client = ask(stack, "GET", f"/clients/{account['name']}", headers={"Authorization": f"Bearer {given.json()['access_token']}"})

    assert given.status_code == 200, given.text
    assert client.headers["X-Credential-Username"] == account["name"]
    assert client.json()["data"]["attributes"]["hasPassword"] is True
    assert client.headers["X-Request-Id"]


def test_an_api_key_lives_and_ends(stack: Stack) -> None:
    account = stack.accounts[1]
    by = (account["name"], account["password"])
    body = json.dumps({"data": {"type": "api_keys", "attributes": {"name": secrets.token_hex(4)}}})

    made = ask(stack, "POST", "/credentials/api-keys", data=body, auth=by).json()["data"]
    bearer = {"Authorization": f"Bearer {made['attributes']['key']}"}
    seen = ask(stack, "GET", "/prefixes", headers=bearer)
    ended = ask(stack, "DELETE", f"/credentials/api-keys/{made['id']}", auth=by)

    assert (seen.status_code, seen.headers["X-Credential-Username"], ended.status_code) == (200, account["name"], 204)
    assert ask(stack, "GET", "/prefixes", headers=bearer).status_code == 401


def test_a_client_says_in_rest_what_ezid_then_sees(stack: Stack) -> None:
    account = stack.accounts[0]
    by, title = (account["name"], account["password"]), f"Demo {secrets.token_hex(4)}"

    changed = ask(stack, "PUT", f"/clients/{account['name']}", json={"data": {"attributes": {"name": title}}}, auth=by)
    providers = ask(stack, "GET", "/providers", params={"query": account["group"]})
    prefixes = ask(stack, "GET", "/client-prefixes", params={"client-id": changed.json()["data"]["id"]})

    assert changed.status_code == 200, changed.text
    listed = ask(stack, "GET", "/clients")
    assert (title in listed.text, listed.headers["Content-Encoding"]) == (True, "gzip")
    assert [each["id"] for each in providers.json()["data"]] == [account["group"]]
    assert "10.12345" in {each["relationships"]["prefix"]["data"]["id"] for each in prefixes.json()["data"]}
