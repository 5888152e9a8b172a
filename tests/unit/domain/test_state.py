"""The state machine of a record, as the table in EZID's guide has it ("Identifier status")."""

from __future__ import annotations

import pytest

from pidstack.domain.errors import StateChangeRefused
from pidstack.domain.state import State, check_move

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
