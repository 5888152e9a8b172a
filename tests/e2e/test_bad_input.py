"""Input that is wrong, large or odd against the deployed stack: the answer is precise, and nothing changes."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.formats import datacite_xml
from tests.ezid_http import Client, Stack, client_of, path_of

ROOT = Path(__file__).parents[2]
SHOULDER = "ark:/99999/fk4"
MIB = 1024 * 1024
BAD = "error: bad request - "
ANVL = BAD + "ANVL parse error "


@pytest.fixture(scope="module")
def client(stack: Stack) -> Client:
    return client_of(stack)


@pytest.fixture(scope="module")
def name(client: Client) -> str:
    """A public identifier, made at least a second ago: whatever touches it now shows in `_updated`."""
    made = client.mint(SHOULDER, {"erc.who": "Proust", "_target": "https://example.org/"}).name
    while int(time.time()) <= int(client.view(made).elements["_updated"]):
        pass  # each round is a request
    return made


@pytest.fixture
def unchanged(client: Client, name: str) -> Callable[[], None]:
    """Checks that the identifier is as it was when the test began, in every element including `_updated`."""
    before = client.view(name).text

    def check() -> None:
        assert client.view(name).text == before

    return check


BODIES = [
    pytest.param(b"erc.what: \xff\xfe", BAD + "character decoding error", id="not UTF-8"),
    pytest.param(b"erc.what: caf\xe9", BAD + "character decoding error", id="latin-1"),
    pytest.param("erc.what: x".encode("utf-16"), BAD + "character decoding error", id="utf-16"),
    pytest.param(b"erc.what: \xed\xa0\x80", BAD + "character decoding error", id="a surrogate"),
    pytest.param(b"erc.what", ANVL + "(no colon in line)", id="no colon"),
    pytest.param(b"erc.what: x\nerc.when", ANVL + "(no colon in line)", id="no colon in the second line"),
    pytest.param(b"\x00", ANVL + "(no colon in line)", id="a null"),
    pytest.param(b": x", ANVL + "(empty label)", id="empty name"),
    pytest.param(b"%20: x", ANVL + "(empty label)", id="blank name in disguise"),
    pytest.param(b"a: 1\na: 2", ANVL + "(repeated label)", id="repeated name"),
    pytest.param(b" a: 1", ANVL + "(no previous label for continuation line)", id="continues nothing"),
    pytest.param(b"# c\n\tx", ANVL + "(no previous label for continuation line)", id="continues a comment"),
    pytest.param(b"a: %", ANVL + "(percent-decode error)", id="stray percent"),
    pytest.param(b"a: %4\n", ANVL + "(percent-decode error)", id="half an escape"),
    pytest.param(b"_nosuch: x", BAD + "_nosuch: field is not settable", id="unknown reserved element"),
    pytest.param(b"_: x", BAD + "_: field is not settable", id="only an underscore"),
    pytest.param(b"%5Fcoowners: x", BAD + "_coowners: field is not settable", id="reserved in disguise"),
    pytest.param(b"_ownergroup: x", BAD + "_ownergroup: field is not settable", id="group"),
    pytest.param(b"_created: 1", BAD + "_created: field is not settable", id="created"),
    pytest.param(b"_updated: 1", BAD + "_updated: field is not settable", id="updated"),
    pytest.param(b"_datacenter: X.Y", BAD + "_datacenter: field is not settable", id="datacenter"),
    pytest.param(b"_ezid_role: user", BAD + "_ezid_role: field is not settable", id="role"),
    pytest.param(b"_shadowedby: x", BAD + "_shadowedby: field is not settable", id="shadow"),
    pytest.param(b"_profile: no such profile", BAD + "_profile: invalid profile name", id="profile with blanks"),
    pytest.param(b"_profile: " + b"x" * 33, BAD + "_profile: invalid profile name", id="long profile"),
    pytest.param(b"_status: gone", BAD + "_status: invalid identifier status", id="unknown status"),
    pytest.param(b"_status: ", BAD + "_status: invalid identifier status", id="empty status"),
    pytest.param(b"_status: PUBLIC", BAD + "_status: invalid identifier status", id="status in capitals"),
    pytest.param(b"_status: reserved", BAD + "_status: invalid identifier status change", id="forbidden transition"),
    pytest.param(b"_export: perhaps", BAD + "_export: value must be 'yes' or 'no'", id="export"),
    pytest.param(b"_crossref: no", BAD + "_crossref: value must be 'yes'", id="crossref"),
    pytest.param(b"_crossref: yes", BAD + "_crossref: Only DOI identifiers may be registered with Crossref.", id="no doi"),
    pytest.param(b"_owner: nobody", BAD + "_owner: no such user", id="unknown owner"),
    pytest.param(b"_owner: anonymous", BAD + "_owner: no such user", id="the public as owner"),
    pytest.param(b"_owner: demo.two", BAD + "ownership change prohibited", id="a stranger as owner"),
    pytest.param(b"_target: nowhere", BAD + "_target: Enter a valid URL.", id="no URL"),
    pytest.param(b"_target: javascript:alert(1)", BAD + "_target: Enter a valid URL.", id="a script"),
    pytest.param(b"_target: http://x.org/a b", BAD + "_target: Enter a valid URL.", id="a blank in the URL"),
    pytest.param(
        b"_target: http://example.org/" + b"x" * 2000,
        BAD + "_target: Ensure this value has at most 2000 characters (it has 2019).",
        id="a long URL",
    ),
    pytest.param(
        "_target: http://example.org/😀".encode(),
        BAD + "_target: Illegal or disallowed Unicode character.",
        id="a URL beyond the basic plane",
    ),
    pytest.param(b"datacite.resourcetype: Film", BAD + "datacite.resourcetype: Invalid resource type.", id="resource type"),
    pytest.param(b"good: 1\n_export: perhaps", BAD + "_export: value must be 'yes' or 'no'", id="good, then bad"),
]


@pytest.mark.parametrize(("body", "line"), BODIES)
def test_a_bad_change_is_told_precisely_and_changes_nothing(
    client: Client, name: str, unchanged: Callable[[], None], body: bytes, line: str
) -> None:
    answer = client.send("POST", path_of(name), body)

    assert (answer.status, answer.text) == (400, line)
    unchanged()


@pytest.mark.parametrize(("body", "line"), [case for case in BODIES if case.id != "forbidden transition"])
def test_a_bad_creation_is_told_precisely_and_makes_nothing(client: Client, body: bytes, line: str) -> None:
    fresh = f"{SHOULDER}{secrets.token_hex(8)}"

    answer = client.send("PUT", path_of(fresh), body)

    assert (answer.status, answer.text) == (400, line)
    assert client.view(fresh).line == BAD + "no such identifier"


def hard_to_compress(count: int) -> bytes:
    """Text that says nothing twice; the same each time."""
    return base64.b64encode(b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(count // 32)))


@pytest.mark.parametrize(
    ("content", "status", "line"),
    [
        pytest.param(b"x" * MIB, 400, BAD + "big: An element may have at most 786432 bytes (it has 1048579).", id="1 MB"),
        pytest.param(b"x" * 786430, 400, BAD + "big: An element may have at most 786432 bytes (it has 786433).", id="a byte more"),
        pytest.param(b"x" * (2 * MIB), 413, BAD + "request body has 2097157 bytes, 2097152 are read", id="a body over 2 MiB"),
        pytest.param(hard_to_compress(580_000), 400, None, id="what cannot be compressed"),
    ],
)
def test_more_than_a_record_holds_is_told_and_changes_nothing(
    client: Client, name: str, unchanged: Callable[[], None], content: bytes, status: int, line: str | None
) -> None:
    answer = client.send("POST", path_of(name), b"big: " + content)

    assert answer.status == status
    assert answer.text == line if line else answer.text.startswith(BAD + "The elements take ")
    unchanged()


def test_a_body_beyond_the_gateways_own_limit_changes_nothing(client: Client, name: str, unchanged: Callable[[], None]) -> None:
    answer = client.send("POST", path_of(name), b"big: " + b"x" * (5 * MIB))

    assert answer.status == 413
    assert answer.text.startswith("error: ")
    unchanged()


def test_a_large_record_comes_back_whole(client: Client) -> None:
    text = 'é%\r\n"' * 80_000
    name = client.mint(SHOULDER, {"a": text + ".", "b": text + "."}).name

    assert {label: len(value) for label, value in client.view(name).elements.items() if label in {"a", "b"}} == {
        "a": len(text) + 1,
        "b": len(text) + 1,
    }


def test_elements_cannot_add_up_to_a_record_that_no_answer_holds(client: Client) -> None:
    name = client.mint(SHOULDER).name
    answers = [client.modify(name, {f"x{number}": "%" * 250_000}) for number in range(9)]

    assert [answer.status for answer in answers] == [200] * 7 + [400] * 2
    assert answers[-1].line.startswith(BAD + "All elements together may have at most 2000000 bytes")
    assert client.view(name).status == 200


def test_a_reason_as_long_as_a_book_is_refused(client: Client, name: str, unchanged: Callable[[], None]) -> None:
    answer = client.modify(name, {"_status": "unavailable | " + "x" * 500_000})

    assert (answer.status, answer.text) == (400, BAD + "_status: A reason may have at most 2000 characters (it has 500000).")
    unchanged()


# ------------------------------------------------------------------------------------------- odd, and right nevertheless
def test_comments_continuations_and_empty_values_are_no_mistakes(client: Client) -> None:
    body = b"# a comment\nerc.who: Proust,\n  Marcel\n# another\n\tValentin\nempty:\n\n_target:\r\nerc.what:x\r"
    name = f"{SHOULDER}{secrets.token_hex(8)}"

    assert client.send("PUT", path_of(name), body).status == 201

    elements = client.view(name).elements
    assert elements["erc.who"] == "Proust, Marcel Valentin"
    assert elements["erc.what"] == "x"
    assert "empty" not in elements
    assert elements["_target"].endswith(path_of(name))


# ---------------------------------------------------------------------------------------------- names, paths, methods
NO_IDENTIFIERS = [
    "x",
    "ark:99999/fk4x",
    "ark:/99999",
    "ark:/99999/",
    "ark:/9999/fk4x",
    "ARK:/99999/fk4x",
    "ark:/99999/fk4./x",
    "ark:/99999/fk4%25zz",
    "ark:/99999/fk4%C3%A9",
    "ark:/99999/fk4%20x",
    "ark:/99999/fk4%FF",
    "ark:/99999/fk4" + "x" * 242,
    "doi:10.5072/",
    "doi:10.05072/x",
    "doi:10.5072/FK2%23",
    "doi:10.5072/FK2%3F",
    "doi:10.5072/FK2//x",
    "doi:10.5072/FK2/",
    "DOI:10.5072/FK2X",
    "doi:/10.5072/FK2X",
    "10.5072/FK2X",
    "https://doi.org/10.5072/FK2X",
    "hdl:10.5072/FK2X",
    "uuid:x",
    "uuid:F81D4FAE7DEC11D0A76500A0C91E6BF6",
    "ark:/b5072/FK2X",
]


@pytest.mark.parametrize("path", NO_IDENTIFIERS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_is_no_identifier_is_told_so(client: Client, method: str, path: str) -> None:
    answer = client.send(method, f"/id/{path}")

    assert (answer.status, answer.text) == (400, BAD + "invalid identifier")


@pytest.mark.parametrize(
    ("method", "path", "status", "line"),
    [
        pytest.param("PUT", "/id/ark:/99998/fk4x", 403, "error: forbidden", id="a NAAN of nobody"),
        pytest.param("PUT", "/id/doi:10.5555/FK2X", 403, "error: forbidden", id="a prefix of nobody"),
        pytest.param("PUT", "/id/uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", 403, "error: forbidden", id="a uuid"),
        pytest.param("POST", "/shoulder/ark:/99999/zz", 400, BAD + "no such shoulder", id="no shoulder"),
        pytest.param("POST", "/shoulder/doi:10.5072/fk2", 400, BAD + "no such shoulder", id="a shoulder in another case"),
        pytest.param("POST", "/shoulder/", 400, BAD + "no such shoulder", id="an empty shoulder"),
        pytest.param("POST", "/id/ark:/99999/fk4nothing", 400, BAD + "no such identifier", id="nothing to change"),
        pytest.param("DELETE", "/id/ark:/99999/fk4nothing", 400, BAD + "no such identifier", id="nothing to delete"),
        pytest.param("GET", "/shoulder/ark:/99999/fk4", 405, "error: method not allowed", id="get a shoulder"),
        pytest.param("PATCH", "/id/ark:/99999/fk4x", 405, "error: method not allowed", id="patch"),
        pytest.param("OPTIONS", "/id/ark:/99999/fk4x", 405, "error: method not allowed", id="options"),
        pytest.param("POST", "/login", 405, "error: method not allowed", id="post to login"),
        pytest.param("DELETE", "/status", 405, "error: method not allowed", id="delete the status"),
        pytest.param("GET", "/status?x=1", 400, BAD + "unrecognized URL query parameter 'x'", id="parameter"),
    ],
)
def test_a_wrong_request_is_told_precisely(client: Client, method: str, path: str, status: int, line: str) -> None:
    answer = client.send(method, path)

    assert (answer.status, answer.text) == (status, line)
    assert answer.headers["Content-Type"].lower() == "text/plain; charset=utf-8"


def test_a_public_identifier_is_not_deleted(client: Client, name: str, unchanged: Callable[[], None]) -> None:
    answer = client.delete(name)

    assert (answer.status, answer.text) == (400, BAD + "identifier status does not support deletion")
    unchanged()


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_another_account_changes_nothing(stack: Stack, name: str, unchanged: Callable[[], None], method: str) -> None:
    answer = client_of(stack, 1).send(method, path_of(name))

    assert (answer.status, answer.text) == (403, "error: forbidden")
    unchanged()


@pytest.mark.parametrize("path", ["/nowhere", "/identifiers", "/Id/x", "/ez/nowhere"])
def test_a_path_of_nobody_is_not_found(client: Client, path: str) -> None:
    assert client.send("GET", path).status == 404


@pytest.mark.parametrize("content_type", ["application/json", "text/plain; charset=latin-1", "application/x-www-form-urlencoded"])
def test_another_content_type_changes_nothing(client: Client, name: str, unchanged: Callable[[], None], content_type: str) -> None:
    answer = client.send("POST", path_of(name), b"a: 1", {"Content-Type": content_type})

    assert (answer.status, answer.text) == (400, BAD + "If specified, Content-Type must be text/plain and encoding must be UTF-8")
    unchanged()


# -------------------------------------------------------------------------------------------------------- credentials
def encoded(pair: bytes) -> str:
    return "Basic " + base64.b64encode(pair).decode()


@pytest.mark.parametrize(
    ("header", "status", "line"),
    [
        pytest.param("Bearer abc", 400, "error: unable to parse basic_auth request", id="not Basic"),
        pytest.param("basic YTpi", 400, "error: unable to parse basic_auth request", id="basic in lower case"),
        pytest.param("Basic", 400, BAD + "malformed Authorization header", id="nothing behind it"),
        pytest.param("Basic !!!!", 400, BAD + "malformed Authorization header", id="not base64"),
        pytest.param("Basic caf\xe9", 400, BAD + "malformed Authorization header", id="not ASCII"),
        pytest.param(encoded(b"demo.one"), 400, BAD + "malformed Authorization header", id="no colon"),
        pytest.param(encoded(b"demo.one:a:b"), 400, BAD + "malformed Authorization header", id="two colons"),
        pytest.param(encoded(b"\xff\xfe:\xfd"), 400, BAD + "malformed Authorization header", id="not UTF-8"),
        pytest.param(encoded(b":x"), 400, BAD + "username required", id="no name"),
        pytest.param(encoded(b"demo.one:"), 400, BAD + "password required", id="no password"),
        pytest.param(encoded(b"demo.one:wrong"), 401, "error: unauthorized", id="a wrong password"),
        pytest.param(encoded(b"nobody:x"), 401, "error: unauthorized", id="nobody"),
        pytest.param(None, 401, "error: unauthorized", id="none"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_credentials_that_do_not_count_change_nothing(
    client: Client, name: str, unchanged: Callable[[], None], method: str, header: str | None, status: int, line: str
) -> None:
    nobody = replace(client, account="")

    answer = nobody.send(method, path_of(name), b"a: 1", {} if header is None else {"Authorization": header})

    assert (answer.status, answer.text) == (status, line)
    assert answer.headers["Content-Type"].lower() == "text/plain; charset=utf-8"
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    unchanged()


# ------------------------------------------------------------------------------------------ documents, character by character
IDENTIFIER = re.compile(r"(<identifier\b[^>]*>)[^<]*(?=</identifier>)")


def examples() -> list[object]:
    """The official DataCite examples of kernel 4 where they lie beside the checkout, and our own anyhow."""
    beside = Path(os.environ.get("PIDSTACK_REFERENCE_DATA", ROOT.parent / "shared" / "data")) / "datacite-schema"
    official = (path for path in sorted(beside.glob("kernel-4*/example/*.xml")) if not is_invalid(path.relative_to(beside)))
    own = sorted((ROOT / "tests" / "vectors" / "datacite").glob("*.xml"))
    return [pytest.param(path, id="/".join(path.parts[-3:])) for path in (*own, *official)]


def is_invalid(path: Path) -> bool:
    """Three of the official examples do not keep their own schema."""
    return "polygon-advanced" in path.name and path.parts[0] in {"kernel-4.1", "kernel-4.3", "kernel-4.4"}


@pytest.mark.parametrize("path", examples())
def test_a_datacite_record_comes_back_character_by_character_but_for_its_identifier(client: Client, path: Path) -> None:
    text = path.read_bytes().decode().strip()

    name = client.mint("doi:10.5072/FK2", {"datacite": text, "_status": "reserved"}).name
    reserved = client.view(name).elements
    published = client.modify(name, {"_status": "public"})
    public = client.view(name).elements

    assert IDENTIFIER.sub(r"\1", reserved["datacite"]) == IDENTIFIER.sub(r"\1", text)
    assert reserved["datacite"] == datacite_xml.with_identifier(text, Identifier.parse(name))
    assert f">{name.removeprefix('doi:')}</identifier>" in reserved["datacite"]
    assert (reserved["_status"], reserved["_profile"]) == ("reserved", "datacite")
    assert published.line == f"success: {name}"
    assert public["datacite"] == reserved["datacite"]
    assert public["_status"] == "public"


def test_there_are_examples_of_our_own() -> None:
    assert len(list((ROOT / "tests" / "vectors" / "datacite").glob("*.xml"))) == 3
