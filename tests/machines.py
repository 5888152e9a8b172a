"""The steps of a state machine's definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def tasks(states: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give all tasks by name, those of maps too."""
    for name, state in states.items():
        if state["Type"] == "Task":
            yield name, state
        if "ItemProcessor" in state:
            yield from tasks(state["ItemProcessor"]["States"])
