"""Sessions that the client carries: a signed token instead of a row in a table.

Token: `ACCOUNT.SESSION.EXPIRES.SEAL.SIGNATURE`, with dots in the account's name written as `~`. SEAL changes with the account's
password, so that a new password ends its sessions; logging out is remembered until the session would have ended by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from pidstack.domain.accounts import Account
from pidstack.ports.clock import Clock
from pidstack.ports.directory import Directory
from pidstack.ports.sessions import SessionStore, SigningKey
from pidstack.services.active import active_account

LIFETIME_S = 7 * 24 * 3600
_PURPOSE = b"session\n"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Gives out, recognises and ends sessions."""

    store: SessionStore
    directory: Directory
    key: SigningKey
    clock: Clock

    def begin(self, account: Account) -> str:
        """Give a token with which `account` is recognised for seven days."""
        expires_s = self.clock() + LIFETIME_S
        body = ".".join((account.name.replace(".", "~"), secrets.token_hex(12), str(expires_s), seal_of(account)))
        return f"{body}.{self._sign(body)}"

    def account(self, token: str) -> Account | None:
        """Give the account that the token stands for; None if it is forged, over, ended, or the account changed."""
        claims = self._claims(token)
        if claims is None:
            return None
        name, session_id, _, seal = claims
        account = self._sealed(name, seal)
        if account is None and self.directory.refresh():
            account = self._sealed(name, seal)
        return None if account is None or self.store.is_revoked(session_id) else account

    def end(self, token: str) -> None:
        """End the session that the token stands for, if there is one. Safe to repeat."""
        claims = self._claims(token)
        if claims is not None:
            self.store.revoke(claims[1], claims[2])

    def _claims(self, token: str) -> tuple[str, str, int, str] | None:
        body, _, signature = token.rpartition(".")
        parts = body.split(".")
        if len(parts) != 4 or not signature.isascii() or not hmac.compare_digest(signature, self._sign(body)):
            return None
        name, session_id, expires_s, seal = parts
        return (name.replace("~", "."), session_id, int(expires_s), seal) if int(expires_s) > self.clock() else None

    def _sealed(self, name: str, seal: str) -> Account | None:
        account = active_account(name, self.directory)
        return account if account is not None and hmac.compare_digest(seal_of(account), seal) else None

    def _sign(self, body: str) -> str:
        digest = hmac.digest(self.key(), _PURPOSE + body.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def seal_of(account: Account) -> str:
    """Give what changes with an account's password, and does not tell it."""
    return hashlib.sha256(f"seal\n{account.password_hash}".encode()).hexdigest()[:16]
