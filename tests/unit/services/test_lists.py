"""Who sees what in lists, and what it takes to find that out."""

from __future__ import annotations

import pytest

from pidstack.domain.accounts import Group
from pidstack.domain.listing import Reader, Whose
from pidstack.services.lists import reader_of
from tests.world import World, a_world


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("alice", Reader(own=Whose(frozenset({("alice", "groupa")}))), id="an account"),
        pytest.param("proxy", Reader(own=Whose(frozenset({("proxy", "groupb"), ("alice", "groupa")}))), id="a proxy"),
        pytest.param("gadmin", Reader(own=Whose(frozenset({("gadmin", "groupa")}), frozenset({"groupa"}))), id="of a group"),
        pytest.param(
            "radmin",
            Reader(own=Whose(frozenset({("radmin", "groupb")}), frozenset({"admin", "groupa", "groupb"}))),
            id="of a realm",
        ),
        pytest.param("carol", Reader(own=Whose(frozenset({("carol", "groupc")}), frozenset({"groupc"}))), id="of both"),
        pytest.param("admin", Reader(everything=True), id="superuser"),
    ],
)
def test_a_reader_sees_what_it_may_act_for(world: World, name: str, expected: Reader) -> None:
    assert reader_of(world.by(name), world.keeper) == expected


def test_the_public_has_nothing_of_its_own(world: World) -> None:
    assert reader_of(None, world.keeper) == Reader()


def test_many_groups_of_other_realms_are_not_asked_for_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        world.keeper.create(Group(f"other{number}", "south"))
    asked: list[str] = []
    find = world.keeper.group
    monkeypatch.setattr(world.keeper, "group", lambda name: asked.append(name) or find(name))

    reader_of(world.by("radmin"), world.keeper)

    assert set(asked) == {"groupb"}
