"""Changing a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain import edits as e
from pidstack.domain.errors import (
    Busy,
    Forbidden,
    Invalid,
    InvalidRecord,
    NoSuchAccount,
    NoSuchIdentifier,
    NotSettable,
    OwnershipRefused,
    RegistryError,
    StateChangeRefused,
    TooLarge,
)
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency, root_of
from pidstack.domain.state import State
from pidstack.services.update import TRIES, update
from tests.builders import NOW_S, a_record
from tests.world import DESCRIBED, World, a_world

NAME = Identifier("ark:/13030/c7x")
LATER_S = NOW_S + 60


@pytest.fixture
def world() -> World:
    return a_world()


def kept(world: World, name: str = str(NAME), **fields: Any) -> Record:
    """A record that was made a minute ago."""
    record = a_record(name, **{"registered_s": NOW_S, **fields})
    world.identifiers.create(record)
    world.time.now_s = LATER_S
    return record


def changed(world: World, *edits: e.Edit, by: str = "alice", name: Identifier = NAME) -> Record:
    return update(name, edits, world.by(by), world.registry)


def rival(world: World, times: int) -> list[int]:
    """Let another writer be faster the next `times` times; the list says how often it was."""
    won: list[int] = []
    replace_record = world.identifiers.replace

    def replace_second(record: Record) -> None:
        if len(won) < times:
            current = world.identifiers.get(record.identifier)
            assert current is not None
            elements = {**current.elements, f"rival.{len(won)}": "x"}
            replace_record(replace(current, elements=elements, version=current.version + 1))
            won.append(current.version)
        replace_record(record)

    world.identifiers.replace = replace_second  # type: ignore[method-assign]
    return won


def test_elements_are_added_replaced_and_removed_and_the_rest_stays(world: World) -> None:
    kept(world, elements={"a": "1", "b": "2", "c": "3"}, target="https://example.org/")

    record = changed(world, e.SetElement("b", ""), e.SetElement("c", "4"), e.SetElement("d", "5"), e.SetElement("nothing", ""))

    assert dict(record.elements) == {"a": "1", "c": "4", "d": "5"}
    assert record.target == "https://example.org/"
    assert world.identifiers.get(NAME) == record


def test_a_change_is_dated_and_counted(world: World) -> None:
    old = kept(world)

    record = changed(world)

    place = Placement(Kind.NONE, root_of(old.identifier))
    assert record == replace(old, updated_s=LATER_S, version=2, changed_by="alice", placement=place)


def test_a_change_says_who_asked_for_it_and_in_which_protocol(world: World) -> None:
    kept(world)

    record = update(NAME, (), replace(world.by("proxy"), via="ez"), world.registry)

    assert (record.owner, record.changed_by, record.changed_via) == ("alice", "proxy", "ez")


def test_a_change_costs_one_read_and_one_write(world: World) -> None:
    kept(world)

    assert world.cost(lambda: changed(world, e.SetElement("a", "1"))) == (1, 1)


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        pytest.param(e.SetTarget(""), {"target": "https://example.org/"}, {"target": ""}, id="target"),
        pytest.param(e.SetProfile(""), {"profile": "dc"}, {"profile": ""}, id="profile"),
    ],
)
def test_an_empty_value_leads_back_to_the_default(
    world: World, edit: e.Edit, before: dict[str, Any], after: dict[str, Any]
) -> None:
    kept(world, **before)

    record = changed(world, edit)

    assert {name: getattr(record, name) for name in after} == after


MOVES = {
    State.DRAFT: {State.DRAFT, State.FINDABLE},
    State.FINDABLE: {State.FINDABLE, State.REGISTERED},
    State.REGISTERED: {State.FINDABLE, State.REGISTERED},
}


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_a_depositor_moves_as_the_machine_does(world: World, old: State, new: State) -> None:
    before = kept(world, state=old, registered_s=0 if old is State.DRAFT else NOW_S)

    if new in MOVES[old]:
        assert changed(world, e.SetState(new)).state is new
    else:
        with pytest.raises(StateChangeRefused):
            changed(world, e.SetState(new))
        assert world.identifiers.get(NAME) == before


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_the_superuser_moves_as_it_likes(world: World, old: State, new: State) -> None:
    kept(world, state=old)

    assert changed(world, e.SetState(new), by="admin").state is new


def test_a_reason_comes_is_replaced_and_goes_with_the_state(world: World) -> None:
    kept(world)

    assert changed(world, e.SetState(State.REGISTERED, "gone")).reason == "gone"
    assert changed(world, e.SetElement("a", "1")).reason == "gone"
    assert changed(world, e.SetState(State.REGISTERED)).reason == ""
    changed(world, e.SetState(State.REGISTERED, "again"))
    assert changed(world, e.SetState(State.FINDABLE)).reason == ""


def test_only_what_is_unavailable_has_a_reason(world: World) -> None:
    kept(world)

    assert changed(world, e.SetState(State.FINDABLE, "none needed")).reason == ""


def test_a_draft_counts_as_registered_from_its_first_publication_on(world: World) -> None:
    kept(world, state=State.DRAFT, registered_s=0)

    assert changed(world).registered_s == 0
    assert changed(world, e.SetState(State.FINDABLE)).registered_s == LATER_S
    world.time.now_s += 60
    assert changed(world, e.SetState(State.REGISTERED)).registered_s == LATER_S


def test_a_doi_cannot_be_published_or_kept_public_without_its_description(world: World) -> None:
    doi = Identifier("doi:10.9999/FZ4X")
    kept(world, str(doi), state=State.DRAFT, registered_s=0, agency=Agency.DATACITE)

    with pytest.raises(InvalidRecord):
        changed(world, e.SetState(State.FINDABLE), name=doi)
    changed(world, e.SetState(State.FINDABLE), *(e.SetElement(*item) for item in DESCRIBED.items()), name=doi)

    with pytest.raises(InvalidRecord):
        changed(world, e.SetElement("datacite.title", ""), name=doi)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("alice", True),
        ("proxy", True),
        ("gadmin", True),
        ("radmin", True),
        ("admin", True),
        ("aaron", False),
        ("bob", False),
        ("carol", False),
    ],
)
def test_who_may_change_a_record_of_alices(world: World, who: str, allowed: bool) -> None:
    old = kept(world)

    if allowed:
        assert changed(world, e.SetElement("a", "1"), by=who).owner == "alice"
    else:
        with pytest.raises(Forbidden):
            changed(world, e.SetElement("a", "1"), by=who)
        assert world.identifiers.get(NAME) == old


def test_a_record_that_changes_hands_takes_the_new_owners_group(world: World) -> None:
    kept(world)

    record = changed(world, e.SetOwner("bob"), by="radmin")

    assert (record.owner, record.group) == ("bob", "groupb")
    with pytest.raises(Forbidden):
        changed(world)


@pytest.mark.parametrize(
    ("edits", "refusal"),
    [
        pytest.param((e.SetOwner("bob"),), OwnershipRefused, id="to a stranger"),
        pytest.param((e.SetOwner("nobody"),), NoSuchAccount, id="to nobody"),
        pytest.param((e.SetTarget("nowhere"),), InvalidRecord, id="no target"),
        pytest.param((e.SetProfile("-"),), Invalid, id="no profile"),
        pytest.param((e.UseCrossref(),), InvalidRecord, id="an ark at Crossref"),
        pytest.param((e.SetCreated(1),), NotSettable, id="backdated"),
        pytest.param((e.SetElement("a", "x" * 800_000),), TooLarge, id="more than an element holds"),
        pytest.param((e.SetElement("a", "1"), e.SetState(State.DRAFT)), StateChangeRefused, id="back to reserved"),
    ],
)
def test_what_breaks_a_rule_changes_nothing_at_all(world: World, edits: tuple[e.Edit, ...], refusal: type[RegistryError]) -> None:
    old = kept(world)

    with pytest.raises(refusal):
        changed(world, *edits)

    assert world.identifiers.get(NAME) == old


def test_a_datacite_doi_does_not_turn_into_one_of_crossrefs(world: World) -> None:
    doi = Identifier("doi:10.9999/FZ4X")
    kept(world, str(doi), agency=Agency.DATACITE, elements=DESCRIBED)

    with pytest.raises(Invalid) as refusal:
        changed(world, e.UseCrossref(), name=doi)

    assert str(refusal.value) == "dataCite DOI cannot be registered with Crossref"


def test_what_does_not_exist_cannot_be_changed_by_anybody(world: World) -> None:
    with pytest.raises(NoSuchIdentifier):
        changed(world, by="bob")


def test_small_elements_cannot_add_up_to_a_record_that_no_answer_holds(world: World) -> None:
    kept(world)
    changed(world, e.SetElement("a", "x" * 700_000))
    largest = changed(world, e.SetElement("b", "x" * 700_000))

    with pytest.raises(TooLarge):
        changed(world, e.SetElement("c", "x" * 700_000))

    assert world.identifiers.get(NAME) == largest


# ---------------------------------------------------------------------------------------------------- other writers
def test_who_comes_second_changes_what_the_first_has_made(world: World) -> None:
    kept(world)
    won = rival(world, times=1)

    record = changed(world, e.SetElement("mine", "1"))

    assert won == [1]
    assert dict(record.elements) == {"rival.0": "x", "mine": "1"}
    assert record.version == 3


def test_a_lost_race_costs_one_more_read_and_write(world: World) -> None:
    kept(world)
    rival(world, times=1)

    reads, writes = world.cost(lambda: changed(world))

    assert (reads - 1, writes - 1) == (2, 1)  # without those of the rival; the refused write is not counted


def test_who_loses_every_race_is_told_and_nothing_of_it_is_kept(world: World) -> None:
    kept(world)
    won = rival(world, times=TRIES)

    with pytest.raises(Busy):
        changed(world, e.SetElement("mine", "1"))

    record = world.identifiers.get(NAME)
    assert record is not None
    assert len(won) == TRIES
    assert "mine" not in record.elements


def test_who_wins_the_last_race_is_kept(world: World) -> None:
    kept(world)
    rival(world, times=TRIES - 1)

    assert changed(world, e.SetElement("mine", "1")).elements["mine"] == "1"


def test_a_rule_is_checked_against_what_the_other_writer_has_made(world: World) -> None:
    kept(world)
    replace_record = world.identifiers.replace

    def hand_over_first(record: Record) -> None:
        world.identifiers.replace = replace_record  # type: ignore[method-assign]
        changed(world, e.SetOwner("bob"), by="admin")
        replace_record(record)

    world.identifiers.replace = hand_over_first  # type: ignore[method-assign]

    with pytest.raises(Forbidden):
        changed(world, e.SetElement("mine", "1"))


def test_a_record_that_was_deleted_meanwhile_is_not_brought_back(world: World) -> None:
    kept(world, state=State.DRAFT)
    replace_record = world.identifiers.replace

    def delete_first(record: Record) -> None:
        current = world.identifiers.get(record.identifier)
        if current is not None:
            world.identifiers.delete(current, by="alice", via="ezid")
        replace_record(record)

    world.identifiers.replace = delete_first  # type: ignore[method-assign]

    with pytest.raises(NoSuchIdentifier):
        changed(world, e.SetElement("mine", "1"))
    assert world.identifiers.get(NAME) is None
