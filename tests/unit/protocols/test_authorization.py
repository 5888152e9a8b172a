"""What the gateway's authorizer finds out about a request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.authorization import recognise
from pidstack.protocols.clients import Clients
from pidstack.protocols.gateway import Request
from tests.ezid_client import InProcess, basic
from tests.world import cheap_hash


@pytest.fixture
def client() -> InProcess:
    return InProcess()


def found(client: InProcess, *, resource: str = "/id/{identifier+}", **headers: str) -> dict[str, str]:
    request = Request("PUT", resource, "/id/x", {}, headers, b"", "https://pid.example")
    return recognise(request, Clients(client.service.authenticator), client.service.sessions)


def cookie(client: InProcess, name: str) -> str:
    account = client.world.keeper.account(name)
    assert account is not None
    return f"sessionid={client.service.sessions.begin(account)}"


def test_a_password_is_recognised(client: InProcess) -> None:
    assert found(client, authorization=basic("alice")) == {"account": "alice", "via": "password"}


def test_a_session_is_recognised(client: InProcess) -> None:
    assert found(client, cookie=cookie(client, "alice")) == {"account": "alice", "via": "session"}


@pytest.mark.parametrize(
    "header", [basic("bob"), basic("bob", "wrong"), "nonsense"], ids=["another account", "a wrong password", "unreadable"]
)
def test_beside_a_live_session_the_header_is_not_looked_at(client: InProcess, header: str) -> None:
    assert found(client, cookie=cookie(client, "alice"), authorization=header)["account"] == "alice"


def test_a_dead_session_is_told_and_the_password_counts(client: InProcess) -> None:
    assert found(client, cookie="sessionid=dead", authorization=basic("alice")) == {
        "account": "alice",
        "via": "password",
        "stale_session": "yes",
    }


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"cookie": "sessionid=dead"}, id="only a dead session"),
        pytest.param({"cookie": "other=1"}, id="only another cookie"),
        pytest.param({"authorization": basic("alice", "wrong")}, id="a wrong password"),
        pytest.param({"authorization": basic("nobody")}, id="nobody"),
    ],
)
def test_without_right_credentials_nobody_is_recognised(client: InProcess, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        found(client, **headers)


UNREADABLE = ["Bearer x", "basic YTpi", "Basic", "Basic !!!", "Basic \xff\xfe", "Basic YQ==", "Basic OmI=", "Basic YTpiOmM="]


@pytest.mark.parametrize("header", UNREADABLE)
def test_an_unreadable_header_is_passed_on_without_an_account(client: InProcess, header: str) -> None:
    assert found(client, authorization=header) == {}
    assert found(client, authorization=header, cookie="sessionid=dead") == {"stale_session": "yes"}


@pytest.mark.parametrize("header", UNREADABLE)
def test_on_the_ez_routes_an_unreadable_header_is_wrong_like_any_other(client: InProcess, header: str) -> None:
    with pytest.raises(Unauthenticated):
        found(client, resource="/ez/id/{identifier+}", authorization=header)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(basic("alice"), id="name"),
        pytest.param(basic("GROUPA.ALICE", "alicepw"), id="symbol of the client"),
        pytest.param(basic("groupa.alice", "alicepw"), id="id of the client"),
        pytest.param(basic("alice").replace("Basic", "basic"), id="scheme in lower case"),
    ],
)
def test_on_the_ez_routes_a_client_signs_in_as_in_datacites_other_apis(client: InProcess, header: str) -> None:
    assert found(client, resource="/ez/id/{identifier+}", authorization=header) == {"account": "alice", "via": "password"}


def test_on_the_ez_routes_a_password_may_have_colons(client: InProcess) -> None:
    client.world.keeper.create(Account("colon", "groupa", cheap_hash("a:b: c")))

    assert found(client, resource="/ez/shoulder/{shoulder+}", authorization=basic("colon", "a:b: c"))["account"] == "colon"


def test_a_client_id_is_no_name_in_ezids_protocol(client: InProcess) -> None:
    with pytest.raises(Unauthenticated):
        found(client, authorization=basic("groupa.alice", "alicepw"))


def test_the_ez_routes_know_no_sessions(client: InProcess) -> None:
    with pytest.raises(Unauthenticated):
        found(client, resource="/ez/id/{identifier+}", cookie=cookie(client, "alice"))


def test_what_is_found_fits_into_the_authorizers_context(client: InProcess) -> None:
    everything = found(client, cookie="sessionid=dead", authorization=basic("alice"))

    assert all(isinstance(value, str) for value in everything.values())


def test_a_disabled_account_is_not_recognised(client: InProcess) -> None:
    account = client.world.keeper.account("alice")
    assert account is not None
    client.world.keeper.change(account, replace(account, disabled=True))

    with pytest.raises(Unauthenticated):
        found(client, authorization=basic("alice"))
