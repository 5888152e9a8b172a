"""The state machine of a record, as the table in EZID's guide has it ("Identifier status")."""

from __future__ import annotations

import pytest

from pidstack.domain.errors import StateChangeRefused
from pidstack.domain.state import Event, State, check_move, state_after

NEW = None
MOVES = [
    (NEW, State.DRAFT, True),
    (NEW, State.FINDABLE, True),
    (NEW, State.REGISTERED, False),
    (State.DRAFT, State.DRAFT, True),
    (State.DRAFT, State.FINDABLE, True),
    (State.DRAFT, State.REGISTERED, False),
    (State.FINDABLE, State.DRAFT, False),
    (State.FINDABLE, State.FINDABLE, True),
    (State.FINDABLE, State.REGISTERED, True),
    (State.REGISTERED, State.DRAFT, False),
    (State.REGISTERED, State.FINDABLE, True),
    (State.REGISTERED, State.REGISTERED, True),
]


@pytest.mark.parametrize(
    ("old", "new"), [pytest.param(old, new, id=f"{old or 'new'} to {new}") for old, new, allowed in MOVES if allowed]
)
def test_the_machine_makes_a_move_of_the_table(old: State | None, new: State) -> None:
    check_move(old, new)


@pytest.mark.parametrize(
    ("old", "new"), [pytest.param(old, new, id=f"{old or 'new'} to {new}") for old, new, allowed in MOVES if not allowed]
)
def test_the_machine_refuses_every_other_move(old: State | None, new: State) -> None:
    with pytest.raises(StateChangeRefused) as refusal:
        check_move(old, new)

    assert refusal.value.field == "state"


def test_the_table_covers_every_pair_of_states() -> None:
    assert {(old, new) for old, new, _ in MOVES} == {(old, new) for old in (NEW, *State) for new in State}


EVENTS = {
    (State.DRAFT, Event.REGISTER): State.REGISTERED,
    (State.DRAFT, Event.PUBLISH): State.FINDABLE,
    (State.REGISTERED, Event.PUBLISH): State.FINDABLE,
    (State.REGISTERED, Event.SHOW): State.FINDABLE,
    (State.FINDABLE, Event.HIDE): State.REGISTERED,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_an_event_moves_a_record_that_it_is_for_and_no_other(state: State, event: Event) -> None:
    """DataCite REST API, "DOI states"."""
    assert state_after(state, event) is EVENTS.get((state, event), state)
