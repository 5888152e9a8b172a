"""Valid things to start from; a test changes the one field it is about."""

from __future__ import annotations

from typing import Any

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record

NOW_S = 1_800_000_000


def a_record(name: str = "ark:/99999/fk4a", **fields: Any) -> Record:
    """A public ARK of alice's, just made."""
    usual = {"owner": "alice", "group": "groupa", "created_s": NOW_S, "updated_s": NOW_S}
    return Record(identifier=Identifier.parse(name), **{**usual, **fields})
