"""The memory of sessions that were ended before their time, and the key that signs them."""

from __future__ import annotations

from typing import Protocol


class SessionStore(Protocol):
    """Sessions carry their own content; only their early end is remembered, until they would have ended by themselves."""

    def revoke(self, session_id: str, until_s: int) -> None:
        """Remember until `until_s` (Unix seconds) that this session is over. Safe to repeat."""

    def is_revoked(self, session_id: str) -> bool:
        """Tell whether the session was ended. One read."""


class SigningKey(Protocol):
    """The registry's secret for signing what it gives out and wants to recognise."""

    def __call__(self) -> bytes:
        """Give the key; it is fetched on first use and kept."""
