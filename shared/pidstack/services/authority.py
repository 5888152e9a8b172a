"""What an account may do. Rule: EZID API v2, "Ownership model".

The directory may answer from memory that is some seconds old. A permission that was just given must work at once, so a refusal is
always decided on fresh answers; one that was just taken away ends when that memory does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import Forbidden, NoSuchAccount, OwnershipRefused
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Shoulder, longest, root_of
from pidstack.ports.directory import Directory
from pidstack.services.active import active_account


@dataclass(frozen=True, slots=True)
class Authority:
    """One account's rights, by its name.

    Attributes:
        via: the protocol it speaks at the moment, for the record of who changed what.
        administers: whether it may use what rights it has over the identifiers of its group or realm.
    """

    name: str
    directory: Directory
    via: str = ""
    administers: bool = True

    @property
    def account(self) -> Account:
        """The account itself.

        Raises:
            Forbidden: it is gone or disabled since it signed in.
        """
        account = active_account(self.name, self.directory)
        if account is None and self.directory.refresh():
            account = active_account(self.name, self.directory)
        if account is None:
            raise Forbidden(f"{self.name} is not an account any more")
        return account

    @property
    def is_superuser(self) -> bool:
        """Whether no rule of ownership or state binds it."""
        return self.account.superuser

    def is_confirmed_superuser(self) -> bool:
        """Tell the same where a refusal hangs on it: on fresh answers."""
        return self.is_superuser or (self.directory.refresh() and self.is_superuser)

    def require_naming(self, identifier: Identifier) -> None:
        """Let it pass if it may make this identifier.

        Raises:
            Forbidden: no shoulder of its own, of an account that it is a proxy of, or open to all covers the name.
        """
        self._require(lambda: self._may_name(identifier))

    def require_changing(self, record: Record) -> None:
        """Let it pass if it may change or delete this record.

        Raises:
            Forbidden: it is neither the owner, nor the owner's proxy, nor the administrator of the owner's group or realm.
        """
        self._require(lambda: self._acts_for(record.owner, record.group))

    def may_act_for(self, owner: str, group: str) -> bool:
        """Tell whether it may do to an account's records what the account itself may.

        Args:
            owner: the account; empty for every account of the group.
        """
        return self._acts_for(owner, group) or (self.directory.refresh() and self._acts_for(owner, group))

    def acts_for(self, owner: str, group: str) -> bool:
        """Tell the same by what is remembered, where nothing is refused if it is not so."""
        return self._acts_for(owner, group)

    def administered(self, all_groups: Callable[[], Iterable[Group]]) -> frozenset[str]:
        """Name the groups that it administers, by what is remembered of itself.

        Args:
            all_groups: lists the groups that there are; asked by realms' administrators only.
        """
        mine = self.account
        own = {mine.group} if mine.group_admin else set[str]()
        return frozenset(own.union(group.name for group in all_groups() if self._is_my_realm(group)) if mine.realm_admin else own)

    def require_handing_over(self, old_owner: str, old_group: str, new_owner: str) -> None:
        """Let it pass if it may act for both sides.

        Raises:
            OwnershipRefused: it cannot act for one of them.
        """
        if old_owner == new_owner:
            return
        heir = self.directory.account(new_owner)
        if heir is None:
            raise NoSuchAccount("no such user", field="owner")
        try:
            self._require(lambda: self._acts_for(old_owner, old_group) and self._acts_for(new_owner, heir.group))
        except Forbidden as refusal:
            raise OwnershipRefused("ownership change prohibited") from refusal

    def _require(self, rule: Callable[[], bool]) -> None:
        if not rule() and not (self.directory.refresh() and rule()):
            raise Forbidden("forbidden")

    def _may_name(self, identifier: Identifier) -> bool:
        prefix = self.directory.prefix(root_of(identifier))
        if prefix is not None and prefix.disabled:
            return False
        if self.is_superuser:
            return True
        covering = [s for s in self.directory.shoulders(root_of(identifier)) if s.name.covers(identifier) and not s.disabled]
        return any(shoulder.test or self._holds(shoulder) for shoulder in covering)

    def _holds(self, shoulder: Shoulder) -> bool:
        name = str(shoulder.name)
        if name in self.account.shoulders:
            return True
        principals = (self.directory.account(principal) for principal in self.account.proxy_of)
        return any(name in principal.shoulders for principal in principals if principal is not None)

    def _acts_for(self, owner: str, group: str) -> bool:
        mine = self.account
        if mine.superuser or owner == mine.name or owner in mine.proxy_of:
            return True
        if not self.administers:
            return False
        return (mine.group_admin and group == mine.group) or (mine.realm_admin and self._is_my_realm(self.directory.group(group)))

    def _is_my_realm(self, theirs: Group | None) -> bool:
        mine = self.directory.group(self.account.group)
        return mine is not None and theirs is not None and mine.realm == theirs.realm


def governing_shoulder(directory: Directory, identifier: Identifier) -> Shoulder | None:
    """Find the shoulder that decides agency and lifetime of a new identifier."""
    return longest(directory.shoulders(root_of(identifier)), identifier)
