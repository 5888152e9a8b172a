"""The key pairs that sign tokens: RSA, as text that can be kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key pair.

    Attributes:
        id: told in every token that it has signed (`kid`).
        private: PKCS #8, PEM. Who has it can sign as the registry.
        public: SubjectPublicKeyInfo, PEM.
    """

    id: str
    private: str = field(repr=False)
    public: str
    created_s: int = 0

    def __str__(self) -> str:
        """Write it as JSON, private key included."""
        told = {"kid": self.id, "private_key": self.private, "public_key": self.public, "created_s": self.created_s}
        return json.dumps(told)

    @classmethod
    def parse(cls, text: str) -> TokenKey:
        """Read what `str` writes.

        Raises:
            ValueError: it is something else.
        """
        try:
            told = json.loads(text)
            return cls(told["kid"], told["private_key"], told["public_key"], told["created_s"])
        except (KeyError, TypeError) as error:
            raise ValueError("not a key pair") from error
