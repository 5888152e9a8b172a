"""Tokens that stand for an account for thirty days, so that its password need not be sent with each request.

Rule: DataCite REST API, "Authentication": the claims, and how long a token lives. `seal` is our own: it changes with the account's
password, so that a new password ends its tokens.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Unauthenticated
from pidstack.ports.clock import Clock
from pidstack.ports.directory import Directory
from pidstack.ports.token_keys import TokenKeys
from pidstack.services import jwt
from pidstack.services.active import active_account
from pidstack.services.sessions import seal_of

LIFETIME_S = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Tokens:
    """Gives out and recognises tokens.

    Attributes:
        audience: whom they are for: a token for another environment is good for nothing here.
    """

    keys: TokenKeys
    directory: Directory
    clock: Clock
    audience: str

    def give(self, account: Account, more: Mapping[str, str | None]) -> str:
        """Give a token with which `account` is recognised for thirty days.

        Args:
            more: claims that say who it is, in a protocol's words.
        """
        now_s = self.clock()
        claims = {
            "uid": account.name,
            **more,
            "iat": now_s,
            "exp": now_s + LIFETIME_S,
            "aud": self.audience,
            "seal": seal_of(account),
        }
        return jwt.sign(claims, self.keys.current())

    def account(self, token: str) -> Account:
        """Give the account that a token stands for.

        Raises:
            Unauthenticated: it is malformed, forged, over, or for somebody else; or the account is gone or has a new password.
        """
        claims = jwt.read(token, self.keys.find, self.clock())
        name, seal = claims.get("uid"), claims.get("seal")
        if claims.get("aud") != self.audience or not isinstance(name, str) or not isinstance(seal, str):
            raise Unauthenticated("not a token of this registry")
        account = self._sealed(name, seal)
        if account is None and self.directory.refresh():
            account = self._sealed(name, seal)
        if account is None:
            raise Unauthenticated("the account has changed")
        return account

    def _sealed(self, name: str, seal: str) -> Account | None:
        account = active_account(name, self.directory)
        return account if account is not None and hmac.compare_digest(seal_of(account).encode(), seal.encode()) else None
