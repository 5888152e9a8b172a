"""What was made of something small that comes again and again: to know it costs a look into a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """A function as a dictionary: what it has not yet, it makes. Full, it begins anew, which is cheaper than to know what is old.

    Args:
        make: gives the value of a key.
        most: how many values there may be.
        is_short: whether to keep the value of a key; what never ends is not to fill the memory.
    """

    def __init__(self, make: Callable[[K], V], most: int, is_short: Callable[[K], bool] = lambda _: True) -> None:
        super().__init__()
        self._make, self._most, self._is_short = make, most, is_short

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if self._is_short(key):
            if len(self) >= self._most:
                self.clear()
            self[key] = made
        return made
