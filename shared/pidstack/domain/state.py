"""The one state machine of a record, whatever words a protocol has for it.

    (new) ──> draft ──> findable <──> registered
      │         └─────────────────────────^
      └───────────────────^

A draft is known to the registry alone and may be deleted. Findable resolves and is harvested. Registered keeps its name for
good, but its object is not to be had: it shows a tombstone, with an optional reason.
"""

from __future__ import annotations

from enum import StrEnum

from pidstack.domain.errors import StateChangeRefused


class State(StrEnum):
    """Where a record stands. EZID says reserved, public, unavailable; DataCite says draft, findable, registered."""

    DRAFT = "draft"
    FINDABLE = "findable"
    REGISTERED = "registered"


class Event(StrEnum):
    """What a depositor may let happen to a record instead of naming the state it is to have."""

    REGISTER = "register"
    PUBLISH = "publish"
    HIDE = "hide"
    SHOW = "show"


_AFTER: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.REGISTER): State.REGISTERED,
    (State.DRAFT, Event.PUBLISH): State.FINDABLE,
    (State.REGISTERED, Event.PUBLISH): State.FINDABLE,
    (State.REGISTERED, Event.SHOW): State.FINDABLE,
    (State.FINDABLE, Event.HIDE): State.REGISTERED,
}
_MOVES: dict[State | None, frozenset[State]] = {
    None: frozenset({State.DRAFT, State.FINDABLE}),
    State.DRAFT: frozenset({State.DRAFT, State.FINDABLE}),
    State.FINDABLE: frozenset({State.FINDABLE, State.REGISTERED}),
    State.REGISTERED: frozenset({State.FINDABLE, State.REGISTERED}),
}


def state_after(old: State, event: Event) -> State:
    """Tell where a record stands after an event: where it stood, if the event is not for records that stand there.

    Only an event makes a draft registered without its ever being findable.
    Rule: DataCite REST API, "DOI states".
    """
    return _AFTER.get((old, event), old)


def check_move(old: State | None, new: State) -> None:
    """Let a depositor's move from `old` (None: the record is being made) to `new` pass.

    Raises:
        StateChangeRefused: the machine has no such move.
    Rule: EZID API v2, "Identifier status".
    """
    if new not in _MOVES[old]:
        raise StateChangeRefused(f"a {old or 'new'} record cannot become {new}", field="state")
