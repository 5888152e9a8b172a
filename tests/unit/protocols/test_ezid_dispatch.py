"""The EZID API from request to answer, over a registry in memory (EZID API v2, the operations)."""

from __future__ import annotations

import re

import pytest

from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.authorization import recognise
from pidstack.protocols.ezid import dispatch
from tests.builders import NOW_S, a_record
from tests.ezid_client import BASE, InProcess, basic
from tests.world import DESCRIBED

ARK, TEST_ARK = "/id/ark:/13030/c7x", "/id/ark:/99999/fk4x"
TAKEN = "error: bad request - identifier already exists, cannot create"
DESCRIPTION = "\n".join(f"{name}: {value}" for name, value in DESCRIBED.items())


@pytest.fixture
def client() -> InProcess:
    return InProcess()


def kept(client: InProcess, name: str = "ark:/13030/c7x", **fields: object) -> Record:
    record = a_record(name, **fields)
    client.world.identifiers.create(record)
    return record


def token_of(response_headers: object) -> str:
    found = re.match(r"sessionid=([^;]+); HttpOnly; Path=/; SameSite=Lax; Secure$", str(response_headers))
    assert found, response_headers
    return found[1]


# ---------------------------------------------------------------------------------------------- the life of an identifier
def test_an_identifier_is_made_seen_changed_and_deleted(client: InProcess) -> None:
    made = client.send("PUT", ARK, "_status: reserved\nerc.who: Proust", by="alice")
    changed = client.send("POST", ARK, "erc.what: Remembrance\n_target: https://example.org/", by="alice")
    seen = client.send("GET", ARK)
    deleted = client.send("DELETE", ARK, by="alice")
    gone = client.send("GET", ARK)

    assert (made.status, made.body) == (201, "success: ark:/13030/c7x")
    assert (changed.status, changed.body) == (200, "success: ark:/13030/c7x")
    assert seen.status == 200
    assert seen.body == (
        "success: ark:/13030/c7x\nerc.who: Proust\nerc.what: Remembrance\n_owner: alice\n_ownergroup: groupa\n"
        f"_created: {NOW_S}\n_updated: {NOW_S}\n_profile: erc\n_status: reserved\n_target: https://example.org/\n_export: yes\n"
    )
    assert (deleted.status, deleted.body) == (200, "success: ark:/13030/c7x")
    assert (gone.status, gone.body) == (400, "error: bad request - no such identifier")


def test_a_new_doi_is_told_with_its_shadow(client: InProcess) -> None:
    response = client.send("PUT", "/id/doi:10.9999/fz4a-b", DESCRIPTION, by="alice")

    assert (response.status, response.body) == (201, "success: doi:10.9999/FZ4A-B | ark:/b9999/fz4a%252db")


def test_a_doi_goes_by_its_shadow_too(client: InProcess) -> None:
    client.send("PUT", "/id/doi:10.9999/FZ4A", DESCRIPTION, by="alice")

    seen = client.send("GET", "/id/ark:/b9999/fz4a")
    changed = client.send("POST", "/id/ark:/b9999/fz4a", "x: 1", by="alice")

    assert seen.body.startswith("success: doi:10.9999/FZ4A\n")
    assert changed.body == "success: doi:10.9999/FZ4A"


def test_a_minted_identifier_is_told(client: InProcess) -> None:
    ark = client.send("POST", "/shoulder/ark:/99999/fk4", by="bob")
    doi = client.send("POST", "/shoulder/doi:10.5072/FK2", "_status: reserved", by="bob")

    assert ark.status == doi.status == 201
    assert re.fullmatch(r"success: ark:/99999/fk4[0-9b-z]{7}", ark.body)
    assert re.fullmatch(r"success: doi:10\.5072/FK2([0-9B-Z]{7}) \| ark:/b5072/fk2[0-9b-z]{7}", doi.body)


def test_the_longest_start_of_a_name_is_told_with_what_was_asked(client: InProcess) -> None:
    kept(client)

    response = client.send("GET", f"{ARK}/y?prefix_match=YES")

    assert response.body.startswith("success: ark:/13030/c7x in_lieu_of ark:/13030/c7x/y\n")
    assert client.send("GET", f"{ARK}/y?prefix_match=no").status == 400


def test_an_agents_own_identifier_is_for_superusers(client: InProcess) -> None:
    kept(client, agent_role="user")

    assert client.send("GET", ARK).status == 401
    assert client.send("GET", ARK, by="alice").status == 403
    assert "_ezid_role: user\n" in client.send("GET", ARK, by="admin").body


# ------------------------------------------------------------------------------------------------------- update_if_exists
def test_update_if_exists_makes_what_is_missing(client: InProcess) -> None:
    response = client.send("PUT", f"{ARK}?update_if_exists=yes", "a: 1", by="alice")

    assert (response.status, response.body) == (201, "success: ark:/13030/c7x")


def test_update_if_exists_changes_what_is_there(client: InProcess) -> None:
    kept(client, elements={"a": "1", "b": "2"})

    response = client.send("PUT", f"{ARK}?update_if_exists=yes", "a: 3", by="alice")

    assert (response.status, response.body) == (201, "success: ark:/13030/c7x")
    assert "a: 3\nb: 2\n" in client.send("GET", ARK).body


@pytest.mark.parametrize(
    ("by", "body", "query", "status", "line"),
    [
        pytest.param("alice", "", "?update_if_exists=no", 400, TAKEN, id="no"),
        pytest.param("proxy", "", "?update_if_exists=yes", 403, "error: forbidden", id="somebody else's"),
        pytest.param("gadmin", "", "?update_if_exists=yes", 403, "error: forbidden", id="may change but not make it"),
        pytest.param(
            "bob",
            "_status: unavailable",
            "?update_if_exists=yes",
            400,
            "error: bad request - _status: invalid identifier status change",
            id="as if it were new",
        ),
    ],
)
def test_update_if_exists_asks_for_both_permissions(
    client: InProcess, by: str, body: str, query: str, status: int, line: str
) -> None:
    owner = {"owner": "bob", "group": "groupb"} if by in {"bob", "proxy"} else {}
    kept(client, "ark:/99999/fk4x", **owner)
    kept(client, **owner)
    path = TEST_ARK if by == "bob" else ARK

    response = client.send("PUT", path + query, body, by=by)

    assert (response.status, response.body) == (status, line)


# --------------------------------------------------------------------------------------------------- sign in and out
def test_a_session_begins_serves_and_ends(client: InProcess) -> None:
    signed_in = client.send("GET", "/login", by="alice")
    cookie = {"Cookie": f"sessionid={token_of(signed_in.headers['Set-Cookie'])}"}
    made = client.send("PUT", ARK, headers=cookie)
    again = client.send("GET", "/login", headers=cookie)
    signed_out = client.send("GET", "/logout", headers=cookie)
    refused = client.send("POST", ARK, headers=cookie)

    assert (signed_in.status, signed_in.body) == (200, "success: session cookie returned")
    assert made.status == 201
    assert again.body == "success: session cookie returned"
    assert "Set-Cookie" not in again.headers
    assert (signed_out.status, signed_out.body) == (200, "success: authentication credentials flushed")
    assert signed_out.headers["Set-Cookie"].startswith('sessionid="";')
    assert "Max-Age=0" in signed_out.headers["Set-Cookie"]
    assert refused.status == 401


def test_signing_in_with_a_dead_session_and_a_password_begins_a_new_one(client: InProcess) -> None:
    response = client.send("GET", "/login", by="alice", headers={"Cookie": "sessionid=dead"})

    token = token_of(response.headers["Set-Cookie"])
    assert client.send("PUT", ARK, headers={"Cookie": f"sessionid={token}"}).status == 201


def test_a_dead_session_is_expired_by_the_answer_to_a_password(client: InProcess) -> None:
    response = client.send("PUT", ARK, by="alice", headers={"Cookie": "sessionid=dead"})

    assert response.status == 201
    assert 'sessionid=""' in response.headers["Set-Cookie"]


def test_nothing_but_signing_in_begins_a_session(client: InProcess) -> None:
    for method, path in [("PUT", ARK), ("POST", ARK), ("GET", ARK), ("POST", "/shoulder/ark:/99999/fk4"), ("GET", "/status")]:
        assert "Set-Cookie" not in client.send(method, path, by="alice").headers


def test_signing_out_without_a_session_succeeds(client: InProcess) -> None:
    for headers in ({}, {"Cookie": "sessionid=dead"}):
        assert client.send("GET", "/logout", headers=headers).status == 200


@pytest.mark.parametrize(
    ("header", "line"),
    [
        pytest.param("Bearer x", "error: unable to parse basic_auth request", id="another scheme"),
        pytest.param("basic YTpi", "error: unable to parse basic_auth request", id="lower case"),
        pytest.param("Basic !!!", "error: bad request - malformed Authorization header", id="not base64"),
        pytest.param("Basic \xff", "error: bad request - malformed Authorization header", id="not ASCII"),
        pytest.param("Basic YQ==", "error: bad request - malformed Authorization header", id="no colon"),
        pytest.param("Basic YTpiOmM=", "error: bad request - malformed Authorization header", id="two colons"),
        pytest.param("Basic //46/Q==", "error: bad request - malformed Authorization header", id="not UTF-8"),
        pytest.param("Basic OmI=", "error: bad request - username required", id="no name"),
        pytest.param("Basic YTo=", "error: bad request - password required", id="no password"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ARK), ("PUT", ARK), ("POST", ARK), ("DELETE", ARK), ("POST", "/shoulder/ark:/99999/fk4"), ("GET", "/login")],
    ids=["view", "create", "modify", "delete", "mint", "login"],
)
def test_an_authorization_header_that_cannot_be_read_is_told_why(
    client: InProcess, method: str, path: str, header: str, line: str
) -> None:
    record = kept(client, state=State.DRAFT)

    response = client.send(method, path, headers={"Authorization": header})

    assert (response.status, response.body) == (400, line)
    assert client.world.identifiers.get(record.identifier) == record


@pytest.mark.parametrize(
    "credentials", [basic("alice", "wrong"), basic("nobody"), basic("@alice")], ids=["wrong", "unknown", "at with the own password"]
)
def test_wrong_credentials_are_challenged_but_not_where_everybody_may_read(client: InProcess, credentials: str) -> None:
    kept(client)
    headers = {"Authorization": credentials}

    assert client.send("GET", ARK, headers=headers).status == 200
    assert client.send("POST", ARK, headers=headers).status == 401


def test_the_slow_hash_is_not_paid_for_reading_what_everybody_may_read(client: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(client)
    monkeypatch.setattr("pidstack.services.authenticate.is_password", lambda *_: pytest.fail("nobody needs to know"))

    assert client.send("GET", ARK, by="alice").status == 200


# ------------------------------------------------------------------------------------------------------ what is refused
REFUSED = [
    pytest.param("PUT", ARK, "", 400, TAKEN, id="taken"),
    pytest.param("PUT", "/id/ark:/20775/bbx", "", 403, "error: forbidden", id="foreign shoulder"),
    pytest.param("POST", "/id/ark:/13030/c7none", "", 400, "error: bad request - no such identifier", id="nothing to change"),
    pytest.param("DELETE", ARK, "", 400, "error: bad request - identifier status does not support deletion", id="public"),
    pytest.param("POST", ARK, "_status: reserved", 400, "error: bad request - _status: invalid identifier status change", id="no"),
    pytest.param("POST", ARK, "_status: Public", 400, "error: bad request - _status: invalid identifier status", id="no status"),
    pytest.param("POST", ARK, "_export: maybe", 400, "error: bad request - _export: value must be 'yes' or 'no'", id="export"),
    pytest.param("POST", ARK, "_profile: a b", 400, "error: bad request - _profile: invalid profile name", id="profile"),
    pytest.param("POST", ARK, "_target: nowhere", 400, "error: bad request - _target: Enter a valid URL.", id="target"),
    pytest.param("POST", ARK, "_owner: nobody", 400, "error: bad request - _owner: no such user", id="owner"),
    pytest.param("POST", ARK, "_owner: bob", 400, "error: bad request - ownership change prohibited", id="stranger"),
    pytest.param("POST", ARK, "_ownergroup: groupa", 400, "error: bad request - _ownergroup: field is not settable", id="group"),
    pytest.param("POST", ARK, "_created: 1", 400, "error: bad request - _created: field is not settable", id="created"),
    pytest.param("POST", ARK, "_no%3Asuch: 1", 400, "error: bad request - _no:such: field is not settable", id="reserved label"),
    pytest.param("POST", ARK, "_crossref: no", 400, "error: bad request - _crossref: value must be 'yes'", id="crossref"),
    pytest.param("POST", f"{ARK}?x=1", "", 400, "error: bad request - unrecognized URL query parameter 'x'", id="parameter"),
    pytest.param("PUT", f"{ARK}?update_if_exists=", "", 400, None, id="an empty yes or no"),
    pytest.param("POST", f"{ARK}?update_external_services=no", "", 400, None, id="a superuser's parameter"),
    pytest.param("POST", "/shoulder/ark:/99999/fk4?x=1", "", 400, None, id="a parameter of the minter"),
    pytest.param("POST", "/shoulder/ark:/99999/none", "", 400, "error: bad request - no such shoulder", id="no shoulder"),
    pytest.param("POST", "/shoulder/ark:/13960/", "", 400, "error: bad request - shoulder does not support minting", id="none"),
    pytest.param("POST", "/shoulder/ark:/20775/bb", "", 403, "error: forbidden", id="another's minter"),
    pytest.param("PUT", "/id/doi:10.9999/FZ4N", "", 400, None, id="an undescribed doi"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "line"), REFUSED)
def test_what_is_refused_is_told_precisely_and_changes_nothing(
    client: InProcess, method: str, path: str, body: str, status: int, line: str | None
) -> None:
    record = kept(client)
    writes = client.world.identifiers.writes
    client.world.time.now_s += 60

    response = client.send(method, path, body, by="alice")

    assert response.status == status
    assert response.body == line if line else response.body.startswith("error: bad request - ")
    assert client.world.identifiers.get(record.identifier) == record
    assert client.world.identifiers.writes == writes


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "ark:13030/x",
        "ark:/13030",
        "ark:/13030/",
        "ark:/1303/x",
        "ARK:/13030/x",
        "ark:/13030/a./b",
        "ark:/13030/%zz",
        "ark:/13030/é",
        "ark:/13030/a b",
        "ark:/13030/" + "x" * 245,
        "doi:10.5072",
        "doi:10.5072/",
        "doi:10.05072/x",
        "doi:10.5072/a//b",
        "doi:10.5072/a#b",
        "DOI:10.5072/x",
        "doi:/10.5072/x",
        "10.5072/x",
        "https://doi.org/10.5072/x",
        "hdl:1/x",
        "uuid:x",
        "urn:uuid:x",
        "ark:/b5072/FK2",
        "/ark:/13030/x",
    ],
    ids=lambda name: name[:30] or "nothing",
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_is_no_identifier_is_refused_by_every_operation(client: InProcess, method: str, name: str) -> None:
    response = client.send(method, f"/id/{name}", by="alice")

    assert (response.status, response.body) == (400, "error: bad request - invalid identifier")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("PATCH", f"/{first}") for first in ("id/x", "shoulder/x", "login", "logout", "status", "version")),
        *(("HEAD", f"/{first}") for first in ("id/x", "login", "status")),
        ("OPTIONS", "/id/x"),
        ("GET", "/shoulder/x"),
        ("PUT", "/shoulder/x"),
        ("POST", "/login"),
        ("POST", "/logout"),
        ("POST", "/status"),
    ],
)
def test_a_method_that_the_path_does_not_know_is_not_allowed(client: InProcess, method: str, path: str) -> None:
    response = client.send(method, path)

    assert response.status == 405
    assert response.body == ("" if method == "HEAD" else "error: method not allowed")


def test_a_path_that_is_not_ezids_is_not_found(client: InProcess) -> None:
    assert client.send("GET", "/nowhere").status == 404


def test_a_writer_that_always_loses_is_told_to_come_again(client: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(client)
    monkeypatch.setattr("pidstack.services.update.TRIES", 0)

    response = client.send("POST", ARK, "a: 1", by="alice")

    assert (response.status, response.body) == (503, "error: concurrency limit exceeded")


def test_a_fault_of_ours_is_not_taken_for_the_clients(client: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(client.world.identifiers, "get", broken)

    with pytest.raises(RuntimeError):
        client.send("GET", ARK)


# ------------------------------------------------------------------------------------------------------ superusers
def test_the_superuser_sets_what_others_may_not(client: InProcess) -> None:
    kept(client)
    body = "_owner: bob\n_ownergroup: groupb\n_created: 1000\n_updated: 2000\n_status: reserved"

    response = client.send("POST", f"{ARK}?update_external_services=no", body, by="admin")

    assert response.status == 200
    seen = client.send("GET", ARK).body
    assert "_owner: bob\n_ownergroup: groupb\n_created: 1000\n_updated: 2000\n" in seen
    assert "_status: reserved\n" in seen


def test_what_the_public_sees_of_a_record_can_be_sent_back_by_the_superuser_element_by_element(client: InProcess) -> None:
    kept(client, elements={"a%:b": "1%\n2"}, target="https://example.org/")
    _, _, elements = client.send("GET", ARK).body.partition("\n")

    assert client.send("POST", ARK, elements, by="alice").body.endswith("field is not settable")
    assert client.send("POST", ARK, elements, by="admin").status == 200
    assert client.send("GET", ARK).body.partition("\n")[2] == elements


# ------------------------------------------------------------------------------------------------- status and version
@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        pytest.param("", 200, "success: EZID is up", id="plain"),
        pytest.param("?subsystems=*", 200, "success: EZID is up\ndatacite: up\nsearch: up\n", id="all"),
        pytest.param("?subsystems=search,datacite", 200, "success: EZID is up\nsearch: up\ndatacite: up\n", id="some"),
        pytest.param("?subsystems=noid", 400, "error: bad request - no such subsystem", id="unknown"),
        pytest.param("?x=1", 400, "error: bad request - unrecognized URL query parameter 'x'", id="parameter"),
    ],
)
def test_the_status_tells_how_the_parts_are(client: InProcess, query: str, status: int, body: str) -> None:
    response = client.send("GET", f"/status{query}")

    assert (response.status, response.body) == (status, body)


def test_the_version_is_bare(client: InProcess) -> None:
    assert re.fullmatch(r"v\d+\.\d+\.\d+", client.send("GET", "/version").body)


def test_requests_here_go_the_way_of_the_authorizer() -> None:
    """Guards the other tests: the in-process client uses the same entry points as the functions."""
    assert recognise.__module__ == "pidstack.protocols.authorization"
    assert dispatch.answer(InProcess._request("GET", "/status", b"", {}), InProcess().service).headers
    assert BASE.startswith("https:")
