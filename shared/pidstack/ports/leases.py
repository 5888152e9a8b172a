"""The right to be served at the same time as others of the same user, for a short while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """One of a user's places, taken.

    Attributes:
        holder: made up for this one lease; nobody else's release ends it.
    """

    user: str
    slot: int
    holder: str


class Leases(Protocol):
    """Gives each user a number of places. A place that is not released is free again after some seconds."""

    def acquire(self, user: str) -> Lease | None:
        """Take a place; None if all of them are taken. One write where the first is free."""

    def release(self, lease: Lease) -> None:
        """Give a place back; nothing if its time was over. One write."""
