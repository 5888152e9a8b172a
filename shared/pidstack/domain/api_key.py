"""API keys: what a client's programs show instead of its password. `DC.` and 32 letters and digits.

Rule: DataCite REST API, "Authentication".
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

MOST_KEYS = 20  # of an account at a time, ended ones not counted
MAX_NAME_LENGTH = 255
_START = "DC."
_LENGTH = 32
_ALPHABET = string.ascii_letters + string.digits
_SHOWN = len(_START) + 5
_KEY = re.compile(r"DC\.[A-Za-z0-9]{32}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, known by its digest only.

    Attributes:
        account: whose it is.
        name: its owner's, for telling it from others.
        shown: how it begins, for the same.
        digest: of its text: SHA-256, hexadecimal. The text is random (190 bits), so a fast digest is a safe one.
        used_s: Unix seconds of about its last use, to the day; 0 if it never was.
        revoked_s: when it was ended; 0 if it works.
    """

    id: str
    account: str
    name: str
    shown: str
    digest: str
    created_s: int
    updated_s: int
    used_s: int = 0
    revoked_s: int = 0


def new_key_text() -> str:
    """Make up a key."""
    return _START + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def is_key(text: str) -> bool:
    """Tell whether `text` has the form of a key."""
    return _KEY.fullmatch(text) is not None


def shown_of(text: str) -> str:
    """Give how a key begins: enough to recognise it, and too little to use it."""
    return text[:_SHOWN]


def key_digest(text: str) -> str:
    """Give what a key is remembered by."""
    return hashlib.sha256(text.encode()).hexdigest()
