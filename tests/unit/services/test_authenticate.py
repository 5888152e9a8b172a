"""Who is it? By name and password."""

from __future__ import annotations

import pytest

from pidstack.domain import passwords
from pidstack.domain.errors import Unauthenticated
from pidstack.services import authenticate
from pidstack.services.authenticate import REMEMBERED_S, Authenticator
from tests.world import World, a_world, an_account, cheap_hash


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def authenticator(world: World) -> Authenticator:
    return Authenticator(world.registry.directory, world.time)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stored passwords that the slow function was asked about."""
    calls: list[str] = []

    def counting(password: str, stored: str) -> bool:
        calls.append(stored)
        return passwords.is_password(password, stored)

    monkeypatch.setattr(authenticate, "is_password", counting)
    return calls


@pytest.mark.parametrize("name", ["alice", "ALICE", " Alice "])
def test_a_name_and_its_password_give_the_account(authenticator: Authenticator, name: str) -> None:
    assert authenticator.account(name, "alicepw").name == "alice"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("alice", "bobpw", id="another's password"),
        pytest.param("alice", "", id="no password"),
        pytest.param("alice", "ALICEPW", id="another case"),
        pytest.param("nobody", "alicepw", id="no such account"),
        pytest.param("", "alicepw", id="no name"),
        pytest.param("a b", "alicepw", id="no name at all"),
        pytest.param("@", "adminpw", id="at nobody"),
        pytest.param("@nobody", "adminpw", id="at no such account"),
        pytest.param("@@alice", "adminpw", id="twice at"),
        pytest.param("@alice", "alicepw", id="at oneself with the own password"),
        pytest.param("@alice", "rootpw", id="at with another superuser's password"),
        pytest.param("off", "offpw", id="disabled"),
        pytest.param("@off", "adminpw", id="at a disabled account"),
        pytest.param("mute", "", id="an account without a password"),
    ],
)
def test_other_credentials_are_refused_without_a_reason(
    world: World, authenticator: Authenticator, name: str, password: str
) -> None:
    world.keeper.create(an_account("root", "admin", superuser=True))
    world.keeper.create(an_account("off", "groupa", disabled=True))
    world.keeper.create(an_account("mute", "groupa"))
    world.change("mute", password_hash="")

    with pytest.raises(Unauthenticated) as refusal:
        authenticator.account(name, password)

    assert str(refusal.value) == "unauthorized"


@pytest.mark.parametrize("name", ["@alice", "@admin", "@ALICE"])
def test_at_and_a_name_signs_in_with_the_administrators_password(authenticator: Authenticator, name: str) -> None:
    assert authenticator.account(name, "adminpw").name == name[1:].lower()


@pytest.mark.parametrize("fields", [{"disabled": True}, {"superuser": False}], ids=["disabled", "no superuser any more"])
def test_at_needs_an_administrator_in_office(world: World, authenticator: Authenticator, fields: dict[str, bool]) -> None:
    world.change("admin", **fields)

    with pytest.raises(Unauthenticated):
        authenticator.account("@alice", "adminpw")


def test_the_slow_hash_is_paid_once(authenticator: Authenticator, hashed: list[str]) -> None:
    for _ in range(5):
        authenticator.account("alice", "alicepw")

    assert len(hashed) == 1


def test_the_slow_hash_is_paid_again_when_the_memory_ends(world: World, authenticator: Authenticator, hashed: list[str]) -> None:
    authenticator.account("alice", "alicepw")

    world.time.now_s += REMEMBERED_S
    authenticator.account("alice", "alicepw")

    assert len(hashed) == 2


def test_a_remembered_password_opens_no_other_account(world: World, authenticator: Authenticator) -> None:
    world.change("bob", password_hash=cheap_hash("bobpw2"))
    authenticator.account("alice", "alicepw")

    with pytest.raises(Unauthenticated):
        authenticator.account("bob", "alicepw")


def test_a_wrong_password_is_never_remembered(authenticator: Authenticator, hashed: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            authenticator.account("alice", "wrong")

    assert len(hashed) >= 2


def test_an_unknown_name_costs_a_hash_too(authenticator: Authenticator, hashed: list[str]) -> None:
    with pytest.raises(Unauthenticated):
        authenticator.account("nobody", "x")

    assert hashed == [""]


def test_a_new_password_works_at_once(world: World, authenticator: Authenticator) -> None:
    authenticator.account("alice", "alicepw")

    world.change("alice", password_hash=cheap_hash("new"))

    assert authenticator.account("alice", "new").name == "alice"
    with pytest.raises(Unauthenticated):
        authenticator.account("alice", "alicepw")


def test_an_old_password_ends_when_the_directorys_memory_does(world: World, authenticator: Authenticator) -> None:
    authenticator.account("alice", "alicepw")
    world.change("alice", password_hash=cheap_hash("new"))

    world.time.now_s += 30

    with pytest.raises(Unauthenticated):
        authenticator.account("alice", "alicepw")


def test_a_disabled_account_ends_when_the_directorys_memory_does(world: World, authenticator: Authenticator) -> None:
    authenticator.account("alice", "alicepw")
    world.change("alice", disabled=True)

    world.time.now_s += 30

    with pytest.raises(Unauthenticated):
        authenticator.account("alice", "alicepw")


def test_an_account_that_was_just_made_or_enabled_can_sign_in_at_once(world: World, authenticator: Authenticator) -> None:
    world.change("bob", disabled=True)
    for name in ("dora", "bob"):
        with pytest.raises(Unauthenticated):
            authenticator.account(name, f"{name}pw")

    world.keeper.create(an_account("dora", "groupa"))
    world.change("bob", disabled=False)

    assert authenticator.account("dora", "dorapw").name == "dora"
    assert authenticator.account("bob", "bobpw").name == "bob"


def test_no_password_stands_in_the_memory_of_the_process(authenticator: Authenticator) -> None:
    authenticator.account("alice", "alicepw")

    assert "alicepw" not in repr(authenticator)
    assert all(b"alicepw" not in seen for seen in authenticator._verified)


def test_the_memory_does_not_grow_without_end(world: World, authenticator: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticate, "_MOST_REMEMBERED", 3)

    for name in ("alice", "aaron", "gadmin", "bob", "proxy"):
        authenticator.account(name, f"{name}pw")

    assert len(authenticator._verified) <= 3
