"""Time, as an argument."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """A callable, so that `lambda: 1_800_000_000` is one."""

    def __call__(self) -> int:
        """Tell the time in whole Unix seconds."""
