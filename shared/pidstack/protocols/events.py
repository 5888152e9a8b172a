"""The JSON that tells a change to other programs: detail of an event on the bus, message of the topic, body of a webhook.

The contract, for everybody outside: events/schemas/identifier-event.v1.json.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pidstack.domain.change import Change
from pidstack.domain.shoulder import root_of
from pidstack.domain.state import State
from pidstack.protocols.vocabulary import STATUS_WORDS

_DATACITE = {State.DRAFT: "draft", State.FINDABLE: "findable", State.REGISTERED: "registered"}


def event_detail(change: Change) -> dict[str, Any]:
    """Tell a change as a JSON object; a change that is told again gives an equal object."""
    return {
        "id": change.id,
        "kind": change.kind.value,
        "identifier": str(change.identifier),
        "prefix": root_of(change.identifier),
        "owner": change.owner,
        "group": change.group,
        "old_state": _state(change.old_state),
        "new_state": _state(change.new_state),
        "changed": list(change.changed),
        "version": change.version,
        "by": change.by,
        "via": change.via,
        "at": datetime.fromtimestamp(change.at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "target": change.target,
    }


def _state(state: State | None) -> dict[str, str] | None:
    """Write a state in every vocabulary that clients know."""
    return None if state is None else {"stored": state.value, "ezid": STATUS_WORDS[state], "datacite": _DATACITE[state]}
