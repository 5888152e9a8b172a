"""Archives are for recipients: each is told of, and sent to, what was made under the decisions that hold now."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from ipaddress import ip_network

import pytest
from lxml import etree

from pidstack.domain.archive import ALL, Mode
from pidstack.domain.recipient import EVERYTHING, Choice, OptOut, Recipient, Token, token_digest
from pidstack.protocols.archives.dispatch import ArchiveDesk, answer
from pidstack.protocols.gateway import Response, read_request
from pidstack.protocols.pages.layout import POLICY
from pidstack.services.authenticate import Authenticator
from pidstack.services.entitle import Entitlement
from tests.archive_world import SCHEMA, ArchiveWorld
from tests.builders import NOW_S
from tests.world import a_world

FILE = "/archives/day0/archive.tar.gz"
TOKEN = {"Crossref-Plus-API-Token": "Bearer index.secret"}


class NamedLinks:
    """Links that say what they lead to."""

    def link(self, name: str, *, only_head: bool, saved_as: str = "") -> str:
        return f"https://bucket.example.org/{name}?{'head' if only_head else 'get'}" + (f"&as={saved_as}" if saved_as else "")


@pytest.fixture
def archives() -> ArchiveWorld:
    """A day of two records, published; nothing is withheld from anybody."""
    world = ArchiveWorld()
    for name, address, since_s in (("index", "192.0.2.0/24", NOW_S), ("later", "198.51.100.0/24", NOW_S + 1)):
        world.subscriptions.create(Recipient(name, name, (ip_network(address),), since_s=since_s))
    world.subscriptions.add_token(Token("index", "first", token_digest("index.secret"), NOW_S))
    for number in range(2):
        world.deposit(f"doi:10.1002/A{number}", "2026-11-22")
    world.run(Mode.DAILY, name="run")
    return world


@pytest.fixture
def desk(archives: ArchiveWorld) -> ArchiveDesk:
    world = a_world()
    entitlement = Entitlement(archives.subscriptions, Authenticator(world.registry.directory, world.time), world.time)
    return ArchiveDesk(archives.folders, entitlement, NamedLinks(), "Reg & Sons")


def sent(
    desk: ArchiveDesk, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", address: str = "203.0.113.9"
) -> Response:
    event = {
        "resource": "/archives/{archive+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "requestContext": {"identity": {"sourceIp": address}},
    }
    return answer(read_request(event, "https://ids.example.org"), desk)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_recipient_is_sent_to_the_file_of_a_folder(desk: ArchiveDesk, method: str) -> None:
    response = sent(desk, FILE, TOKEN, method)

    assert (response.status, response.body) == (302, "")
    assert (
        response.headers["Location"]
        == f"https://bucket.example.org/archives/daily/run/{ALL}.tar.gz?{method.lower()}&as=day0-archive.tar.gz"
    )


def test_a_recipient_is_sent_to_the_manifest_of_its_own_file(desk: ArchiveDesk) -> None:
    response = sent(desk, "/archives/day0/manifest.json", TOKEN)

    assert response.status == 302
    assert (
        response.headers["Location"]
        == f"https://bucket.example.org/archives/daily/run/{ALL}.manifest.json?get&as=day0-manifest.json"
    )


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        pytest.param({}, "203.0.113.9", 401, id="nobody"),
        pytest.param({"Crossref-Plus-API-Token": "Bearer index.other"}, "192.0.2.1", 401, id="a wrong token"),
        pytest.param({}, "198.51.100.1", 403, id="a recipient whose time has not come"),
        pytest.param(basic("alice", "alicepw"), "203.0.113.9", 403, id="an account"),
        pytest.param(basic("alice", "wrong"), "203.0.113.9", 401, id="a wrong password"),
        pytest.param({"Authorization": "Basic ?"}, "203.0.113.9", 401, id="no credentials at all"),
    ],
)
@pytest.mark.parametrize("path", [FILE, "/archives/day0/manifest.json", "/archives", "/archives/control.xml"])
def test_who_is_no_recipient_learns_nothing(
    desk: ArchiveDesk, path: str, headers: dict[str, str], address: str, status: int
) -> None:
    response = sent(desk, path, headers, address=address)

    assert response.status == status
    assert str(response.body).startswith("error: ")
    assert response.headers.get("WWW-Authenticate") == ('Bearer realm="archives"' if status == 401 else None)


def test_the_control_file_tells_a_recipient_what_it_can_fetch(desk: ArchiveDesk, archives: ArchiveWorld) -> None:
    root = etree.fromstring(str(sent(desk, "/archives/control.xml", address="192.0.2.1").body).encode())

    SCHEMA.assertValid(root)
    (run,) = root
    assert (root.get("updated"), run.get("folder"), run.get("dois")) == ("2026-11-23T12:00:00Z", "day0", "2")
    assert run.get("bytes") == str(len(archives.bytes_of(archives.folders.archives()[0])))


def test_people_get_the_folders_as_a_page(desk: ArchiveDesk, archives: ArchiveWorld) -> None:
    response = sent(desk, "/archives", {"Accept": "text/html,*/*;q=0.8", **TOKEN})
    control = sent(desk, "/archives/control.xml", {"Accept": "text/html", **TOKEN})

    (file,) = archives.folders.archives()[0].files
    page = str(response.body)
    assert (response.headers["Content-Security-Policy"], response.headers["Vary"]) == (POLICY, "Accept")
    assert 'href="https://ids.example.org/archives/day0/archive.tar.gz"' in page
    assert f">{file.sha256}</code>" in page
    assert "<td>daily, 2026-11-23</td><td>2026-11-22 to 2026-11-22</td>" in page
    assert control.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_what_was_made_under_other_decisions_is_closed_and_not_told_of(desk: ArchiveDesk, archives: ArchiveWorld) -> None:
    archives.subscriptions.decide(OptOut("index", "alice", EVERYTHING, Choice.OUT))

    file, control = sent(desk, FILE, TOKEN), sent(desk, "/archives", TOKEN)

    assert (file.status, "Location" in file.headers) == (403, False)
    assert len(etree.fromstring(str(control.body).encode())) == 0


@pytest.mark.parametrize(
    "path", ["/archives/day1/archive.tar.gz", "/archives/day7/archive.tar.gz", "/archives/day0", "/archives/x"]
)
def test_what_is_not_there_is_not_found(desk: ArchiveDesk, path: str) -> None:
    assert sent(desk, path, TOKEN).status == 404


def test_the_schema_is_for_everybody(desk: ArchiveDesk) -> None:
    response = sent(desk, "/archives/output3.0.xsd")

    assert response.status == 200
    assert etree.fromstring(str(response.body).encode()).get("targetNamespace") == "http://www.crossref.org/output/3.0"


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("DELETE", 405), ("OPTIONS", 204)])
def test_archives_are_only_read(desk: ArchiveDesk, method: str, status: int) -> None:
    response = sent(desk, FILE, TOKEN, method)

    assert (response.status, response.headers["Allow"]) == (status, "GET, HEAD, OPTIONS")
