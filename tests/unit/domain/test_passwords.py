"""Passwords at rest."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from pidstack.domain.passwords import generate_password, hash_password, is_password
from tests.world import cheap_hash


def test_a_password_is_stored_as_an_scrypt_string_that_does_not_show_it() -> None:
    stored = hash_password("correct horse")

    assert re.fullmatch(r"\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", stored)
    assert is_password("correct horse", stored)
    assert not is_password("correct horsf", stored)


def test_the_same_password_is_never_stored_alike() -> None:
    assert hash_password("x") != hash_password("x")


def test_a_password_may_be_any_unicode_text() -> None:
    assert is_password("pässwörd 😀", cheap_hash("pässwörd 😀"))
    assert not is_password("password 😀", cheap_hash("pässwörd 😀"))


def test_a_hash_of_other_costs_still_verifies() -> None:
    assert cheap_hash("x").startswith("$scrypt$ln=1,r=1,p=1$")
    assert is_password("x", cheap_hash("x"))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        "$2b$12$abcdefghijklmnopqrstuu5Lg1i7Y1VXcpsMYqLUJCIwd1OZBK6Q2",
        "pbkdf2_sha256$390000$salt$hash",
        "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
        "$$$$",
    ],
    ids=["empty", "the password itself", "bcrypt", "django", "argon2", "five empty parts"],
)
def test_what_is_no_scrypt_string_matches_no_password(stored: str) -> None:
    assert not is_password("x", stored)


def test_a_missing_hash_costs_as_much_as_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[tuple[int, int, int]] = []

    def scrypt(password: bytes, **settings: Any) -> bytes:
        costs.append((settings["n"], settings["r"], settings["p"]))
        return bytes(32)

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    stored = hash_password("x")

    is_password("x", stored)
    matches = is_password("x", "")

    assert costs == [(1 << 15, 8, 3)] * 3
    assert not matches  # not even where the computed hash equals the one that stands in


def test_a_made_up_password_is_long_and_needs_no_quoting() -> None:
    made = {generate_password() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{24}", password) for password in made)
