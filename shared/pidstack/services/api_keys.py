"""Clients keep API keys, and are recognised by them.

A key opens what its account may do itself. Administrators have none: whoever reads a program's settings should not find the keys
of a whole group there.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from pidstack.domain.accounts import Account
from pidstack.domain.api_key import MAX_NAME_LENGTH, MOST_KEYS, ApiKey, is_key, key_digest, new_key_text, shown_of
from pidstack.domain.errors import Busy, Forbidden, Invalid, NotFound, Unauthenticated
from pidstack.ports.api_keys import ApiKeys, Check
from pidstack.ports.clock import Clock
from pidstack.ports.directory import Directory
from pidstack.services.active import active_account

_A_DAY_S = 24 * 3600


def may_have_keys(account: Account) -> bool:
    """Tell whether an account's programs may show keys."""
    return not (account.superuser or account.realm_admin or account.group_admin)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of all accounts."""

    store: ApiKeys
    directory: Directory
    clock: Clock

    def account(self, text: str) -> Account:
        """Give the account that a key belongs to. One read; one write more on the first use in 24 hours.

        Raises:
            Unauthenticated: there is no such key, it was ended, or its account may do nothing by it.
        """
        found = self.store.check(key_digest(text)) if is_key(text) else None
        if found is None:
            raise Unauthenticated("no such key")
        account = self._holder(found)
        if account is None and self.directory.refresh():
            account = self._holder(found)
        if account is None:
            raise Unauthenticated("no such key")
        self._note(found)
        return account

    def of(self, account: Account, *, revoked: bool = False) -> list[ApiKey]:
        """List the keys of an account.

        Args:
            revoked: those included that were ended.
        """
        return [key for key in self.store.of(account.name) if revoked or not key.revoked_s]

    def create(self, account: Account, name: str) -> tuple[ApiKey, str]:
        """Make a key; its text is given this once.

        Raises:
            Forbidden: the account is an administrator's.
            Invalid: it has no name, one that is too long, or the account has keys enough.
        """
        if not may_have_keys(account):
            raise Forbidden("administrators have no keys")
        name = name.strip()
        if not name:
            raise Invalid("Can't be blank", "name")
        if len(name) > MAX_NAME_LENGTH:
            raise Invalid(f"Is too long (maximum is {MAX_NAME_LENGTH} characters)", "name")
        if len(self.of(account)) >= MOST_KEYS:
            raise Invalid(f"There are {MOST_KEYS} keys already. Revoke one first.", "name")
        text, now_s = new_key_text(), self.clock()
        key = ApiKey(str(uuid.uuid4()), account.name, name, shown_of(text), key_digest(text), now_s, now_s)
        self.store.create(key)
        return key, text

    def revoke(self, account: Account, key_id: str) -> None:
        """End a key of an account. Safe to repeat.

        Raises:
            NotFound: the account has no key of this id.
        """
        key = next((each for each in self.store.of(account.name) if each.id == key_id), None)
        if key is None:
            raise NotFound("no such key")
        if not key.revoked_s:
            self.store.revoke(key, self.clock())

    def _holder(self, found: Check) -> Account | None:
        account = active_account(found.account, self.directory)
        return account if account is not None and may_have_keys(account) else None

    def _note(self, found: Check) -> None:
        if self.clock() - found.used_s >= _A_DAY_S:
            try:
                self.store.note_use(found, self.clock())
            except Busy:
                return  # somebody else is noting the same, or ending the key
