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

from dataclasses import dataclass

from pidstack.domain.accounts import Account
from pidstack.domain.api_key import is_key
from pidstack.domain.errors import Unauthenticated
from pidstack.ports.directory import Directory
from pidstack.protocols.basic import read_pair
from pidstack.protocols.clients import Clients
from pidstack.protocols.gateway import Request
from pidstack.protocols.symbols import accounts_of
from pidstack.services.api_keys import KeyRing
from pidstack.services.tokens import Tokens

BY_PASSWORD, BY_KEY, BY_TOKEN = "password", "key", "token"


@dataclass(frozen=True, slots=True)
class Gate:
    """Tells accounts by what they show."""

    directory: Directory
    clients: Clients
    keys: KeyRing
    tokens: Tokens

    def recognise(self, request: Request) -> dict[str, str]:
        """Tell which account sent a request, and how it is known; nothing for the public.

        Returns:
            what `Request.verified` is to hold: `account` and `via`.
        Raises:
            Unauthenticated: a bearer token that is no token, is over, or is nobody's.
        """
        header = request.headers.get("authorization", "")
        scheme, _, told = header.strip().partition(" ")
        if scheme.lower() == "bearer":
            account, via = self._bearer(told.strip())
            return {"account": account.name, "via": via}
        credentials = read_pair(header)
        if credentials is None:
            return {}
        try:
            account, via = self._basic(credentials.name, credentials.password)
        except Unauthenticated:
            return {}
        return {"account": account.name, "via": via}

    def _bearer(self, text: str) -> tuple[Account, str]:
        return (self.keys.account(text), BY_KEY) if is_key(text) else (self.tokens.account(text), BY_TOKEN)

    def _basic(self, name: str, password: str) -> tuple[Account, str]:
        if is_key(name):
            return self.keys.account(name), BY_KEY
        if not is_key(password):
            return self.clients.account(name, password), BY_PASSWORD
        account = self.keys.account(password)
        if all(named.name != account.name for named in accounts_of(name, self.directory)):
            raise Unauthenticated("somebody else's key")
        return account, BY_KEY
