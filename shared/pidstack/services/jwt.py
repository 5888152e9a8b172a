"""JSON Web Tokens, signed with RSA: made with RS256, read with RS256 or RS512, and nothing else.

`cryptography` is imported when it is first needed: most requests need none of it, and it takes a twelfth of a cold start's time.
A JWT library on top would take as long again, for what these few lines do.
Rule: RFC 7519; RFC 7515, sections 5.2 and 7.1; RFC 8725, section 3.1 (the algorithm is ours to say, not the token's).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pidstack.domain.errors import Unauthenticated
from pidstack.domain.token_key import TokenKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Claims = Mapping[str, Any]
KEY_BITS = 2048
_EXPONENT = 65537
_ALGORITHM = "RS256"
_KNOWN = ("RS256", "RS512")
_LONGEST = 8192  # characters; ours have some 700


def new_key(now_s: int) -> TokenKey:
    """Make a key pair."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    made = generate_private_key(_EXPONENT, KEY_BITS)
    private = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return TokenKey(secrets.token_hex(8), private, public, now_s)


def sign(claims: Claims, key: TokenKey) -> str:
    """Write a token."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    body = f"{_encode({'alg': _ALGORITHM, 'kid': key.id, 'typ': 'JWT'})}.{_encode(claims)}"
    # The pair is our own, so that its primes need no proof, which would take most of the time.
    signer = load_pem_private_key(key.private.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(signer, RSAPrivateKey):
        raise TypeError("the registry's key is not RSA")
    return f"{body}.{_base64(signer.sign(body.encode(), PKCS1v15(), SHA256()))}"


def read(token: str, find: Callable[[str], TokenKey | None], now_s: int) -> Claims:
    """Give the claims of a token that was signed with one of the registry's keys and is not over.

    Args:
        find: gives the key pair of an id.
    Raises:
        Unauthenticated: anything else.
    """
    parts = token.split(".")
    if len(token) > _LONGEST or len(parts) != 3 or not token.isascii():
        raise Unauthenticated("not a token")
    head, signature = _decode(parts[0]), _bytes(parts[2])
    algorithm, key_id = head.get("alg"), head.get("kid")
    key = find(key_id) if isinstance(key_id, str) and algorithm in _KNOWN else None
    if key is None or not _is_signed(f"{parts[0]}.{parts[1]}".encode(), signature, key, str(algorithm)):
        raise Unauthenticated("not one of our tokens")
    claims = _decode(parts[1])
    expires_s = claims.get("exp")
    if not isinstance(expires_s, int) or expires_s <= now_s:
        raise Unauthenticated("the token is over")
    return claims


def _is_signed(body: bytes, signature: bytes, key: TokenKey, algorithm: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256, SHA512

    try:
        _public(key).verify(signature, body, PKCS1v15(), SHA256() if algorithm == _ALGORITHM else SHA512())
    except InvalidSignature:
        return False
    return True


def _public(key: TokenKey) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    found = load_pem_public_key(key.public.encode())
    if not isinstance(found, RSAPublicKey):
        raise TypeError("the registry's key is not RSA")
    return found


def _encode(told: Claims) -> str:
    return _base64(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def _decode(part: str) -> Claims:
    try:
        told = json.loads(_bytes(part))
    except ValueError as error:
        raise Unauthenticated("not a token") from error
    if not isinstance(told, dict):
        raise Unauthenticated("not a token")
    return told


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars="-_", validate=True)
    except ValueError as error:
        raise Unauthenticated("not a token") from error
