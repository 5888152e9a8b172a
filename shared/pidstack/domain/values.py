"""Frozen values that are made by the hundred for one answer.

A frozen dataclass looks up `object.__setattr__` for each field when it is made, which takes ten times as long as making one that is
not frozen; and `dataclasses.replace` asks every field what kind it is of. For a description of forty values that is longer than
reading it. So these are frozen for the type checker, which lets nobody assign to them, and are equal and hashed as frozen ones are;
at run time nothing watches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["replace", "value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
    from dataclasses import replace
else:
    from dataclasses import dataclass
    from functools import cache
    from operator import attrgetter

    def value(*, frozen: bool, slots: bool, order: bool = False) -> Any:
        """Make a dataclass, as `dataclasses.dataclass` with the same arguments does for the type checker."""
        return dataclass(slots=slots, order=order, unsafe_hash=frozen)

    def replace(given: Any, **changes: Any) -> Any:
        """Make a value of the same class with other fields, as `dataclasses.replace` does.

        Args:
            given: of a class that `value` made, of two fields or more, all of which are arguments.
        """
        kind = type(given)
        read, places = _fields(kind)
        fields = [*read(given)]
        for name, changed in changes.items():
            fields[places[name]] = changed
        return kind(*fields)

    @cache
    def _fields(kind: type) -> tuple[attrgetter, dict[str, int]]:
        """Make what reads all fields of a class at once, and tell the place of each."""
        return attrgetter(*kind.__match_args__), {name: place for place, name in enumerate(kind.__match_args__)}
