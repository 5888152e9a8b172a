"""What a writer needs to know of a form: how a member begins, how a record stands in it, how it ends."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.record import Record


class Form(Protocol):
    """One way to write records.

    Attributes:
        suffix: of members' names.
        between: what stands between two records.
        closing: how a member ends.
    """

    @property
    def suffix(self) -> str: ...

    @property
    def between(self) -> bytes: ...

    @property
    def closing(self) -> bytes: ...

    def opening(self, newest_s: int) -> bytes:
        """Give how a member begins; `newest_s` is the latest change of its records, Unix seconds."""

    def write(self, record: Record) -> bytes:
        """Write a record."""
