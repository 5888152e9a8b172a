"""Accounts, groups, prefixes and shoulders in the table, and the short memory in front of them that requests read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pynamodb.exceptions import DoesNotExist, PutError

from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import AlreadyExists, Busy
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Agency, Prefix, Shoulder, root_of
from pidstack.ports.clock import Clock
from pidstack.ports.directory import Entry
from pidstack.store.tables import AccountItem, GroupItem, Item, PrefixItem, ShoulderItem

REMEMBERED_S = 10
_MOST_REMEMBERED = 10_000
_ACCOUNTS, _GROUPS, _PREFIXES = "registry#accounts", "registry#groups", "registry#prefixes"
_CONDITION_FAILED = "ConditionalCheckFailedException"
_T = TypeVar("_T")
_ItemT = TypeVar("_ItemT", bound=Item)


class DynamoDirectory:
    """`pidstack.ports.directory.DirectoryKeeper` on DynamoDB; always current."""

    def account(self, name: str) -> Account | None:
        """See the port. One GetItem."""
        item = _get(AccountItem, _ACCOUNTS, name)
        return _account(item) if item else None

    def group(self, name: str) -> Group | None:
        """See the port. One GetItem."""
        item = _get(GroupItem, _GROUPS, name)
        return _group(item) if item else None

    def prefix(self, root: str) -> Prefix | None:
        """See the port. One GetItem."""
        item = _get(PrefixItem, _PREFIXES, root)
        return _prefix(item) if item else None

    def shoulders(self, root: str) -> tuple[Shoulder, ...]:
        """See the port. One Query over the shoulders of one prefix."""
        return tuple(_shoulder(item) for item in ShoulderItem.query(_shoulders_of(root), consistent_read=True))

    def refresh(self) -> bool:
        """See the port: nothing is remembered here."""
        return False

    def accounts(self) -> list[Account]:
        """See the port."""
        return [_account(item) for item in AccountItem.query(_ACCOUNTS, consistent_read=True)]

    def groups(self) -> list[Group]:
        """See the port."""
        return [_group(item) for item in GroupItem.query(_GROUPS, consistent_read=True)]

    def prefixes(self) -> list[Prefix]:
        """See the port."""
        return [_prefix(item) for item in PrefixItem.query(_PREFIXES, consistent_read=True)]

    def create(self, entry: Entry) -> None:
        """See the port. One PutItem."""
        item = _item(entry)
        try:
            item.save(condition=Item.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                raise AlreadyExists(f"{item.sk} already exists") from error
            raise

    def change(self, old: Entry, new: Entry) -> None:
        """See the port. One PutItem on the condition that all attributes are still as `old` has them."""
        before, item = _item(old), _item(new)
        as_it_was = Item.pk.exists()
        for name, attribute in type(before).get_attributes().items():
            value = getattr(before, name)
            as_it_was &= attribute.does_not_exist() if value is None else attribute == value
        try:
            item.save(condition=as_it_was)
        except PutError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                raise Busy(f"{item.sk} was changed meanwhile") from error
            raise


class RememberingDirectory:
    """`pidstack.ports.directory.Directory` that remembers for `REMEMBERED_S` what exists, and asks each time for what does not."""

    def __init__(self, source: DynamoDirectory, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._memory: dict[tuple[str, str], tuple[int, Any]] = {}
        self._used_memory = False

    def account(self, name: str) -> Account | None:
        """See the port."""
        return self._remembered("account", name, self._source.account)

    def group(self, name: str) -> Group | None:
        """See the port."""
        return self._remembered("group", name, self._source.group)

    def prefix(self, root: str) -> Prefix | None:
        """See the port."""
        return self._remembered("prefix", root, self._source.prefix)

    def shoulders(self, root: str) -> tuple[Shoulder, ...]:
        """See the port."""
        return self._remembered("shoulders", root, self._source.shoulders)

    def refresh(self) -> bool:
        """See the port."""
        was_used, self._used_memory = self._used_memory, False
        if was_used:
            self._memory.clear()
        return was_used

    def _remembered(self, kind: str, name: str, ask: Callable[[str], _T]) -> _T:
        until_s, answer = self._memory.get((kind, name), (0, None))
        if until_s > self._clock():
            self._used_memory = True
            return answer  # type: ignore[no-any-return]  # `kind` says which type it is
        fresh = ask(name)
        if fresh:
            if len(self._memory) >= _MOST_REMEMBERED:
                self._memory.clear()
            self._memory[kind, name] = (self._clock() + REMEMBERED_S, fresh)
        return fresh


def _get(model: type[_ItemT], pk: str, sk: str) -> _ItemT | None:
    try:
        return model.get(pk, sk, consistent_read=True)
    except DoesNotExist:
        return None


def _shoulders_of(root: str) -> str:
    return f"shoulders#{root}"


def _item(entry: Entry) -> Item:
    match entry:
        case Account():
            return AccountItem(
                _ACCOUNTS,
                entry.name,
                account_group=entry.group,
                password_hash=entry.password_hash or None,
                email=entry.email or None,
                shoulders=set(entry.shoulders) or None,
                proxy_of=set(entry.proxy_of) or None,
                group_admin=entry.group_admin,
                realm_admin=entry.realm_admin,
                superuser=entry.superuser,
                disabled=entry.disabled,
                created_s=entry.created_s,
                title=entry.title or None,
                url=entry.url or None,
                domains=",".join(entry.domains) or None,
            )
        case Group():
            return GroupItem(
                _GROUPS,
                entry.name,
                realm=entry.realm,
                title=entry.title or None,
                url=entry.url or None,
                disabled=entry.disabled,
                created_s=entry.created_s,
            )
        case Prefix():
            return PrefixItem(_PREFIXES, entry.name, title=entry.title or None, disabled=entry.disabled, created_s=entry.created_s)
        case Shoulder():
            return ShoulderItem(
                _shoulders_of(root_of(entry.name)),
                str(entry.name),
                title=entry.title,
                agency=entry.agency.value,
                datacenter=entry.datacenter or None,
                mints=entry.mints,
                test=entry.test,
                disabled=entry.disabled,
                created_s=entry.created_s,
            )


def _account(item: AccountItem) -> Account:
    return Account(
        name=item.sk,
        group=item.account_group,
        password_hash=item.password_hash or "",
        email=item.email or "",
        shoulders=frozenset(item.shoulders or ()),
        proxy_of=frozenset(item.proxy_of or ()),
        group_admin=item.group_admin,
        realm_admin=item.realm_admin,
        superuser=item.superuser,
        disabled=item.disabled,
        created_s=int(item.created_s),
        title=item.title or "",
        url=item.url or "",
        domains=tuple(str(item.domains).split(",")) if item.domains else (),
    )


def _group(item: GroupItem) -> Group:
    return Group(item.sk, item.realm, item.title or "", item.disabled, int(item.created_s), item.url or "")


def _prefix(item: PrefixItem) -> Prefix:
    return Prefix(item.sk, item.title or "", item.disabled, int(item.created_s))


def _shoulder(item: ShoulderItem) -> Shoulder:
    return Shoulder(
        name=ShoulderName.parse(item.sk),
        title=item.title,
        agency=Agency(item.agency),
        datacenter=item.datacenter or "",
        mints=item.mints,
        test=item.test,
        disabled=item.disabled,
        created_s=int(item.created_s),
    )
