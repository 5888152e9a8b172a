"""Who may do what: the table of EZID's guide ("Ownership model"), asked cell by cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pidstack.domain.errors import Forbidden, NoSuchAccount, OwnershipRefused
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.shoulder import Shoulder
from pidstack.services.authority import governing_shoulder
from tests.builders import a_record
from tests.world import World, a_world

EVERYBODY = ("admin", "alice", "aaron", "gadmin", "radmin", "bob", "proxy", "carol")

# Under a name: who may make it.
NAMING = {
    "ark:/99999/fk4x": {*EVERYBODY},
    "doi:10.5072/FK2X": {*EVERYBODY},
    "ark:/13030/c7x": {"admin", "alice", "proxy"},
    "ark:/13960/x": {"admin", "alice", "proxy"},
    "doi:10.9999/FZ4X": {"admin", "alice", "proxy"},
    "uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6": {"admin", "alice", "proxy"},
    "ark:/20775/bbx": {"admin", "bob"},
    "ark:/20775/x": {"admin"},
    "ark:/13030/x": {"admin"},
    "ark:/54321/x": {"admin"},
}
# An owner: who may change and delete what it keeps.
CHANGING = {
    "alice": {"admin", "alice", "gadmin", "radmin", "proxy"},
    "aaron": {"admin", "aaron", "gadmin", "radmin"},
    "bob": {"admin", "bob", "radmin"},
    "proxy": {"admin", "proxy", "radmin"},
    "carol": {"admin", "carol"},
    "admin": {"admin", "radmin"},
}
GROUP = {"alice": "groupa", "aaron": "groupa", "bob": "groupb", "proxy": "groupb", "carol": "groupc", "admin": "admin"}


@pytest.fixture
def world() -> World:
    return a_world()


def cells(table: dict[str, set[str]]) -> list[object]:
    return [
        pytest.param(who, what, who in allowed, id=f"{who} {'may' if who in allowed else 'may not'}: {what}")
        for what, allowed in table.items()
        for who in EVERYBODY
    ]


@pytest.mark.parametrize(("who", "name", "allowed"), cells(NAMING))
def test_who_may_make_a_name(world: World, who: str, name: str, allowed: bool) -> None:
    assert passes(lambda: world.by(who).require_naming(Identifier.parse(name))) is allowed


@pytest.mark.parametrize(("who", "owner", "allowed"), cells(CHANGING))
def test_who_may_change_what_somebody_keeps(world: World, who: str, owner: str, allowed: bool) -> None:
    record = a_record("ark:/20775/bbx", owner=owner, group=GROUP[owner])

    assert passes(lambda: world.by(who).require_changing(record)) is allowed


@pytest.mark.parametrize(
    ("who", "old", "new", "allowed"),
    [
        pytest.param("alice", "alice", "alice", True, id="to oneself"),
        pytest.param("alice", "alice", "bob", False, id="the owner, to a stranger"),
        pytest.param("proxy", "alice", "proxy", True, id="a proxy, to itself"),
        pytest.param("proxy", "proxy", "alice", True, id="a proxy, its own to its principal"),
        pytest.param("proxy", "alice", "bob", False, id="a proxy, to a stranger"),
        pytest.param("alice", "alice", "proxy", False, id="the principal, to its proxy"),
        pytest.param("gadmin", "alice", "aaron", True, id="the group's administrator, within the group"),
        pytest.param("gadmin", "alice", "bob", False, id="the group's administrator, out of the group"),
        pytest.param("radmin", "alice", "bob", True, id="the realm's administrator, between groups"),
        pytest.param("radmin", "alice", "carol", False, id="the realm's administrator, out of the realm"),
        pytest.param("admin", "alice", "carol", True, id="the superuser"),
        pytest.param("bob", "alice", "alice", True, id="nothing changes hands"),
    ],
)
def test_who_may_hand_over(world: World, who: str, old: str, new: str, allowed: bool) -> None:
    by = world.by(who)

    if allowed:
        by.require_handing_over(old, GROUP[old], new)
    else:
        with pytest.raises(OwnershipRefused):
            by.require_handing_over(old, GROUP[old], new)


def test_nothing_is_handed_to_nobody(world: World) -> None:
    with pytest.raises(NoSuchAccount):
        world.by("admin").require_handing_over("alice", "groupa", "nobody")


def test_a_disabled_shoulder_covers_nothing(world: World) -> None:
    shoulder = world.keeper.shoulders("ark:/13030")[0]
    world.keeper.change(shoulder, replace(shoulder, disabled=True))

    assert not passes(lambda: world.by("alice").require_naming(Identifier("ark:/13030/c7x")))


def test_under_a_disabled_prefix_not_even_the_superuser_makes_names(world: World) -> None:
    prefix = world.keeper.prefix("ark:/13030")
    assert prefix is not None
    world.keeper.change(prefix, replace(prefix, disabled=True))

    for who in ("alice", "admin"):
        assert not passes(lambda who=who: world.by(who).require_naming(Identifier("ark:/13030/c7x")))


@pytest.mark.parametrize("name", ["alice", "nobody"], ids=["disabled", "gone"])
def test_an_account_that_is_gone_or_disabled_may_do_nothing(world: World, name: str) -> None:
    world.change("alice", disabled=True)
    by = world.by(name)

    for attempt in (
        lambda: by.require_naming(Identifier("ark:/99999/fk4x")),
        lambda: by.require_changing(a_record(owner=name)),
        lambda: by.is_superuser,
    ):
        with pytest.raises(Forbidden):
            attempt()


# ------------------------------------------------------------------------ with a directory that answers from memory
def test_a_shoulder_that_was_just_granted_works_at_once(world: World) -> None:
    by, name = world.by("bob"), Identifier("ark:/13030/c7x")
    assert not passes(lambda: by.require_naming(name))

    world.change("bob", shoulders=frozenset({"ark:/20775/bb", "ark:/13030/c7"}))

    assert passes(lambda: by.require_naming(name))


def test_a_shoulder_that_was_just_made_works_at_once(world: World) -> None:
    by, name = world.by("bob"), Identifier("ark:/13030/zzx")
    assert not passes(lambda: by.require_naming(name))

    world.keeper.create(Shoulder(ShoulderName("ark:/13030/zz"), "new", test=True))

    assert passes(lambda: by.require_naming(name))


def test_a_proxy_that_was_just_named_may_act_at_once(world: World) -> None:
    by, record = world.by("bob"), a_record()
    assert not passes(lambda: by.require_changing(record))

    world.change("bob", proxy_of=frozenset({"alice"}))

    assert passes(lambda: by.require_changing(record))


def test_an_account_that_was_just_enabled_again_may_act_at_once(world: World) -> None:
    by = world.by("alice")
    world.change("alice", disabled=True)
    with pytest.raises(Forbidden):
        by.account  # noqa: B018 - it is the reading that is refused

    world.change("alice", disabled=False)

    assert by.account.name == "alice"


def test_a_permission_that_was_taken_away_ends_when_the_memory_does(world: World) -> None:
    by, name = world.by("bob"), Identifier("ark:/20775/bbx")
    by.require_naming(name)
    world.change("bob", shoulders=frozenset())

    assert passes(lambda: by.require_naming(name))
    world.time.now_s += 30

    assert not passes(lambda: by.require_naming(name))


def test_the_governing_shoulder_is_the_most_specific_one(world: World) -> None:
    found = governing_shoulder(world.registry.directory, Identifier("doi:10.9999/FZ4X"))

    assert found is not None
    assert found.datacenter == "CDL.LIB"
    assert governing_shoulder(world.registry.directory, Identifier("doi:10.9999/X")) is None


def passes(attempt: object) -> bool:
    assert callable(attempt)
    try:
        attempt()
    except Forbidden:
        return False
    return True
