"""Who asks for a snapshot learns whether it is there by 302, if they may have whole records."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from ipaddress import ip_network

import pytest

from pidstack.domain.recipient import EVERYTHING, Choice, OptOut, Recipient, Token, token_digest
from pidstack.protocols.gateway import Response, read_request
from pidstack.protocols.pages.layout import POLICY
from pidstack.protocols.snapshots.dispatch import SnapshotDesk, answer
from pidstack.services.authenticate import Authenticator
from pidstack.services.entitle import Entitlement
from tests.builders import NOW_S
from tests.fakes.subscriptions import MemorySubscriptions
from tests.snapshot_world import OCTOBER, SnapshotWorld, a_doi
from tests.world import World, a_world

BASE = "https://ids.example.org"
FILE = "/snapshots/monthly/2026/10/all.json.tar.gz"
TOKEN = {"Crossref-Plus-API-Token": "Bearer index.secret"}


class NamedLinks:
    """Links that say what they lead to."""

    def link(self, name: str, *, only_head: bool, saved_as: str = "") -> str:
        return f"https://bucket.example.org/{name}?{'head' if only_head else 'get'}" + (f"&as={saved_as}" if saved_as else "")


@pytest.fixture(scope="module")
def made() -> SnapshotWorld:
    """October, published."""
    snapshots = SnapshotWorld()
    snapshots.scan.put(*map(a_doi, range(9)))
    snapshots.run("run", OCTOBER)
    return snapshots


@pytest.fixture
def subscriptions() -> MemorySubscriptions:
    kept = MemorySubscriptions()
    for name, address, since_s in (("index", "192.0.2.0/24", NOW_S), ("later", "198.51.100.0/24", NOW_S + 1)):
        kept.create(Recipient(name, name, (ip_network(address),), since_s=since_s))
    kept.add_token(Token("index", "first", token_digest("index.secret"), NOW_S))
    return kept


@pytest.fixture
def desk(made: SnapshotWorld, subscriptions: MemorySubscriptions) -> SnapshotDesk:
    world: World = a_world()
    entitlement = Entitlement(subscriptions, Authenticator(world.registry.directory, world.time), world.time)
    return SnapshotDesk(made.published, entitlement, NamedLinks(), "Reg & Sons")


def sent(
    desk: SnapshotDesk, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", address: str = "203.0.113.9"
) -> Response:
    event = {
        "resource": "/snapshots/{snapshot+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "requestContext": {"identity": {"sourceIp": address}},
    }
    return answer(read_request(event, BASE), desk)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [FILE, FILE.replace("2026/10", "latest")])
def test_a_file_that_is_there_is_answered_with_302_to_head_and_to_get(desk: SnapshotDesk, method: str, path: str) -> None:
    response = sent(desk, path, TOKEN, method)

    assert response.status == 302
    key = "snapshots/monthly/2026/10/run/all.json.tar.gz"
    assert response.headers["Location"] == f"https://bucket.example.org/{key}?{method.lower()}"
    assert response.body == ""


@pytest.mark.parametrize("name", ["all.json.tar.gz", "all.xml.tar.gz", "datacite.tar", "manifest.json"])
def test_every_file_of_a_snapshot_can_be_fetched(desk: SnapshotDesk, name: str) -> None:
    assert sent(desk, f"/snapshots/monthly/2026/10/{name}", TOKEN).status == 302


@pytest.mark.parametrize(
    "path",
    [
        "/snapshots/monthly/2026/09/all.json.tar.gz",
        "/snapshots/monthly/2026/13/all.json.tar.gz",
        "/snapshots/monthly/2026/10/31/all.json.tar.gz",
        "/snapshots/monthly/2026/10/other.tar.gz",
        "/snapshots/daily/latest/all.json.tar.gz",
        "/snapshots/daily/2026/10/all.json.tar.gz",
        "/snapshots/weekly/latest/all.json.tar.gz",
        "/snapshots/monthly/2026/10/all.json.tar.gz/more",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_there_is_not_found(desk: SnapshotDesk, path: str, method: str) -> None:
    assert sent(desk, path, TOKEN, method).status == 404


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        pytest.param({}, "203.0.113.9", 401, id="nobody"),
        pytest.param({"Crossref-Plus-API-Token": "Bearer index.other"}, "192.0.2.1", 401, id="a wrong token"),
        pytest.param({"Crossref-Plus-API-Token": "index.secret"}, "203.0.113.9", 401, id="a token without its word"),
        pytest.param(TOKEN, "203.0.113.9", 302, id="a recipient by its token"),
        pytest.param({}, "192.0.2.1", 302, id="a recipient by its address"),
        pytest.param({}, "198.51.100.1", 403, id="a recipient whose time has not come"),
        pytest.param(basic("alice", "alicepw"), "203.0.113.9", 403, id="an account"),
        pytest.param(basic("alice", "alicepw") | TOKEN, "192.0.2.1", 403, id="an account that sends a token too"),
        pytest.param(basic("alice", "wrong"), "203.0.113.9", 401, id="a wrong password"),
        pytest.param({"Authorization": "Basic ?"}, "203.0.113.9", 401, id="no credentials at all"),
    ],
)
def test_who_may_have_a_file(desk: SnapshotDesk, headers: dict[str, str], address: str, status: int) -> None:
    response = sent(desk, FILE, headers, address=address)

    assert response.status == status
    assert ("WWW-Authenticate" in response.headers) is (status == 401)


@pytest.mark.parametrize("name", ["all.json.tar.gz", "all.xml.tar.gz", "datacite.tar", "manifest.json"])
def test_accounts_get_no_file_of_everybodys_records(desk: SnapshotDesk, name: str) -> None:
    response = sent(desk, f"/snapshots/monthly/latest/{name}", basic("alice", "alicepw"))

    assert (response.status, "Location" in response.headers) == (403, False)
    assert "/oai" in str(response.body)


def test_a_recipient_from_whom_somebody_withholds_records_is_sent_away(
    desk: SnapshotDesk, subscriptions: MemorySubscriptions
) -> None:
    subscriptions.decide(OptOut("index", "alice", EVERYTHING, Choice.OUT))

    response = sent(desk, FILE, TOKEN)

    assert response.status == 403
    assert "harvest" in str(response.body)


@pytest.mark.parametrize(
    "path",
    [
        "/snapshots",
        "/snapshots/",
        "/snapshots/monthly",
        "/snapshots/monthly/latest",
        "/snapshots/monthly/2026/10",
        "/snapshots/monthly/2026/10/",
    ],
)
def test_lists_tell_everybody_what_there_is(desk: SnapshotDesk, made: SnapshotWorld, path: str) -> None:
    response = sent(desk, path)

    (told,) = json.loads(str(response.body))["snapshots"]
    kept = made.published.find(OCTOBER.kind, OCTOBER)
    assert kept is not None
    assert (told["kind"], told["period"], told["until"]) == ("monthly", "2026-10", "2026-10-31T23:59:59Z")
    assert [file["url"] for file in told["files"]] == [f"{BASE}/snapshots/monthly/2026/10/{file.name}" for file in kept.files]
    assert [(file["bytes"], file["sha256"], file["records"]) for file in told["files"]] == [
        (file.size, file.sha256, 9) for file in kept.files
    ]


def test_people_get_a_page_with_sizes_counts_dates_and_checksums(desk: SnapshotDesk, made: SnapshotWorld) -> None:
    response = sent(desk, "/snapshots", {"Accept": "text/html,*/*"})

    kept = made.published.find(OCTOBER.kind, None)
    assert kept is not None
    page = str(response.body)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    for file in kept.files:
        assert f'href="{BASE}/snapshots/monthly/2026/10/{file.name}"' in page
        assert f">{file.sha256}</code>" in page
    assert "2026-10" in page
    assert " Bytes</td>" in page or " kB</td>" in page
    assert response.headers["Content-Security-Policy"] == POLICY
    assert "<title>Snapshots: Reg &amp; Sons</title>" in page


def test_a_browser_without_a_token_gets_a_page_that_says_who_may_have_files(desk: SnapshotDesk) -> None:
    nobody = sent(desk, FILE, {"Accept": "text/html,*/*;q=0.8"})
    account = sent(desk, FILE, {"Accept": "text/html", **basic("alice", "alicepw")})

    assert (nobody.status, nobody.headers["WWW-Authenticate"]) == (401, 'Bearer realm="snapshots"')
    assert "who send their token with the request" in str(nobody.body)
    assert (account.status, "accounts harvest their own records at /oai." in str(account.body)) == (403, True)
    assert nobody.headers["Content-Security-Policy"] == account.headers["Content-Security-Policy"] == POLICY


def test_a_registry_without_snapshots_says_so(desk: SnapshotDesk) -> None:
    assert json.loads(str(sent(desk, "/snapshots/daily").body)) == {"snapshots": []}
    assert "no snapshots" in str(sent(desk, "/snapshots/daily", {"Accept": "text/html"}).body)


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("DELETE", 405), ("OPTIONS", 204)])
def test_snapshots_are_only_read(desk: SnapshotDesk, method: str, status: int) -> None:
    response = sent(desk, FILE, TOKEN, method)

    assert (response.status, response.headers["Allow"]) == (status, "GET, HEAD, OPTIONS")
