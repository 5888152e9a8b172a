"""Where the local stack keeps things, and how one clear sentence of failure is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
STATE = PROJECT / ".local"


class LocalStackError(Exception):
    """Something the person at the keyboard can act on; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files under one state directory.

    Attributes:
        directory: holds everything a local stack remembers; removing it forgets the stack.
    """

    directory: Path

    @property
    def emulator_state(self) -> Path:
        return self.directory / "emulator"

    @property
    def scratch(self) -> Path:
        return self.directory / "tmp"

    @property
    def log(self) -> Path:
        return self.directory / "stack.log"

    @property
    def process(self) -> Path:
        return self.directory / "emulator.json"

    @property
    def description(self) -> Path:
        return self.directory / "stack.json"
