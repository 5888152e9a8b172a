"""The registry as the services see it: its ports, bundled."""

from __future__ import annotations

from dataclasses import dataclass

from pidstack.ports.clock import Clock
from pidstack.ports.directory import Directory
from pidstack.ports.identifiers import IdentifierStore
from pidstack.ports.publications import Calendar, Publications


@dataclass(frozen=True, slots=True)
class Registry:
    """Where records and accounts are kept, what harvesters find records by, and what time it is."""

    identifiers: IdentifierStore
    directory: Directory
    clock: Clock
    publications: Publications
    calendar: Calendar
