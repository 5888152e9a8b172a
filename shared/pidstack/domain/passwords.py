"""Passwords kept so that a stolen table does not give them away: scrypt, memory-hard, in the PHC string form.

`$scrypt$ln=15,r=8,p=3$SALT$HASH` (base64 without padding). The costs are OWASP's for scrypt; a hash made with other costs still
verifies, since it carries them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_LOG_N, _R, _P = 15, 8, 3
_SALT_BYTES, _HASH_BYTES = 16, 32
GENERATED_BYTES = 18  # 24 characters of base64


def hash_password(password: str) -> str:
    """Give the string to store for `password`; it differs each time."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _scrypt(password, salt, _LOG_N, _R, _P)
    return f"$scrypt$ln={_LOG_N},r={_R},p={_P}${_encode(salt)}${_encode(digest)}"


def is_password(password: str, stored: str) -> bool:
    """Tell whether `stored` was made from `password`. An empty or foreign `stored` matches nothing, in the same time."""
    parts = stored.split("$")
    known = len(parts) == 5 and parts[1] == "scrypt"
    _, _, costs, salt, digest = parts if known else _DECOY.split("$")
    ln, r, p = (int(cost.partition("=")[2]) for cost in costs.split(","))
    matches = hmac.compare_digest(_scrypt(password, _decode(salt), ln, r, p), _decode(digest))
    return matches and known


def generate_password() -> str:
    """Make a password that nobody has to invent: 24 characters that need no quoting in a shell or a URL."""
    return secrets.token_urlsafe(GENERATED_BYTES)


def _scrypt(password: str, salt: bytes, ln: int, r: int, p: int) -> bytes:
    memory = 128 * r * (1 << ln) + 128 * r * p + (1 << 20)
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << ln, r=r, p=p, maxmem=memory, dklen=_HASH_BYTES)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


# Compared with when an account does not exist, so that the answer takes as long as for one that does.
_DECOY = f"$scrypt$ln={_LOG_N},r={_R},p={_P}${_encode(bytes(_SALT_BYTES))}${_encode(bytes(_HASH_BYTES))}"
