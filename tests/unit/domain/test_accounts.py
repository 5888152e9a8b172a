"""Names of accounts, groups and realms (EZID API v2: users and groups)."""

from __future__ import annotations

import pytest

from pidstack.domain.accounts import Account, account_name
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
