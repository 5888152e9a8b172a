"""Making an identifier of a drawn name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pidstack.domain import edits as e
from pidstack.domain.errors import Busy, Forbidden, Invalid, NoSuchShoulder, ShoulderCannotMint
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.minter import is_check_character_right
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Shoulder
from pidstack.domain.state import State
from pidstack.services.mint import ROUNDS, mint
from tests.world import World, a_world


@pytest.fixture
def world() -> World:
    return a_world()


def minted(world: World, shoulder: str, *edits: e.Edit, by: str = "alice", random: Callable[[int], int] | None = None) -> Record:
    if random is None:
        return mint(shoulder, edits, world.by(by), world.registry)
    return mint(shoulder, edits, world.by(by), world.registry, random)


@pytest.mark.parametrize("shoulder", ["ark:/99999/fk4", "ark:/13030/c7"])
def test_a_minted_ark_stands_under_its_shoulder_and_checks(world: World, shoulder: str) -> None:
    name = str(minted(world, shoulder).identifier)

    assert name.startswith(shoulder)
    assert is_check_character_right(name.removeprefix("ark:/"))


def test_a_minted_doi_is_in_capitals(world: World) -> None:
    name = str(minted(world, "doi:10.5072/FK2", e.SetState(State.DRAFT)).identifier)

    assert name.startswith("doi:10.5072/FK2")
    assert name == "doi:" + name.removeprefix("doi:").upper()


def test_a_minted_record_is_as_if_it_had_been_made(world: World) -> None:
    record = minted(world, "ark:/13030/c7", e.SetElement("a", "1"), by="proxy")

    assert (record.owner, dict(record.elements), record.version) == ("proxy", {"a": "1"}, 1)
    assert world.identifiers.get(record.identifier) == record


def test_minting_costs_what_making_costs(world: World) -> None:
    minted(world, "ark:/13030/c7")

    assert world.cost(lambda: minted(world, "ark:/13030/c7")) == (0, 1)


@pytest.mark.parametrize(
    "shoulder",
    [
        "",
        "ark:/99999/fk",
        "ark:/99999/fk4x",
        "doi:10.5072/fk2",
        "ARK:/99999/fk4",
        "ark:99999/fk4",
        "hdl:1/x",
        "ark:/b5072/fk2",
        "\0",
    ],
)
def test_a_shoulder_that_is_not_written_exactly_so_is_not_there(world: World, shoulder: str) -> None:
    for who in ("alice", "admin"):
        with pytest.raises(NoSuchShoulder):
            minted(world, shoulder, by=who)


def test_a_disabled_shoulder_is_not_there(world: World) -> None:
    shoulder = world.keeper.shoulders("ark:/13030")[0]
    world.keeper.change(shoulder, replace(shoulder, disabled=True))

    with pytest.raises(NoSuchShoulder):
        minted(world, "ark:/13030/c7")


def test_a_shoulder_without_a_minter_says_so_whoever_asks(world: World) -> None:
    for who in ("alice", "bob"):
        with pytest.raises(ShoulderCannotMint):
            minted(world, "ark:/13960/", by=who)


def test_a_foreign_shoulder_is_forbidden(world: World) -> None:
    with pytest.raises(Forbidden):
        minted(world, "ark:/20775/bb")


def test_a_shoulder_that_was_just_made_works_at_once(world: World) -> None:
    minted(world, "ark:/99999/fk4")
    world.keeper.create(Shoulder(ShoulderName("ark:/99999/zz"), "new", test=True))

    assert str(minted(world, "ark:/99999/zz").identifier).startswith("ark:/99999/zz")


def test_a_name_that_is_taken_is_drawn_anew(world: World) -> None:
    first = minted(world, "ark:/13030/c7", random=lambda _: 0)

    draws = iter([0, 1])
    second = minted(world, "ark:/13030/c7", by="proxy", random=lambda _: next(draws))

    assert first.identifier != second.identifier
    assert world.identifiers.get(first.identifier) == first


def test_where_every_name_is_taken_the_answer_is_busy(world: World) -> None:
    for _ in set(ROUNDS):
        minted(world, "ark:/13030/c7", random=lambda _: 0)

    with pytest.raises(Busy):
        minted(world, "ark:/13030/c7", random=lambda _: 0)


def test_what_breaks_a_rule_is_refused_and_nothing_is_written(world: World) -> None:
    with pytest.raises(Invalid):
        minted(world, "doi:10.9999/FZ4")

    assert world.identifiers.writes == 0


def test_many_minted_names_are_all_different(world: World) -> None:
    names = {str(minted(world, "ark:/99999/fk4").identifier) for _ in range(500)}

    assert len(names) == 500
