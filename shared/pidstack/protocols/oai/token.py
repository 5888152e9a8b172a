"""Resumption tokens: a list's arguments and how far it was read, signed, so that nothing has to be remembered here.

`base64url(JSON + seal)`, the seal being 16 bytes of HMAC-SHA256 with a key of the stack. Serving a token does not use it up: a
harvester that lost an answer asks again. It needs no percent-encoding, and stays below 1,000 characters.
Rule: OAI-PMH 2.0, section 3.5 "Flow Control".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass

from pidstack.ports.sessions import SigningKey

MAX_LENGTH = 1000
_PURPOSE = b"resumption token\n"
_SEAL_BYTES = 16


class BadToken(Exception):
    """Not given out here, for another list, or over; the text says which, for a person."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where a list goes on.

    Attributes:
        base, verb: the repository (its path) and the list that it was given out for.
        reader: whom; empty for the public.
        prefix, set_spec: of the request; empty if it had none.
        from_s, until_s: the datestamps that are listed, Unix seconds, both included; nothing later than `asked_s`.
        asked_s: how far the list was complete when it began, Unix seconds; the responseDate of all its pages.
        partition, sort: the store's position.
        cursor: entries given so far.
        size: of the whole list; 0 if nobody knows.
        expires_s: when it ceases to be valid, Unix seconds.
    """

    base: str
    verb: str
    reader: str
    prefix: str
    set_spec: str
    from_s: int
    until_s: int
    asked_s: int
    partition: str
    sort: str
    cursor: int
    size: int
    expires_s: int


@dataclass(frozen=True, slots=True)
class Mint:
    """Seals tokens and recognises them."""

    key: SigningKey

    def write(self, token: Token) -> str:
        """Write a token as harvesters get it."""
        body = json.dumps(astuple(token), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(body + self._seal(body)).decode("ascii").rstrip("=")

    def read(self, text: str, now_s: int) -> Token:
        """Read what `write` wrote.

        Raises:
            BadToken: anything else, or it has expired.
        """
        sealed = _decoded(text) if len(text) <= MAX_LENGTH else b""
        body, seal = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
        if not body or not hmac.compare_digest(seal, self._seal(body)):
            raise BadToken("the resumptionToken was not given out by this repository")
        try:
            token = Token(*json.loads(body))
        except (TypeError, ValueError) as error:  # sealed by another release of this software
            raise BadToken("the resumptionToken is of another form; start again") from error
        if token.expires_s <= now_s:
            raise BadToken("the resumptionToken has expired; start again")
        return token

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self.key(), _PURPOSE + body, hashlib.sha256)[:_SEAL_BYTES]


def _decoded(text: str) -> bytes:
    """Decode what is base64 in exactly one way; nothing else."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
    return data if base64.urlsafe_b64encode(data).decode("ascii").rstrip("=") == text else b""
