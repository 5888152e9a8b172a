"""Names of accounts, groups and realms (EZID API v2: users and groups)."""

from __future__ import annotations

import pytest

from pidstack.domain.accounts import Account, account_name, is_host_allowed, parse_domains
from pidstack.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("alice", "alice", id="plain"),
        pytest.param("Demo.One", "demo.one", id="any case"),
        pytest.param(" alice\n", "alice", id="blanks around it"),
        pytest.param("a-b_c.d", "a-b_c.d", id="joined"),
        pytest.param("7", "7", id="a digit"),
        pytest.param("a" * 32, "a" * 32, id="32 letters"),
    ],
)
def test_a_name_has_one_form(text: str, name: str) -> None:
    assert account_name(text) == name


@pytest.mark.parametrize("text", ["", " ", "a" * 33, "a..b", ".a", "a.", "a b", "ä", "a:b", "@a", "a/b", "a~b", "a\nb"])
def test_another_text_is_no_name(text: str) -> None:
    with pytest.raises(Invalid):
        account_name(text)


def test_a_password_hash_is_not_printed() -> None:
    assert "secret" not in repr(Account("alice", "groupa", "secret"))


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("", ()),
        (" , ", ()),
        ("*", ("*",)),
        ("Example.ORG, *.example.org,example.org", ("example.org", "*.example.org")),
        ("localhost:8080", ("localhost:8080",)),
    ],
)
def test_domains_are_read_in_lower_case_and_once(text: str, domains: tuple[str, ...]) -> None:
    assert parse_domains(text) == domains
    assert parse_domains(",".join(domains)) == domains


@pytest.mark.parametrize(
    "text", ["https://x.org", "x.org/", "a b", "**", "x.*.org", "*x.org", "user@x.org", ",".join(f"d{n}" for n in range(101))]
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_domains(text)
    assert refused.value.field == "domains"


@pytest.mark.parametrize(
    ("host", "domains", "is_allowed"),
    [
        ("any.org", (), True),
        ("any.org", ("*",), True),
        ("x.org", ("x.org",), True),
        ("X.org", ("x.org",), True),
        ("a.x.org", ("x.org",), False),
        ("a.x.org", ("*.x.org",), True),
        ("b.a.x.org", ("*.x.org",), True),
        ("x.org", ("*.x.org",), False),
        ("evilx.org", ("*.x.org",), False),
        ("x.org.evil.org", ("x.org", "*.x.org"), False),
        ("a.y.org", ("x.org", "*.y.org"), True),
    ],
)
def test_a_host_is_allowed_by_one_of_the_domains(host: str, domains: tuple[str, ...], is_allowed: bool) -> None:
    assert is_host_allowed(host, domains) is is_allowed
