"""The memory of who keeps identifiers and under which shoulders."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.accounts import Account, Group
from pidstack.domain.shoulder import Prefix, Shoulder


class Directory(Protocol):
    """What request handling reads. Answers may be some seconds old until `refresh` is called."""

    def account(self, name: str) -> Account | None:
        """Give the account of this canonical name."""

    def group(self, name: str) -> Group | None:
        """Give the group of this canonical name."""

    def prefix(self, root: str) -> Prefix | None:
        """Give a prefix by the name `pidstack.domain.shoulder.root_of` gives it."""

    def shoulders(self, root: str) -> tuple[Shoulder, ...]:
        """Give all shoulders under a prefix, disabled ones included."""

    def refresh(self) -> bool:
        """Make the next answers current. False if none given so far could have been out of date."""


Entry = Account | Group | Prefix | Shoulder


class DirectoryKeeper(Directory, Protocol):
    """What the operator does on top: list, make and change. Writes are conditional: two operators do not undo each other."""

    def accounts(self) -> list[Account]:
        """List all accounts by name."""

    def groups(self) -> list[Group]:
        """List all groups by name."""

    def prefixes(self) -> list[Prefix]:
        """List all prefixes by name."""

    def create(self, entry: Entry) -> None:
        """Keep a new entry.

        Raises:
            AlreadyExists: one of its kind has this name.
        """

    def change(self, old: Entry, new: Entry) -> None:
        """Replace `old` by `new`, which is of the same kind and name.

        Raises:
            Busy: it is no longer as `old` says; nothing was changed.
        """
