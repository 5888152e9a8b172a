"""Who may do what in DataCite's REST API: one table of roles and requests.

Two providers with a client each, in one realm, and a third in another. A row tells the status that each role gets, in the order of
`ROLES`. A request that would change something for one role is made on something fresh for each.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from pidstack.domain.accounts import DEFAULT_REALM, Group
from tests.contract.in_process import Gateway, running
from tests.world import an_account

ROLES = ("public", "wrong", "client", "key", "neighbour", "stranger", "provider", "other provider", "consortium", "staff")
NAMES = {
    "wrong": "one",
    "client": "one",
    "key": "one",
    "neighbour": "two",
    "stranger": "three",
    "provider": "gone",
    "other provider": "gthree",
    "consortium": "rtwo",
    "staff": "boss",
}
KINDS = ("clients", "repositories")
fresh = count(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        for name, group, more in (
            ("one", "ga", {}),
            ("two", "ga", {}),
            ("gone", "ga", {"group_admin": True}),
            ("rtwo", "gb", {"realm_admin": True}),
            ("three", "gc", {}),
            ("gthree", "gc", {"group_admin": True}),
            ("boss", "staff", {"superuser": True}),
        ):
            if gateway.directory.group(group) is None:
                gateway.directory.create(Group(group, "elsewhere" if group == "gc" else DEFAULT_REALM))
            gateway.directory.create(an_account(name, group, **more))
        yield gateway


@pytest.fixture(scope="module")
def key(gateway: Gateway) -> str:
    body = json.dumps({"data": {"attributes": {"name": "a program"}}})
    answer = gateway.send("POST", "/credentials/api-keys", body, by=("one", "onepw"))
    return str(json.loads(answer.text)["data"]["attributes"]["key"])


def headers(role: str, key: str) -> dict[str, str]:
    if role == "public":
        return {}
    if role == "key":
        return {"Authorization": f"Bearer {key}"}
    password = "wrong" if role == "wrong" else f"{NAMES[role]}pw"
    return {"Authorization": "Basic " + base64.b64encode(f"{NAMES[role]}:{password}".encode()).decode()}


def a_client() -> dict[str, Any]:
    return {"type": "clients", "attributes": {"symbol": f"GA.NEW{next(fresh)}", "name": "New"}}


def a_provider() -> dict[str, Any]:
    return {"type": "providers", "attributes": {"symbol": f"P{next(fresh)}", "name": "New"}}


def a_prefix() -> dict[str, Any]:
    return {"type": "prefixes", "id": f"10.{50_000 + next(fresh)}"}


def a_name() -> dict[str, Any]:
    return {"type": "any", "attributes": {"name": f"Name {next(fresh)}"}}


REFUSED = (401, 401, 403, 403, 403, 403)
# Method, path, body, and a status for each role.
TABLE: dict[str, tuple[str, str, Any, tuple[int, ...]]] = {
    "a client is read": ("GET", "/clients/ga.one", None, (200,) * 10),
    "clients are listed": ("GET", "/clients", None, (200,) * 10),
    "repositories are listed": ("GET", "/repositories", None, (200,) * 10),
    "a provider is read": ("GET", "/providers/ga", None, (200,) * 10),
    "providers are listed": ("GET", "/providers", None, (200,) * 10),
    "prefixes are listed": ("GET", "/prefixes", None, (200,) * 10),
    "who has which is listed": ("GET", "/client-prefixes", None, (200,) * 10),
    "a client is made": ("POST", "/clients", a_client, (*REFUSED, 201, 403, 201, 201)),
    "a repository is made": ("POST", "/repositories", a_client, (*REFUSED, 201, 403, 201, 201)),
    "a client is changed": ("PUT", "/clients/ga.one", a_name, (401, 401, 200, 403, 403, 403, 200, 403, 200, 200)),
    "an administrator is changed": ("PUT", "/clients/ga.gone", a_name, (*REFUSED, 200, 403, 200, 200)),
    "a wider administrator is changed": ("PATCH", "/clients/gb.rtwo", a_name, (*REFUSED, 403, 403, 200, 200)),
    "the staff is changed": ("PUT", "/clients/staff.boss", a_name, (*REFUSED, 403, 403, 403, 200)),
    "a client is ended": ("DELETE", "/clients/{made}", None, (*REFUSED, 204, 403, 204, 204)),
    "a provider is made": ("POST", "/providers", a_provider, (*REFUSED, 403, 403, 403, 201)),
    "a provider is changed": ("PUT", "/providers/ga", a_name, (*REFUSED, 200, 403, 200, 200)),
    "a provider is ended": ("DELETE", "/providers/ga", None, (405,) * 10),
    "a prefix is made": ("POST", "/prefixes", a_prefix, (*REFUSED, 403, 403, 403, 201)),
    "a prefix is changed": ("PUT", "/prefixes/10.5072", a_prefix, (405,) * 10),
    "a prefix is given to a client": ("POST", "/client-prefixes", a_name, (405,) * 10),
    "who has it is changed": ("PATCH", "/provider-prefixes/x", a_name, (405,) * 10),
    "keys are listed": ("GET", "/credentials/api-keys", None, (401, 401, 200, 403, 200, 200, 200, 200, 200, 200)),
    "a key is made": ("POST", "/credentials/api-keys", a_name, (401, 401, 201, 403, 201, 201, 403, 403, 403, 403)),
    "a key is ended": ("DELETE", "/credentials/api-keys/none", None, (401, 401, 404, 403, 404, 404, 404, 404, 404, 404)),
}
CASES = [
    pytest.param(role, method, path, body, statuses[place], id=f"{what}: {role}")
    for what, (method, path, body, statuses) in TABLE.items()
    for place, role in enumerate(ROLES)
]
WORDS = {
    401: "Bad credentials.",
    403: "You are not authorized to access this resource.",
    404: "The resource you are looking for doesn't exist.",
    405: "Method not allowed",
}


@pytest.mark.parametrize(("role", "method", "path", "body", "status"), CASES)
def test_a_role_may_do_this_and_no_more(
    gateway: Gateway, key: str, role: str, method: str, path: str, body: Any, status: int
) -> None:
    if "{made}" in path:
        made = a_client()
        assert gateway.send("POST", "/clients", json.dumps({"data": made}), by=("boss", "bosspw")).status == 201
        path = path.replace("{made}", made["attributes"]["symbol"])

    answer = gateway.send(method, path, json.dumps({"data": body()}) if body else None, headers=headers(role, key))

    assert answer.status == status, answer.text
    if status in WORDS:
        assert json.loads(answer.text) == {"errors": [{"status": str(status), "title": WORDS[status]}]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ROLES)
def test_an_address_is_for_the_client_itself_its_provider_and_the_staff(gateway: Gateway, key: str, role: str, kind: str) -> None:
    answer = gateway.send("GET", f"/{kind}/ga.one", headers=headers(role, key))

    seen = {"contactEmail", "systemEmail", "hasPassword"} & set(json.loads(answer.text)["data"]["attributes"])
    is_near = role in {"client", "key", "provider", "consortium", "staff"}
    assert seen == ({"systemEmail" if kind == "repositories" else "contactEmail", "hasPassword"} if is_near else set())


def test_nobody_gets_a_wider_role_by_giving_its_bearer_a_password(gateway: Gateway) -> None:
    gateway.directory.create(an_account("gtwo", "ga", group_admin=True))
    body = json.dumps({"data": {"attributes": {"passwordInput": "mine"}}})

    answer = gateway.send("PUT", "/clients/ga.gtwo", body, by=("gone", "gonepw"))

    assert answer.status == 403
    assert gateway.send("GET", "/clients", by=("gtwo", "gtwopw")).headers["x-credential-username"] == "gtwo"
