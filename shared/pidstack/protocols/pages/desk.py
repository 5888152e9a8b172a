"""What pages are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pidstack.ports.clock import Clock
from pidstack.ports.feed import Counters, History
from pidstack.ports.identifiers import IdentifierStore


@dataclass(frozen=True, slots=True)
class Desk:
    """What pages are made with.

    Attributes:
        name, contact: of the registry.
        checks: by the name of a part of the registry, what finds out whether it works; it raises whatever is wrong.
        remembered: what was found out a moment ago, with its time in Unix seconds.
    """

    name: str
    contact: str
    identifiers: IdentifierStore
    history: History
    counters: Counters
    checks: Mapping[str, Callable[[], None]]
    clock: Clock
    remembered: dict[str, tuple[int, Any]] = field(default_factory=dict)
