"""The directory as DataCite's clients see it: accounts are clients, groups are providers, and who has which prefix.

A client has the prefixes of the shoulders that were granted to it, a provider those of its clients. Everything here is put together
from what the directory says at the moment of the request.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pidstack.domain.accounts import Account, Group
from pidstack.domain.shoulder import Prefix
from pidstack.ports.directory import DirectoryKeeper
from pidstack.protocols.symbols import client_id

_DOI = "doi:"
_IDS = uuid.UUID("7d2c5c0e-4f0b-5b0e-9b0a-6a8f0c1d2e3f")  # of assignments: the same ones always have the same ids


@dataclass(frozen=True, slots=True)
class Assignment:
    """That a client, or a provider, has a prefix.

    Attributes:
        prefix: `10.5072`.
        provider: the group's name.
        client: the client's id; empty if it is the provider that has it.
    """

    prefix: str
    provider: str
    client: str = ""
    created_s: int = 0

    @property
    def id(self) -> str:
        """A UUID."""
        return str(uuid.uuid5(_IDS, f"{self.client or self.provider} {self.prefix}"))


class Catalogue:
    """What the directory holds, each part read when it is first asked for: live for one request.

    Args:
        keeper: lists accounts, groups and prefixes.
    """

    def __init__(self, keeper: DirectoryKeeper) -> None:
        self._keeper = keeper

    @cached_property
    def accounts(self) -> list[Account]:
        """All accounts."""
        return self._keeper.accounts()

    @cached_property
    def groups(self) -> dict[str, Group]:
        """All groups, by name."""
        return {group.name: group for group in self._keeper.groups()}

    @cached_property
    def prefixes(self) -> dict[str, Prefix]:
        """All prefixes of DOIs, by what DataCite calls them: `10.5072`."""
        return {prefix.name.removeprefix(_DOI): prefix for prefix in self._keeper.prefixes() if prefix.name.startswith(_DOI)}

    @cached_property
    def of_clients(self) -> list[Assignment]:
        """Which client has which prefix."""
        return [assignment for account in self.accounts for assignment in self._of_client(account)]

    @cached_property
    def of_providers(self) -> list[Assignment]:
        """Which provider has which prefix."""
        pairs = {(each.provider, each.prefix): each.created_s for each in self.of_clients}
        return [Assignment(prefix, provider, created_s=created_s) for (provider, prefix), created_s in sorted(pairs.items())]

    @cached_property
    def clients_with(self) -> dict[str, list[Assignment]]:
        """Which clients have a prefix."""
        return _by_prefix(self.of_clients)

    @cached_property
    def providers_with(self) -> dict[str, list[Assignment]]:
        """Which providers have a prefix."""
        return _by_prefix(self.of_providers)

    def title_of(self, group: str) -> str:
        """Give a provider's name for people."""
        found = self.groups.get(group)
        return (found.title if found else "") or group

    def _of_client(self, account: Account) -> Iterator[Assignment]:
        for prefix in prefixes_of(account):
            kept = self.prefixes.get(prefix)
            created_s = max(kept.created_s if kept else 0, account.created_s)
            yield Assignment(prefix, account.group, client_id(account.name, account.group), created_s)


def prefixes_of(account: Account) -> list[str]:
    """List the DOI prefixes of the shoulders that were granted to an account: `10.5072`."""
    return sorted({name.removeprefix(_DOI).partition("/")[0] for name in account.shoulders if name.startswith(_DOI)})


def _by_prefix(assignments: list[Assignment]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for each in assignments:
        found.setdefault(each.prefix, []).append(each)
    return found
