"""Whose identifiers a requester may have, out of the registry's directory. Rule: EZID API v2, "Ownership model"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pidstack.domain.accounts import Account
from pidstack.services.authority import Authority


@dataclass(slots=True)
class DirectoryOwners:
    """`pidstack.protocols.ezid.download.request.Owners` for one request.

    Args:
        accounts: lists all accounts; asked once, where a group is named.
    """

    by: Authority
    accounts: Callable[[], list[Account]]
    _members: dict[str, list[str]] | None = field(default=None)

    def account(self, name: str) -> bool:
        """See the protocol."""
        return self.by.directory.account(name) is not None

    def members(self, group: str) -> Sequence[str] | None:
        """See the protocol: by name."""
        if self.by.directory.group(group) is None:
            return None
        if self._members is None:
            self._members = {}
            for account in sorted(self.accounts(), key=lambda each: each.name):
                self._members.setdefault(account.group, []).append(account.name)
        return self._members.get(group, [])

    def may_have_of(self, account: str) -> bool:
        """See the protocol."""
        owner = self.by.directory.account(account)
        return owner is not None and self.by.may_act_for(owner.name, owner.group)

    def may_have_of_group(self, group: str) -> bool:
        """See the protocol."""
        return self.by.may_act_for("", group)
