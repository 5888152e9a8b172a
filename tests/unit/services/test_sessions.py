"""Sessions that the client carries."""

from __future__ import annotations

import pytest

from pidstack.services.sessions import LIFETIME_S, Sessions
from tests.fakes.sessions import MemorySessions, key
from tests.world import World, a_world, an_account, cheap_hash


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def store() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
def sessions(world: World, store: MemorySessions) -> Sessions:
    return Sessions(store, world.registry.directory, key, world.time)


def begun(sessions: Sessions, name: str = "alice") -> str:
    account = sessions.directory.account(name)
    assert account is not None
    return sessions.begin(account)


def known(sessions: Sessions, token: str) -> str | None:
    account = sessions.account(token)
    return account.name if account else None


def test_a_token_stands_for_its_account(sessions: Sessions) -> None:
    assert known(sessions, begun(sessions)) == "alice"


def test_names_with_every_joint_survive_in_a_token(world: World, sessions: Sessions) -> None:
    world.keeper.create(an_account("demo.one-a_b", "groupa"))

    assert known(sessions, begun(sessions, "demo.one-a_b")) == "demo.one-a_b"


def test_a_token_can_stand_in_a_cookie_as_it_is(sessions: Sessions) -> None:
    token = begun(sessions)

    assert token.isascii()
    assert not set(token) & set(' ",;\\=')


def test_no_two_sessions_are_alike(sessions: Sessions) -> None:
    assert begun(sessions) != begun(sessions)


def test_a_session_ends_after_seven_days(world: World, sessions: Sessions) -> None:
    token = begun(sessions)

    world.time.now_s += LIFETIME_S - 1
    assert known(sessions, token) == "alice"
    world.time.now_s += 1

    assert LIFETIME_S == 7 * 24 * 3600
    assert known(sessions, token) is None


@pytest.mark.parametrize("part", range(5), ids=["account", "session", "expiry", "seal", "signature"])
def test_a_token_that_was_touched_anywhere_is_nothing(sessions: Sessions, part: int) -> None:
    parts = begun(sessions).split(".")
    parts[part] = ("2" if parts[part][0] == "1" else "1") + parts[part][1:]

    assert known(sessions, ".".join(parts)) is None


def test_a_token_for_another_account_cannot_be_made_of_ones_own(sessions: Sessions) -> None:
    mine, theirs = begun(sessions, "bob").split("."), begun(sessions, "alice").split(".")

    assert known(sessions, ".".join([theirs[0], *mine[1:]])) is None
    assert known(sessions, ".".join([*theirs[:4], mine[4]])) is None


def test_a_token_signed_with_another_key_is_nothing(world: World, store: MemorySessions, sessions: Sessions) -> None:
    foreign = Sessions(store, world.registry.directory, lambda: b"another key", world.time)

    assert known(sessions, begun(foreign)) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "....",
        '""',
        "alice",
        "a.b.c.d.e",
        "ä.b.c.d.ö",
        "x" * 10_000,
        "a.b.c.d.e.f",
    ],
    ids=lambda text: text[:12] or "empty",
)
def test_what_is_no_token_is_nothing(sessions: Sessions, store: MemorySessions, token: str) -> None:
    assert known(sessions, token) is None
    sessions.end(token)

    assert store.ended == {}


def test_an_ended_session_is_over_and_the_others_go_on(sessions: Sessions) -> None:
    ended, other = begun(sessions), begun(sessions)

    sessions.end(ended)
    sessions.end(ended)

    assert known(sessions, ended) is None
    assert known(sessions, other) == "alice"


def test_an_end_is_remembered_until_the_session_would_have_ended_and_no_longer(
    world: World, store: MemorySessions, sessions: Sessions
) -> None:
    sessions.end(begun(sessions))

    assert list(store.ended.values()) == [world.time.now_s + LIFETIME_S]


def test_a_new_password_ends_the_sessions_of_the_old_one(world: World, sessions: Sessions) -> None:
    token = begun(sessions)
    world.change("alice", password_hash=cheap_hash("new"))

    world.time.now_s += 30

    assert known(sessions, token) is None


def test_a_session_of_a_new_password_works_at_once(world: World, sessions: Sessions) -> None:
    begun(sessions)
    account = world.change("alice", password_hash=cheap_hash("new"))

    token = sessions.begin(account)

    assert known(sessions, token) == "alice"


def test_a_disabled_account_has_no_sessions(world: World, sessions: Sessions) -> None:
    token = begun(sessions)
    world.change("alice", disabled=True)

    world.time.now_s += 30

    assert known(sessions, token) is None


def test_a_token_does_not_give_the_password_hash_away(sessions: Sessions) -> None:
    account = sessions.directory.account("alice")
    assert account is not None

    assert account.password_hash.rpartition("$")[2] not in sessions.begin(account)
