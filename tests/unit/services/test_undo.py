"""Taking the last change back: what the history must say for it, and what cannot become again what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from pidstack.domain import edits as e
from pidstack.domain.alteration import Alteration, Digest
from pidstack.domain.errors import Forbidden, Invalid, StateChangeRefused
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.domain.supplement import Supplement
from pidstack.services.create import create
from pidstack.services.undo import undo
from pidstack.services.update import update
from tests.commits import a_commit
from tests.fakes.feed import MemoryLedger
from tests.world import DESCRIBED, World, a_world

NAME = Identifier.parse("doi:10.9999/FZ4A")


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def history() -> MemoryLedger:
    return MemoryLedger()


def kept(world: World) -> Record:
    record = world.identifiers.get(NAME)
    assert record is not None
    return record


def a_life(world: World, history: MemoryLedger, *steps: Iterable[e.Edit], told: bool = True) -> Record:
    """Make a record in the first step and change it in the others, and enter it all in the history."""
    first, *others = (tuple(step) for step in steps)
    before: Record | None = None
    create(NAME, first, world.by("alice"), world.registry)
    for number, step in enumerate([(), *others], start=1):
        if step:
            update(NAME, step, world.by("alice"), world.registry)
        if told or number <= len(others):
            history.enter([a_commit(before, kept(world), f"{number}", world.time())])
        before = kept(world)
    return kept(world)


def described(**more: str) -> list[e.Edit]:
    return [e.SetElement(name, value) for name, value in {**DESCRIBED, **more}.items()]


CHANGES = {
    "an element": [e.SetElement("datacite.title", "Other"), e.SetElement("note", "new")],
    "the target": [e.SetTarget("https://example.org/")],
    "what is said beside": [e.SetSupplement(Supplement(source="test"))],
    "what harvesters may have": [e.SetExported(False), e.SetProfile("dc"), e.SetElement("dc.title", "x")],
    "the state": [e.SetState(State.REGISTERED, "Lost")],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_record_is_again_what_it_was(world: World, history: MemoryLedger, change: list[e.Edit]) -> None:
    before = a_life(world, history, described())
    update(NAME, change, world.by("alice"), world.registry)
    history.enter([a_commit(before, kept(world), "9", world.time())])

    after = undo(NAME, world.by("alice"), world.registry, history)

    assert kept(world) == after
    assert replace(after, version=1, redescribed=0) == replace(before, redescribed=0)
    assert after.version == 3


def test_a_changed_reason_is_taken_back(world: World, history: MemoryLedger) -> None:
    lost, found = ([e.SetState(State.REGISTERED, reason)] for reason in ("Lost", "Found"))
    a_life(world, history, described(), lost, found)

    assert undo(NAME, world.by("alice"), world.registry, history).reason == "Lost"


def test_nothing_is_undone_before_the_history_has_it(world: World, history: MemoryLedger) -> None:
    a_life(world, history, described(), [e.SetTarget("https://example.org/")], told=False)

    with pytest.raises(Invalid, match="try again in some seconds"):
        undo(NAME, world.by("alice"), world.registry, history)

    assert kept(world).target == "https://example.org/"


def test_a_new_record_has_nothing_to_undo(world: World, history: MemoryLedger) -> None:
    a_life(world, history, described())

    with pytest.raises(Invalid, match="Nothing was changed"):
        undo(NAME, world.by("alice"), world.registry, history)


def test_what_was_done_to_another_record_of_the_name_is_not_undone(world: World, history: MemoryLedger) -> None:
    older = replace(a_life(world, history, described()), version=2)
    history.enter([a_commit(older, None, "8", world.time())])
    update(NAME, [e.SetTarget("https://example.org/")], world.by("alice"), world.registry)

    with pytest.raises(Invalid, match="try again in some seconds"):
        undo(NAME, world.by("alice"), world.registry, history)


@pytest.mark.parametrize("old", [Digest(70_000, "0" * 64), None], ids=["a digest", "nothing"])
def test_what_the_history_does_not_keep_is_not_undone(world: World, history: MemoryLedger, old: Digest | None) -> None:
    before = a_life(world, history, described())
    update(NAME, [e.SetElement("note", "x")], world.by("alice"), world.registry)
    commit = a_commit(before, kept(world), "9", world.time())
    told = (Alteration("element:note", old, "x"),) if old else ()
    history.enter([replace(commit, changes=(replace(commit.changes[0], alterations=told),))])

    with pytest.raises(Invalid, match="does not keep texts that are so long"):
        undo(NAME, world.by("alice"), world.registry, history)


def test_what_was_published_is_no_draft_again(world: World, history: MemoryLedger) -> None:
    a_life(world, history, [e.SetState(State.DRAFT), *described()], [e.SetState(State.FINDABLE)])

    with pytest.raises(StateChangeRefused):
        undo(NAME, world.by("alice"), world.registry, history)


def test_only_who_may_change_a_record_takes_a_change_back(world: World, history: MemoryLedger) -> None:
    a_life(world, history, described(), [e.SetTarget("https://example.org/")])

    with pytest.raises(Forbidden):
        undo(NAME, world.by("bob"), world.registry, history)
