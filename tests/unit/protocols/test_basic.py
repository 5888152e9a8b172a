"""HTTP Basic as strictly as EZID reads it (RFC 7617; EZID API v2, "Authentication")."""

from __future__ import annotations

import base64

import pytest

from pidstack.protocols.basic import Credentials, MalformedCredentials, read_credentials, read_pair

UNREADABLE = "unable to parse basic_auth request"
MALFORMED = "bad request - malformed Authorization header"


def basic(pair: str | bytes) -> str:
    return "Basic " + base64.b64encode(pair if isinstance(pair, bytes) else pair.encode()).decode()


@pytest.mark.parametrize(
    ("header", "name", "password"),
    [
        pytest.param(basic("alice:secret"), "alice", "secret", id="plain"),
        pytest.param(basic(" alice : secret "), "alice", "secret", id="blanks around"),
        pytest.param(basic("älice:pässwörd 😀"), "älice", "pässwörd 😀", id="unicode"),
        pytest.param(basic("@alice:secret"), "@alice", "secret", id="at"),
        pytest.param(basic("a:b").replace(" ", "   ") + "  ", "a", "b", id="blanks around the token"),
    ],
)
def test_a_name_and_a_password_are_read(header: str, name: str, password: str) -> None:
    assert read_credentials(header) == Credentials(name, password)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        pytest.param("", UNREADABLE, id="empty"),
        pytest.param("basic YTpi", UNREADABLE, id="lower case"),
        pytest.param("BASIC YTpi", UNREADABLE, id="upper case"),
        pytest.param("Bearer YTpi", UNREADABLE, id="another scheme"),
        pytest.param("Basic\tYTpi", UNREADABLE, id="tab"),
        pytest.param("YTpi", UNREADABLE, id="no scheme"),
        pytest.param("Basic", MALFORMED, id="no token"),
        pytest.param("Basic ", MALFORMED, id="empty token"),
        pytest.param("Basic !!!", MALFORMED, id="not base64"),
        pytest.param("Basic YTp", MALFORMED, id="too little padding"),
        pytest.param("Basic YT pi", MALFORMED, id="blank inside"),
        pytest.param("Basic a:b", MALFORMED, id="not encoded at all"),
        pytest.param("Basic älice", MALFORMED, id="not ASCII"),
        pytest.param("Basic \x80\xff", MALFORMED, id="bytes beyond ASCII"),
        pytest.param(basic(b"\xff\xfe:\xfd"), MALFORMED, id="not UTF-8 underneath"),
        pytest.param(basic("älice:x".encode("latin-1")), MALFORMED, id="latin-1 underneath"),
        pytest.param(basic("alice"), MALFORMED, id="no colon"),
        pytest.param(basic("alice:a:b"), MALFORMED, id="two colons"),
        pytest.param(basic(":secret"), "bad request - username required", id="no name"),
        pytest.param(basic("  :secret"), "bad request - username required", id="blank name"),
        pytest.param(basic("alice:"), "bad request - password required", id="no password"),
        pytest.param(basic("alice: "), "bad request - password required", id="blank password"),
        pytest.param(basic(":"), "bad request - username required", id="neither"),
    ],
)
def test_a_header_that_cannot_be_read_is_told_why(header: str, message: str) -> None:
    with pytest.raises(MalformedCredentials) as refusal:
        read_credentials(header)

    assert str(refusal.value) == message


def test_a_password_is_not_printed() -> None:
    assert "secret" not in repr(read_credentials(basic("alice:secret")))


@pytest.mark.parametrize(
    ("header", "name", "password"),
    [
        pytest.param(basic("alice:secret"), "alice", "secret", id="plain"),
        pytest.param(basic("alice:secret").replace("Basic", "bAsIc"), "alice", "secret", id="scheme in any case"),
        pytest.param(basic("alice:a:b: c "), "alice", "a:b: c ", id="password with colons and blanks"),
        pytest.param(f" {basic('alice:')} ", "alice", "", id="no password"),
    ],
)
def test_datacites_clients_are_read_leniently(header: str, name: str, password: str) -> None:
    assert read_pair(header) == Credentials(name, password)


@pytest.mark.parametrize(
    "header", ["", "Basic", "Bearer YTpi", "Basic !", "Basic YQ==", "Basic OmI=", "Basic \xff", basic(b"a:\xff")]
)
def test_what_is_no_pair_of_name_and_password_is_none(header: str) -> None:
    assert read_pair(header) is None
