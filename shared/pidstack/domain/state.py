"""The one state machine of a record, whatever words a protocol has for it.

    (new) ──> draft ──> findable <──> registered
      └──────────────────^

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


_MOVES: dict[State | None, frozenset[State]] = {
    None: frozenset({State.DRAFT, State.FINDABLE}),
    State.DRAFT: frozenset({State.DRAFT, State.FINDABLE}),
    State.FINDABLE: frozenset({State.FINDABLE, State.REGISTERED}),
    State.REGISTERED: frozenset({State.FINDABLE, State.REGISTERED}),
}


def check_move(old: State | None, new: State) -> None:
    """Let a depositor's move from `old` (None: the record is being made) to `new` pass.

    Raises:
        StateChangeRefused: the machine has no such move.
    Rule: EZID API v2, "Identifier status".
    """
    if new not in _MOVES[old]:
        raise StateChangeRefused(f"a {old or 'new'} record cannot become {new}", field="state")
