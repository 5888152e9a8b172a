"""What DataCite calls those who may do more or less: roles, by what an account may do here.

| account here          | role               |
|-----------------------|--------------------|
| superuser             | `staff_admin`      |
| administrator, realm  | `consortium_admin` |
| administrator, group  | `provider_admin`   |
| any other             | `client_admin`     |
| any other, by a key   | `client_api`       |

Rule: DataCite REST API, "Authentication".
"""

from __future__ import annotations

from enum import StrEnum

from pidstack.domain.accounts import Account
from pidstack.protocols.symbols import client_id


class Role(StrEnum):
    """What an account is to DataCite."""

    STAFF_ADMIN = "staff_admin"
    CONSORTIUM_ADMIN = "consortium_admin"
    PROVIDER_ADMIN = "provider_admin"
    CLIENT_ADMIN = "client_admin"
    CLIENT_API = "client_api"


def role_of(account: Account, *, by_key: bool = False) -> Role:
    """Tell an account's role.

    Args:
        by_key: it is known by an API key.
    """
    if account.superuser:
        return Role.STAFF_ADMIN
    if account.realm_admin:
        return Role.CONSORTIUM_ADMIN
    if account.group_admin:
        return Role.PROVIDER_ADMIN
    return Role.CLIENT_API if by_key else Role.CLIENT_ADMIN


def claims_of(account: Account) -> dict[str, str | None]:
    """Say in a token who an account is."""
    role = role_of(account)
    return {
        "role_id": role.value,
        "name": account.title or account.name,
        "email": account.email or None,
        "provider_id": None if role is Role.STAFF_ADMIN else account.group,
        "client_id": client_id(account.name, account.group) if role is Role.CLIENT_ADMIN else None,
    }
