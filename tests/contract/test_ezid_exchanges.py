"""The recorded EZID exchanges, in process: the template's routes, the real handlers, moto's table.

The same exchanges are sent over HTTP to a deployed stack by `tests/e2e/test_ezid_exchanges.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from pidstack.domain.shoulder import Agency
from tests.contract.ezid_replay import load, replay, with_differences
from tests.contract.in_process import BASE_URL, Gateway, running


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        yield gateway


@pytest.fixture
def passwords(gateway: Gateway) -> dict[str, str]:
    directory = load("accounts.json")
    granted: dict[str, list[str]] = {}
    for one in directory["shoulders"]:
        agency = Agency.CROSSREF if one.get("crossref") else Agency.DATACITE if "datacenter" in one else Agency.NONE
        gateway.add_shoulder(
            one["shoulder"],
            title=one["name"],
            agency=agency,
            datacenter=one.get("datacenter", ""),
            mints=not one.get("no_minter"),
            test=bool(one.get("test")),
        )
        for account in one.get("granted_to", ()):
            granted.setdefault(account, []).append(one["shoulder"])
    for one in directory["accounts"]:
        gateway.add_account(
            one["name"],
            one["password"],
            *granted.get(one["name"], ()),
            group=one["group"],
            proxy_of=frozenset({one["proxy_of"]} if "proxy_of" in one else ()),
            group_admin=bool(one.get("group_admin")),
            superuser=bool(one.get("superuser")),
        )
    return {one["name"]: one["password"] for one in directory["accounts"]}


def test_every_recorded_exchange_is_answered_as_a_real_ezid_answered_it(gateway: Gateway, passwords: dict[str, str]) -> None:
    exchanges = with_differences(load("exchanges.jsonl"), load("differences.json"))

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        answer = gateway.send(method, path, body, headers=headers)
        content = answer.text.encode()
        return answer.status, [*answer.headers.items(), ("content-length", str(len(content)))], content

    mismatches = replay(exchanges, send, passwords, base_url=BASE_URL)

    assert not mismatches, f"{len(mismatches)} of {len(exchanges)} exchanges:\n" + "\n".join(map(str, mismatches))
