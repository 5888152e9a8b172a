"""Signing in costs a slow hash once, whichever name the sender goes by."""

from __future__ import annotations

import pytest

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Unauthenticated
from pidstack.domain.passwords import is_password
from pidstack.protocols.clients import Clients
from pidstack.services import authenticate
from pidstack.services.authenticate import Authenticator
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


def clients_of(*more: Account) -> Clients:
    world = a_world()
    for account in more:
        world.keeper.create(account)
    return Clients(Authenticator(world.registry.directory, world.time))


@pytest.mark.parametrize("name", ["alice", "groupa.alice", "GROUPA.ALICE"])
def test_who_signed_in_once_is_known_without_a_hash(name: str, hashes: list[str]) -> None:
    clients = clients_of()
    assert clients.account(name, "alicepw").name == "alice"
    hashes.clear()

    assert clients.account(name, "alicepw").name == "alice"
    assert not hashes


def test_an_account_that_is_called_as_another_client_is_signs_in_before_and_after_that_one() -> None:
    clients = clients_of(an_account("groupa.alice", "groupb"))

    found = [clients.account("groupa.alice", password).name for password in ("alicepw", "groupa.alicepw", "alicepw")]

    assert found == ["alice", "groupa.alice", "alice"]


def test_a_client_id_that_signed_in_once_does_not_let_a_wrong_password_in(hashes: list[str]) -> None:
    clients = clients_of()
    clients.account("groupa.alice", "alicepw")
    hashes.clear()

    with pytest.raises(Unauthenticated):
        clients.account("groupa.alice", "bobpw")

    assert hashes == ["bobpw"]
