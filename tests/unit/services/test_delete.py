"""Forgetting a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.errors import Busy, Forbidden, NoSuchIdentifier, NotDeletable
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.services.create import create
from pidstack.services.delete import delete
from tests.builders import a_record
from tests.world import World, a_world

NAME = Identifier("ark:/13030/c7x")


@pytest.fixture
def world() -> World:
    return a_world()


def kept(world: World, **fields: Any) -> Record:
    record = a_record(str(NAME), **{"state": State.DRAFT, **fields})
    world.identifiers.create(record)
    return record


def deleted(world: World, by: str = "alice") -> Record:
    return delete(NAME, world.by(by), world.registry)


def test_a_reserved_identifier_can_be_deleted_and_its_name_made_again(world: World) -> None:
    record = kept(world)

    assert deleted(world) == record

    assert world.identifiers.get(NAME) is None
    assert create(NAME, (), world.by("proxy"), world.registry).owner == "proxy"


def test_it_is_written_down_who_deleted_and_in_which_protocol(world: World) -> None:
    kept(world)

    delete(NAME, replace(world.by("proxy"), via="ez"), world.registry)

    assert world.identifiers.deletions == [(NAME, "proxy", "ez")]


def test_deleting_costs_one_read_and_one_write(world: World) -> None:
    kept(world)

    assert world.cost(lambda: deleted(world)) == (1, 1)


@pytest.mark.parametrize("state", [State.FINDABLE, State.REGISTERED])
def test_what_has_been_public_stays(world: World, state: State) -> None:
    record = kept(world, state=state)

    with pytest.raises(NotDeletable):
        deleted(world)

    assert world.identifiers.get(NAME) == record


@pytest.mark.parametrize("state", list(State))
def test_the_superuser_deletes_anything(world: World, state: State) -> None:
    kept(world, state=state)

    deleted(world, by="admin")

    assert world.identifiers.get(NAME) is None


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("who", ["aaron", "bob", "carol"])
def test_a_stranger_is_told_so_before_the_state_is_looked_at(world: World, who: str, state: State) -> None:
    record = kept(world, state=state)

    with pytest.raises(Forbidden):
        deleted(world, by=who)

    assert world.identifiers.get(NAME) == record


@pytest.mark.parametrize("who", ["proxy", "gadmin", "radmin"])
def test_whoever_acts_for_the_owner_may_delete(world: World, who: str) -> None:
    kept(world)

    deleted(world, by=who)

    assert world.identifiers.get(NAME) is None


def test_what_does_not_exist_cannot_be_deleted(world: World) -> None:
    with pytest.raises(NoSuchIdentifier):
        deleted(world)


def test_a_draft_that_is_published_meanwhile_stays(world: World) -> None:
    kept(world)
    delete_record = world.identifiers.delete

    def publish_first(record: Record, **who: str) -> None:
        world.identifiers.replace(replace(record, state=State.FINDABLE, version=record.version + 1))
        delete_record(record, **who)

    world.identifiers.delete = publish_first  # type: ignore[method-assign]

    with pytest.raises(Busy):
        deleted(world)
    kept_record = world.identifiers.get(NAME)
    assert kept_record is not None
    assert kept_record.state is State.FINDABLE
