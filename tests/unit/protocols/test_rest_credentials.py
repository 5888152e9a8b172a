"""Signing in to the REST API costs a slow hash once, whichever name the sender goes by."""

from __future__ import annotations

from typing import cast

import pytest

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Unauthenticated
from pidstack.domain.passwords import is_password
from pidstack.protocols.rest.credentials import Gate
from pidstack.services import authenticate
from pidstack.services.api_keys import KeyRing
from pidstack.services.authenticate import Authenticator
from pidstack.services.tokens import Tokens
from tests.world import a_world, an_account


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is hashed."""
    seen: list[str] = []

    def counted(password: str, stored: str) -> bool:
        seen.append(password)
        return is_password(password, stored)

    monkeypatch.setattr(authenticate, "is_password", counted)
    return seen


def a_gate(*more: Account) -> Gate:
    world = a_world()
    for account in more:
        world.keeper.create(account)
    directory = world.registry.directory
    return Gate(directory, Authenticator(directory, world.time), cast("KeyRing", None), cast("Tokens", None))


@pytest.mark.parametrize("name", ["alice", "groupa.alice", "GROUPA.ALICE"])
def test_who_signed_in_once_is_known_without_a_hash(name: str, hashes: list[str]) -> None:
    gate = a_gate()
    assert gate.by_password(name, "alicepw").name == "alice"
    hashes.clear()

    assert gate.by_password(name, "alicepw").name == "alice"
    assert not hashes


def test_an_account_that_is_called_as_another_client_is_signs_in_before_and_after_that_one() -> None:
    gate = a_gate(an_account("groupa.alice", "groupb"))

    found = [gate.by_password("groupa.alice", password).name for password in ("alicepw", "groupa.alicepw", "alicepw")]

    assert found == ["alice", "groupa.alice", "alice"]


def test_a_client_id_that_signed_in_once_does_not_let_a_wrong_password_in(hashes: list[str]) -> None:
    gate = a_gate()
    gate.by_password("groupa.alice", "alicepw")
    hashes.clear()

    with pytest.raises(Unauthenticated):
        gate.by_password("groupa.alice", "bobpw")

    assert hashes == ["bobpw"]
