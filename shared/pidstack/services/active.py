"""Which accounts count: those that exist and are not disabled, in groups that are not disabled."""

from __future__ import annotations

from pidstack.domain.accounts import Account
from pidstack.ports.directory import Directory


def active_account(name: str, directory: Directory) -> Account | None:
    """Give the account of this canonical name, if it may do anything at all."""
    account = directory.account(name)
    if account is None or account.disabled:
        return None
    group = directory.group(account.group)
    return None if group is not None and group.disabled else account
