"""Who keeps identifiers: accounts in groups in realms, with the shoulders granted to them.

One set of accounts serves every protocol: an account is an EZID user and a DataCite client, its group is the EZID group and the
DataCite provider.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pidstack.domain.errors import Invalid

MAX_NAME_LENGTH = 32
DEFAULT_REALM = "default"
ADMINISTRATOR = "admin"  # the superuser whose password opens `@name` sign-ins
_NAME = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


def account_name(text: str) -> str:
    """Give the canonical (lower-case) form of a name of an account, a group or a realm.

    Raises:
        Invalid: more than 32 characters, or not letters and digits joined by single `-`, `_` or `.`.
    """
    name = text.strip().lower()
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise Invalid(f"{text!r} is not a name: up to 32 letters and digits, joined by single - _ or .", field="name")
    return name


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that share an administrator; the DataCite view calls it a provider."""

    name: str
    realm: str = DEFAULT_REALM
    title: str = ""
    disabled: bool = False
    created_s: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who keeps identifiers; the DataCite view calls it a client.

    Attributes:
        password_hash: as `pidstack.domain.passwords` writes it; empty means that nobody can sign in.
        shoulders: names of the shoulders under which it may make identifiers.
        proxy_of: accounts that it may act for.
    """

    name: str
    group: str
    password_hash: str = field(default="", repr=False)
    email: str = ""
    shoulders: frozenset[str] = frozenset()
    proxy_of: frozenset[str] = frozenset()
    group_admin: bool = False
    realm_admin: bool = False
    superuser: bool = False
    disabled: bool = False
    created_s: int = 0
