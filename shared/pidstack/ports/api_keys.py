"""The memory of API keys, which are known by their digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pidstack.domain.api_key import ApiKey


@dataclass(frozen=True, slots=True)
class Check:
    """What is remembered of a key that works, to recognise it by.

    Attributes:
        used_s: Unix seconds of about its last use; 0 if it never was.
    """

    digest: str
    account: str
    id: str
    used_s: int = 0


class ApiKeys(Protocol):
    """Keys of accounts. Nothing is remembered on the way: one that was ended is unknown at once."""

    def check(self, digest: str) -> Check | None:
        """Recognise a key; None if there is none, or it was ended. One read."""

    def of(self, account: str) -> list[ApiKey]:
        """List the keys of an account, those that were ended included, the oldest first. One query."""

    def create(self, key: ApiKey) -> None:
        """Keep a new key."""

    def revoke(self, key: ApiKey, at_s: int) -> None:
        """End a key. Safe to repeat: the first end counts."""

    def note_use(self, check: Check, at_s: int) -> None:
        """Remember that a key was used; nothing if it was ended meanwhile."""
