"""Reading a record."""

from __future__ import annotations

import pytest

from pidstack.domain.errors import Forbidden, NoSuchIdentifier, Unauthenticated
from pidstack.domain.identifier import Identifier
from pidstack.domain.state import State
from pidstack.services.authority import Authority
from pidstack.services.view import view
from tests.builders import NOW_S, a_record
from tests.world import World, a_world

NAME = Identifier("ark:/99999/fk4a")


@pytest.fixture
def world() -> World:
    return a_world()


def nobody() -> Authority | None:
    return None


def not_asked() -> Authority | None:
    raise AssertionError("who asks does not matter here")


@pytest.mark.parametrize("state", list(State))
def test_everybody_sees_a_record_in_any_state(world: World, state: State) -> None:
    record = a_record(state=state)
    world.identifiers.create(record)

    assert view(NAME, world.registry, not_asked) == record


def test_a_view_costs_one_read(world: World) -> None:
    world.identifiers.create(a_record())

    assert world.cost(lambda: view(NAME, world.registry, not_asked)) == (1, 0)


def test_a_name_without_a_record_is_not_found(world: World) -> None:
    with pytest.raises(NoSuchIdentifier):
        view(NAME, world.registry, not_asked)


def test_an_expired_test_record_is_not_found(world: World) -> None:
    world.identifiers.create(a_record(expires_s=NOW_S + 1))

    world.time.now_s += 1

    with pytest.raises(NoSuchIdentifier):
        view(NAME, world.registry, not_asked)


def test_the_longest_start_of_a_name_is_found_if_asked_for(world: World) -> None:
    for name in ("ark:/99999/fk4", "ark:/99999/fk4a", "ark:/99999/fk4a/b"):
        world.identifiers.create(a_record(name))
    longer = Identifier("ark:/99999/fk4a/bcd")

    assert str(view(longer, world.registry, not_asked, longest_start=True).identifier) == "ark:/99999/fk4a/b"
    with pytest.raises(NoSuchIdentifier):
        view(longer, world.registry, not_asked)


def test_a_name_that_has_a_record_is_its_own_longest_start(world: World) -> None:
    for name in ("ark:/99999/fk4", "ark:/99999/fk4a"):
        world.identifiers.create(a_record(name))

    assert view(NAME, world.registry, not_asked, longest_start=True).identifier == NAME
    assert world.cost(lambda: view(NAME, world.registry, not_asked, longest_start=True)) == (1, 0)


def test_an_agents_own_record_is_for_superusers(world: World) -> None:
    record = a_record(agent_role="user")
    world.identifiers.create(record)

    assert view(NAME, world.registry, lambda: world.by("admin")) == record
    with pytest.raises(Unauthenticated):
        view(NAME, world.registry, nobody)
    with pytest.raises(Forbidden):
        view(NAME, world.registry, lambda: world.by("alice"))


def test_an_agents_own_record_is_not_shown_as_the_start_of_a_name(world: World) -> None:
    world.identifiers.create(a_record(agent_role="user"))

    with pytest.raises(Unauthenticated):
        view(Identifier("ark:/99999/fk4ab"), world.registry, nobody, longest_start=True)
