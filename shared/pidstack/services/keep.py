"""The operator keeps groups and accounts: makes, changes and disables them. Prefixes and shoulders: `hand_out`.

Each reads what is there, decides, and writes on the condition that it is still so; where another operator was faster, it reads
and decides anew, a few times. Making a group, a prefix or a shoulder that is there with the same settings succeeds, so that a
setup script can be run twice; an account is never taken for the same, since its password cannot be compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypedDict, TypeVar, Unpack

from pidstack.domain.accounts import Account, Group, account_name, parse_domains
from pidstack.domain.errors import AlreadyExists, Busy, Invalid, NotFound
from pidstack.domain.passwords import hash_password
from pidstack.domain.shoulder import Agency
from pidstack.ports.directory import DirectoryKeeper, Entry

ANONYMOUS = "anonymous"  # EZID's name for nobody in particular
_TRIES = 5
_EntryT = TypeVar("_EntryT", bound=Entry)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)


class GroupChanges(TypedDict, total=False):
    """What may change in a group."""

    title: str
    realm: str
    disabled: bool
    url: str


class AccountChanges(TypedDict, total=False):
    """What may change in an account. Its group may not: the records that it owns carry it, and must agree with it."""

    email: str
    title: str
    url: str
    domains: tuple[str, ...]
    proxy_of: frozenset[str]
    group_admin: bool
    realm_admin: bool
    superuser: bool
    disabled: bool


def the_group(name: str, keeper: DirectoryKeeper) -> Group:
    """Give the group of this name.

    Raises:
        NotFound: there is none.
    """
    return found_or_refuse(keeper.group(account_name(name)), f"There is no group {name}.")


def create_group(wanted: Group, keeper: DirectoryKeeper) -> tuple[Group, bool]:
    """Keep a new group.

    Returns:
        the group, and whether it is new.
    Raises:
        AlreadyExists: one of this name exists with other settings.
    """
    group = _checked_group(wanted)
    return create_once(group, lambda: keeper.group(group.name), keeper)


def change_group(name: str, keeper: DirectoryKeeper, **changes: Unpack[GroupChanges]) -> Group:
    """Change a group; it is given as it is afterwards."""
    return change_entry(lambda: the_group(name, keeper), lambda group: _checked_group(replace(group, **changes)), keeper)


def _checked_group(group: Group) -> Group:
    realm, title, url = account_name(group.realm), group.title.strip(), _checked_url(group.url)
    return replace(group, name=account_name(group.name), realm=realm, title=title, url=url)


def the_account(name: str, keeper: DirectoryKeeper) -> Account:
    """Give the account of this name.

    Raises:
        NotFound: there is none.
    """
    return found_or_refuse(keeper.account(account_name(name)), f"There is no account {name}.")


def create_account(wanted: Account, password: str | None, keeper: DirectoryKeeper) -> Account:
    """Keep a new account that signs in with `password`; without one nobody signs in as it.

    Raises:
        Invalid: a name, the e-mail address or the password breaks a rule, or the group is disabled.
        NotFound: the group, or an account that it is to be a proxy of, does not exist.
        AlreadyExists: one of this name exists.
    """
    account = _checked_account(wanted, keeper)
    if password is not None:
        check_password(password)
    if the_group(account.group, keeper).disabled:
        raise Invalid(f"Group {account.group} is disabled and takes no new accounts.", field="group")
    if keeper.account(account.name) is not None:
        raise AlreadyExists(f"Account {account.name} already exists.")
    account = replace(account, password_hash="" if password is None else hash_password(password))
    keeper.create(account)
    return account


def change_account(name: str, keeper: DirectoryKeeper, **changes: Unpack[AccountChanges]) -> Account:
    """Change an account; it is given as it is afterwards."""
    return change_entry(lambda: the_account(name, keeper), lambda old: _checked_account(replace(old, **changes), keeper), keeper)


def change_password(name: str, password: str, keeper: DirectoryKeeper) -> Account:
    """Let an account sign in with `password` only; its open sessions end."""
    check_password(password)
    password_hash = hash_password(password)
    return change_entry(lambda: the_account(name, keeper), lambda old: replace(old, password_hash=password_hash), keeper)


def check_password(password: str) -> None:
    """Let a password pass that can be sent and does not get lost on the way.

    Raises:
        Invalid: it is empty, holds a colon or an invisible character, or begins or ends with a blank.
    Rule: EZID API v2, "Authentication" with EZID's reading of the header: exactly one colon, blanks around a part stripped.
    """
    if not password:
        raise Invalid("A password cannot be empty.", field="password")
    if ":" in password:
        raise Invalid("A password cannot hold a colon: EZID's sign-in refuses it.", field="password")
    if password != password.strip():
        raise Invalid("A password cannot begin or end with a blank: EZID's sign-in drops it.", field="password")
    if not password.isprintable():
        raise Invalid("A password cannot hold invisible characters, except blanks in its middle.", field="password")


def _checked_account(account: Account, keeper: DirectoryKeeper) -> Account:
    name, email = account_name(account.name), account.email.strip()
    if name == ANONYMOUS:
        raise Invalid(f"No account can be called {ANONYMOUS}: that is EZID's word for the public.", field="name")
    if email and not _EMAIL.fullmatch(email):
        raise Invalid(f"{email!r} is not an e-mail address.", field="email")
    if name in map(account_name, account.proxy_of):
        raise Invalid("An account cannot be a proxy of itself.", field="proxy_of")
    principals = frozenset(the_account(principal, keeper).name for principal in account.proxy_of)
    account = replace(
        account, title=account.title.strip(), url=_checked_url(account.url), domains=_checked_domains(account.domains)
    )
    return replace(account, name=name, email=email, group=the_group(account.group, keeper).name, proxy_of=principals)


def _checked_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    return parse_domains(",".join(domains))


def _checked_url(url: str) -> str:
    found = url.strip()
    if found and not _URL.fullmatch(found):
        raise Invalid(f"{url!r} is not the address of a website.", field="url")
    return found


def found_or_refuse(entry: _EntryT | None, otherwise: str) -> _EntryT:
    """Give an entry that is there.

    Raises:
        NotFound: it is None; `otherwise` is the message.
    """
    if entry is None:
        raise NotFound(otherwise)
    return entry


def create_once(wanted: _EntryT, find: Callable[[], _EntryT | None], keeper: DirectoryKeeper) -> tuple[_EntryT, bool]:
    """Keep an entry that `find` does not find.

    Returns:
        the entry as it is kept, and whether it is new.
    Raises:
        AlreadyExists: it is kept with other settings; the message names them.
    """
    if (found := find()) is None:
        try:
            keeper.create(wanted)
        except AlreadyExists:  # another operator was faster
            found = found_or_refuse(find(), f"{wanted.name} is gone.")
        else:
            return wanted, True
    differences = [
        f"{part.name} is {_written(getattr(found, part.name))}, not {_written(getattr(wanted, part.name))}"
        for part in fields(wanted)
        if part.name != "created_s" and getattr(found, part.name) != getattr(wanted, part.name)
    ]
    if differences:
        raise AlreadyExists(f"{type(wanted).__name__} {wanted.name} already exists with other settings: {'; '.join(differences)}.")
    return found, False


def _written(value: object) -> str:
    return repr(value) if isinstance(value, str) and not isinstance(value, Agency) else str(value).lower()


def change_entry(find: Callable[[], _EntryT], edit: Callable[[_EntryT], _EntryT], keeper: DirectoryKeeper) -> _EntryT:
    """Replace what `find` finds by what `edit` makes of it, and give that. Nothing is written if it is the same.

    Raises:
        Busy: others were faster again and again.
    """
    for _ in range(_TRIES):
        old = find()
        new = edit(old)
        if new == old:
            return old
        try:
            keeper.change(old, new)
        except Busy:
            continue
        return new
    raise Busy("Others keep changing this at the same time; nothing was changed, try again.")
