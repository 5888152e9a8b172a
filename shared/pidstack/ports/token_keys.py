"""Where the key pairs that sign tokens are kept."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.token_key import TokenKey


class TokenKeys(Protocol):
    """The pair that signs, and those whose tokens are still good."""

    def current(self) -> TokenKey:
        """Give the pair that signs. It is fetched on first use and kept for a while."""

    def find(self, key_id: str) -> TokenKey | None:
        """Give the pair that has signed a token: the one that signs, or the one before it. None if it is neither."""


class TokenKeyKeeper(Protocol):
    """Puts new pairs in place."""

    def put(self, key: TokenKey, request: str) -> None:
        """Let a pair sign from now on; the one before it goes on being good, the one before that ends.

        Args:
            request: names the wish for a new pair. Of several pairs that are put for one wish the first counts.
        """
