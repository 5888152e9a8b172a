"""Who sent a request: passwords, API keys and tokens, as DataCite takes them.

| header                       | what counts                                                        |
|------------------------------|--------------------------------------------------------------------|
| `Basic id:password`          | the id is an account's name or its client id, in any case          |
| `Basic id:key`               | an API key of this account's                                       |
| `Basic key:anything`         | the key alone                                                      |
| `Bearer key`, `Bearer token` | the key; the token of `POST /token`                                |

Wrong Basic credentials make their sender the public, and no error: what the public may not do is refused then. A bearer token that
is wrong is an error. Rule: DataCite REST API, "Authentication".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from pidstack.domain.accounts import Account
from pidstack.domain.api_key import is_key
from pidstack.domain.errors import Unauthenticated
from pidstack.ports.directory import Directory
from pidstack.protocols.gateway import Request
from pidstack.protocols.symbols import accounts_of
from pidstack.services.api_keys import KeyRing
from pidstack.services.authenticate import Authenticator
from pidstack.services.tokens import Tokens

BY_PASSWORD, BY_KEY, BY_TOKEN = "password", "key", "token"
_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Gate:
    """Tells accounts by what they show."""

    directory: Directory
    authenticator: Authenticator
    keys: KeyRing
    tokens: Tokens
    # Who signed in last by a client id: whoever comes again is not looked for first under a name that, most likely, nobody has.
    _clients: dict[str, str] = field(default_factory=dict, repr=False)

    def recognise(self, request: Request) -> dict[str, str]:
        """Tell which account sent a request, and how it is known; nothing for the public.

        Returns:
            what `Request.verified` is to hold: `account` and `via`.
        Raises:
            Unauthenticated: a bearer token that is no token, is over, or is nobody's.
        """
        scheme, _, told = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() == "bearer":
            account, via = self._bearer(told.strip())
            return {"account": account.name, "via": via}
        pair = _pair(told) if scheme.lower() == "basic" else None
        if pair is None:
            return {}
        try:
            account, via = self._basic(*pair)
        except Unauthenticated:
            return {}
        return {"account": account.name, "via": via}

    def by_password(self, name: str, password: str) -> Account:
        """Give the account of a name, or of a client id, and its password.

        Raises:
            Unauthenticated: see `Authenticator.account`.
        """
        sent = name.strip().lower()
        tried = self._clients.get(sent, sent)
        try:
            return self.authenticator.account(tried, password)
        except Unauthenticated:  # for which the directory was asked anew
            other = next((each.name for each in accounts_of(sent, self.directory) if each.name != tried), None)
            if other is None:
                raise
        account = self.authenticator.account(other, password)
        if len(self._clients) >= _MOST_REMEMBERED:
            self._clients.clear()
        self._clients[sent] = account.name
        return account

    def _bearer(self, text: str) -> tuple[Account, str]:
        return (self.keys.account(text), BY_KEY) if is_key(text) else (self.tokens.account(text), BY_TOKEN)

    def _basic(self, name: str, password: str) -> tuple[Account, str]:
        if is_key(name):
            return self.keys.account(name), BY_KEY
        if not is_key(password):
            return self.by_password(name, password), BY_PASSWORD
        account = self.keys.account(password)
        if all(named.name != account.name for named in accounts_of(name, self.directory)):
            raise Unauthenticated("somebody else's key")
        return account, BY_KEY


def _pair(told: str) -> tuple[str, str] | None:
    """Read `id:password`; the password may have colons, the id has no case. None for what cannot be read."""
    try:
        name, colon, password = base64.b64decode(told.strip(), validate=True).decode().partition(":")
    except ValueError:  # not base64, or not UTF-8 underneath
        return None
    return (name, password) if colon and name else None
