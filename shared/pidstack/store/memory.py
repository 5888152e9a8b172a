"""What a warm process remembers: the things that it used last, and no more than so many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST_REMEMBERED = 10_000
_KeyT = TypeVar("_KeyT", bound=Hashable)
_ValueT = TypeVar("_ValueT")


class Memory(Generic[_KeyT, _ValueT]):
    """A dict that forgets what was not used for longest.

    Args:
        most: things at once, from 1.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._things: OrderedDict[_KeyT, _ValueT] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: _KeyT) -> _ValueT | None:
        """Give what was kept under a key; None if it was forgotten."""
        thing = self._things.get(key)
        if thing is not None:
            self._things.move_to_end(key)
        return thing

    def keep(self, key: _KeyT, thing: _ValueT) -> None:
        """Remember a thing, and forget another if there are too many."""
        self._things[key] = thing
        self._things.move_to_end(key)
        if len(self._things) > self._most:
            self._things.popitem(last=False)
