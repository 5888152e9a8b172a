"""Accounts by the names that they sign in with: their own or, as DataCite's clients do, their client id.

Rule: DataCite EZ API guide, "Authentication": a name and its password serve all of DataCite's APIs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.symbols import accounts_of
from pidstack.services.authenticate import Authenticator

_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Clients:
    """Tells accounts by a name or client id, in any case, and a password."""

    authenticator: Authenticator
    # Who signed in last by a client id: whoever comes again is not looked for first under a name that, most likely, nobody has.
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def account(self, name: str, password: str) -> Account:
        """Give the account of a name, or of a client id, and its password.

        Raises:
            Unauthenticated: see `Authenticator.account`.
        """
        sent = name.strip().lower()
        tried = self._known.get(sent, sent)
        try:
            return self.authenticator.account(tried, password)
        except Unauthenticated:  # for which the directory was asked anew
            other = next((each.name for each in accounts_of(sent, self.authenticator.directory) if each.name != tried), None)
            if other is None:
                raise
        account = self.authenticator.account(other, password)
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[sent] = account.name
        return account
