"""What DataCite's protocols call accounts and groups: clients and providers, by symbols in capitals: `LIBRARY.DEMO`, `LIBRARY`.

REST writes them in lower case, as ids; OAI-PMH has them as sets. This is the one place that knows how they and the names of
accounts and groups belong together. Rule: DataCite's symbols of repositories, `PROVIDER.CLIENT`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pidstack.domain.accounts import Account, account_name
from pidstack.domain.errors import Invalid
from pidstack.ports.directory import Directory


def client_symbol(account: str, group: str) -> str:
    """Give an account's symbol: `GROUP.ACCOUNT`, or just `ACCOUNT` where its name begins with its group's and a dot already."""
    return (account if account.startswith(f"{group}.") else f"{group}.{account}").upper()


def client_id(account: str, group: str) -> str:
    """Give the same in lower case, as REST has it."""
    return client_symbol(account, group).lower()


def account_of_symbol(symbol: str, directory: Directory) -> Account | None:
    """Find the account of a symbol, in any case. Reads an account for every dot: names and groups may have dots themselves."""
    name = symbol.strip().lower()
    parts = name.split(".")
    for start in range(len(parts)) if len(parts) > 1 else ():
        account = _account(".".join(parts[start:]), directory)
        if account is not None and client_id(account.name, account.group) == name:
            return account
    return None


def account_of(name: str, directory: Directory) -> Account | None:
    """Find the account of a symbol, or of a name as EZID's users have it, in any case."""
    return next(accounts_of(name, directory), None)


def accounts_of(name: str, directory: Directory) -> Iterator[Account]:
    """Find the account of a symbol, and the other one that may be called so by its name."""
    client = account_of_symbol(name, directory)
    if client is not None:
        yield client
    account = _account(name, directory)
    if account is not None and (client is None or client.name != account.name):
        yield account


def _account(name: str, directory: Directory) -> Account | None:
    try:
        return directory.account(account_name(name))
    except Invalid:
        return None
