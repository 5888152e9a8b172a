"""Clients' symbols and accounts' names, from one to the other and back."""

from __future__ import annotations

import pytest

from pidstack.domain.accounts import Account
from pidstack.protocols.symbols import account_of, account_of_symbol, client_id, client_symbol
from tests.fakes.directory import MemoryDirectory

# The last two are each other's trap: the name of one is the symbol of the other.
ACCOUNTS = (
    Account("demo", "library"),
    Account("library.maps", "library"),
    Account("demo.one", "library"),
    Account("x.y", "a.b"),
    Account("two", "demo"),
    Account("demo.two", "archive"),
)
SYMBOLS = ("LIBRARY.DEMO", "LIBRARY.MAPS", "LIBRARY.DEMO.ONE", "A.B.X.Y", "DEMO.TWO", "ARCHIVE.DEMO.TWO")


@pytest.mark.parametrize(("account", "symbol"), list(zip(ACCOUNTS, SYMBOLS, strict=True)), ids=SYMBOLS)
def test_a_symbol_and_its_account_lead_to_each_other(account: Account, symbol: str) -> None:
    directory = MemoryDirectory(ACCOUNTS)

    assert client_symbol(account.name, account.group) == symbol
    assert client_id(account.name, account.group) == symbol.lower()
    for text in (symbol, symbol.lower(), f" {symbol.title()} "):
        assert account_of_symbol(text, directory) == account
        assert account_of(text, directory) == account


@pytest.mark.parametrize(
    ("text", "name"),
    [("demo", "demo"), ("Library.Maps", "library.maps"), ("demo.one", "demo.one"), ("demo.two", "two"), ("x.y", "x.y")],
)
def test_an_accounts_own_name_is_taken_where_it_is_no_symbol(text: str, name: str) -> None:
    found = account_of(text, MemoryDirectory(ACCOUNTS))

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text", ["", ".", "nobody", "archive.demo", "library.one", "library..demo", "é.demo", "a/b.demo", "*" * 50]
)
def test_what_names_nobody_finds_nobody(text: str) -> None:
    assert account_of(text, MemoryDirectory(ACCOUNTS)) is None
