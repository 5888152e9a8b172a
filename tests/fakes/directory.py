"""Accounts, groups, prefixes and shoulders in dicts."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import AlreadyExists, Busy
from pidstack.domain.shoulder import Prefix, Shoulder, root_of
from pidstack.ports.directory import Entry


class MemoryDirectory:
    """`pidstack.ports.directory.DirectoryKeeper` in memory; always current, and safe with threads.

    Args:
        entries: what it holds to begin with.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: dict[tuple[type[Entry], str], Entry] = {}
        self._lock = Lock()
        self.writes = 0
        for entry in entries:
            self.create(entry)

    def account(self, name: str) -> Account | None:
        return next((account for account in self.accounts() if account.name == name), None)

    def group(self, name: str) -> Group | None:
        return next((group for group in self.groups() if group.name == name), None)

    def prefix(self, root: str) -> Prefix | None:
        return next((prefix for prefix in self.prefixes() if prefix.name == root), None)

    def shoulders(self, root: str) -> tuple[Shoulder, ...]:
        return tuple(entry for entry in self._sorted() if isinstance(entry, Shoulder) and root_of(entry.name) == root)

    def refresh(self) -> bool:
        return False

    def accounts(self) -> list[Account]:
        return [entry for entry in self._sorted() if isinstance(entry, Account)]

    def groups(self) -> list[Group]:
        return [entry for entry in self._sorted() if isinstance(entry, Group)]

    def prefixes(self) -> list[Prefix]:
        return [entry for entry in self._sorted() if isinstance(entry, Prefix)]

    def create(self, entry: Entry) -> None:
        with self._lock:
            if _key(entry) in self._entries:
                raise AlreadyExists(f"{entry.name} already exists")
            self._put(entry)

    def change(self, old: Entry, new: Entry) -> None:
        with self._lock:
            if self._entries.get(_key(new)) != old:
                raise Busy(f"{new.name} was changed meanwhile")
            self._put(new)

    def _put(self, entry: Entry) -> None:
        self.writes += 1
        self._entries[_key(entry)] = entry

    def _sorted(self) -> list[Entry]:
        with self._lock:
            return [self._entries[key] for key in sorted(self._entries, key=lambda key: key[1])]


def _key(entry: Entry) -> tuple[type[Entry], str]:
    return type(entry), str(entry.name)
