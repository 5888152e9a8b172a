"""Who is it? Names and passwords, checked against hashes that are slow on purpose, remembered for a short while.

A password that was verified is recognised by a keyed digest for `REMEMBERED_S`, so that the slow hash is paid once per account
and warm function, not once per request; a changed password or a disabled account is noticed as soon as the directory's answer is
fresh.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from pidstack.domain.accounts import ADMINISTRATOR, Account, account_name
from pidstack.domain.errors import Invalid, Unauthenticated
from pidstack.domain.passwords import is_password
from pidstack.ports.clock import Clock
from pidstack.ports.directory import Directory
from pidstack.services.active import active_account

REMEMBERED_S = 300
_MOST_REMEMBERED = 1000


@dataclass(slots=True)
class Authenticator:
    """Turns a name and a password into an account.

    A name that begins with `@` signs in as that account with the administrator's password (EZID's way for its operators).
    """

    directory: Directory
    clock: Clock
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _verified: dict[bytes, int] = field(default_factory=dict, repr=False)

    def account(self, name: str, password: str) -> Account:
        """Give the account that these credentials belong to.

        Raises:
            Unauthenticated: no such account, disabled, or not its password; which of them is not told.
        """
        wrong: set[bytes] = set()
        account = self._matching(name, password, wrong)
        if account is None and self.directory.refresh():
            account = self._matching(name, password, wrong)
        if account is None:
            raise Unauthenticated("unauthorized")
        return account

    def _matching(self, name: str, password: str, wrong: set[bytes]) -> Account | None:
        """Give the account; `wrong` spares the second look, on fresh answers, a hash that the first has found not to match."""
        as_other = name.startswith("@")
        signing = self._active(ADMINISTRATOR if as_other else name)
        right = self._is_right(signing, password, wrong)
        if not right or signing is None:
            return None
        if as_other:
            return self._active(name[1:]) if signing.superuser else None
        return signing

    def _active(self, name: str) -> Account | None:
        try:
            return active_account(account_name(name), self.directory)
        except Invalid:
            return None

    def _is_right(self, account: Account | None, password: str, wrong: set[bytes]) -> bool:
        stored = account.password_hash if account else ""
        seen = hmac.digest(self._key, f"{stored}\n{password}".encode(), hashlib.sha256)
        if self._verified.get(seen, 0) > self.clock():
            return True
        if seen in wrong or not is_password(password, stored):
            wrong.add(seen)
            return False
        if len(self._verified) >= _MOST_REMEMBERED:
            self._verified.clear()
        self._verified[seen] = self.clock() + REMEMBERED_S
        return True
