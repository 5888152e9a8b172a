"""Ended sessions in a set, and a key of our own."""

from __future__ import annotations


class MemorySessions:
    """`pidstack.ports.sessions.SessionStore` in memory."""

    def __init__(self) -> None:
        self.ended: dict[str, int] = {}

    def revoke(self, session_id: str, until_s: int) -> None:
        self.ended[session_id] = until_s

    def is_revoked(self, session_id: str) -> bool:
        return session_id in self.ended


def key() -> bytes:
    """A signing key."""
    return b"a key for tests"
