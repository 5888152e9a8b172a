"""API keys in dicts."""

from __future__ import annotations

from dataclasses import replace

from pidstack.domain.api_key import ApiKey
from pidstack.ports.api_keys import Check


class MemoryApiKeys:
    """`pidstack.ports.api_keys.ApiKeys` in memory.

    Attributes:
        reads, writes: how often it was asked and told.
    """

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}
        self.reads = 0
        self.writes = 0

    def check(self, digest: str) -> Check | None:
        self.reads += 1
        key = next((key for key in self._keys.values() if key.digest == digest and not key.revoked_s), None)
        return Check(digest, key.account, key.id, key.used_s) if key else None

    def of(self, account: str) -> list[ApiKey]:
        self.reads += 1
        return sorted((key for key in self._keys.values() if key.account == account), key=lambda key: (key.created_s, key.id))

    def create(self, key: ApiKey) -> None:
        self.writes += 1
        assert key.id not in self._keys
        self._keys[key.id] = key

    def revoke(self, key: ApiKey, at_s: int) -> None:
        self.writes += 1
        kept = self._keys.get(key.id)
        if kept is not None and not kept.revoked_s:
            self._keys[key.id] = replace(kept, revoked_s=at_s, updated_s=at_s)

    def note_use(self, check: Check, at_s: int) -> None:
        self.writes += 1
        kept = self._keys.get(check.id)
        if kept is not None and not kept.revoked_s:
            self._keys[check.id] = replace(kept, used_s=at_s)
