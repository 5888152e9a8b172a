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
ANY_HOST = "*"
MOST_DOMAINS = 100
_NAME = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")
_DOMAIN = re.compile(r"(\*\.)?[^\s,*/:@?#]+(:[0-9]{1,5})?")


def account_name(text: str) -> str:
    """Give the canonical (lower-case) form of a name of an account, a group or a realm.

    Raises:
        Invalid: more than 32 characters, or not letters and digits joined by single `-`, `_` or `.`.
    """
    name = text.strip().lower()
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise Invalid(f"{text!r} is not a name: up to 32 letters and digits, joined by single - _ or .", field="name")
    return name


def parse_domains(text: str) -> tuple[str, ...]:
    """Read the hosts that targets may have: `example.org, *.example.org`, or `*` for all. In lower case; each once.

    Raises:
        Invalid: one of them is no host, or there are more than 100.
    """
    domains = tuple(dict.fromkeys(part for each in text.split(",") if (part := each.strip().lower())))
    for domain in domains:
        if domain != ANY_HOST and not _DOMAIN.fullmatch(domain):
            raise Invalid(f"{domain!r} is no domain: write example.org, *.example.org or *", field="domains")
    if len(domains) > MOST_DOMAINS:
        raise Invalid(f"There are more than {MOST_DOMAINS} domains.", field="domains")
    return domains


def is_host_allowed(host: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a target's host is one of an account's domains. Without domains every host is.

    Rule: DataCite, "Domain restrictions": `*` is every host, `*.x.org` those that end in `.x.org`, all else is exact.
    """
    name = host.lower()
    return not domains or any(
        domain in (ANY_HOST, name) or (domain.startswith("*.") and name.endswith(domain[1:])) for domain in domains
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that share an administrator; the DataCite view calls it a provider.

    Attributes:
        title: its name for people.
        url: its website.
    """

    name: str
    realm: str = DEFAULT_REALM
    title: str = ""
    disabled: bool = False
    created_s: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who keeps identifiers; the DataCite view calls it a client.

    Attributes:
        password_hash: as `pidstack.domain.passwords` writes it; empty means that nobody can sign in.
        shoulders: names of the shoulders under which it may make identifiers.
        proxy_of: accounts that it may act for.
        title: its name for people.
        url: its website.
        domains: hosts that its targets may have, as `parse_domains` reads them; none for all. DataCite's protocols mind them.
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
    title: str = ""
    url: str = ""
    domains: tuple[str, ...] = ()
