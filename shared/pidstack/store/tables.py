"""The one table, as pynamodb models: what an item of each kind holds and how it is keyed.

| pk                       | sk                     | item                                                        |
|--------------------------|------------------------|-------------------------------------------------------------|
| `doi:10.5072/FK2ABC`     | `record`               | one identifier                                              |
| `doi:10.5072/FK2ABC`     | `deletion#3f…`         | that it was deleted, by whom; kept for a week               |
| `doi:10.5072/FK2ABC`     | `history#0179…#0…2#3f…`| one change of it, by time, version and id                   |
| `counter#owner#3`        | `alice`                | one shard's share of a count of records                     |
| `registry#accounts`      | name                   | an account                                                  |
| `registry#groups`        | name                   | a group                                                     |
| `registry#prefixes`      | `doi:10.5072`          | a prefix or NAAN                                            |
| `shoulders#doi:10.5072`  | `doi:10.5072/FK2`      | a shoulder                                                  |
| `session#3f…`            | `revoked`              | a session that was ended early; DynamoDB deletes it in time |
| `webhooks#demo`          | `demo.3f…`             | a webhook                                                   |
| `deliveries#demo.3f…`    | nanoseconds, event id  | an attempt at a delivery to it; deleted after two weeks     |

The registry's partitions are small and read through a cache; identifiers spread by name. The indexes:
docs/decisions/0002-table-layout.md.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.models import Model

RECORD_SORT_KEY = "record"
DELETION_SORT_KEY = "deletion#"
HISTORY_SORT_KEY = "history#"
COUNTER_KEY = "counter#"


class Item(Model):
    """The keys that every item has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_s = NumberAttribute(null=True)


class RecordItem(Item):
    """One identifier. The last four attributes place it in the indexes, and are absent where an index does not hold it."""

    class Meta:
        table_name = ""

    owner = UnicodeAttribute()
    owner_group = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    target = UnicodeAttribute(null=True)
    profile = UnicodeAttribute(null=True)
    elements = BinaryAttribute(legacy_encoding=False, null=True)
    exported = BooleanAttribute()
    agency = UnicodeAttribute()
    datacenter = UnicodeAttribute(null=True)
    test = BooleanAttribute(null=True)
    agent_role = UnicodeAttribute(null=True)
    created_s = NumberAttribute()
    updated_s = NumberAttribute()
    registered_s = NumberAttribute(null=True)
    version = NumberAttribute()
    token = UnicodeAttribute(null=True)
    set_spec = UnicodeAttribute(null=True)
    changed_by = UnicodeAttribute(null=True)
    changed_via = UnicodeAttribute(null=True)
    owner_shard = UnicodeAttribute()
    owner_sort = UnicodeAttribute()
    day_shard = UnicodeAttribute(null=True)
    set_shard = UnicodeAttribute(null=True)
    harvest_sort = UnicodeAttribute(null=True)


class DeletionItem(Item):
    """The deletion of one identifier: who asked for it, and the record as it was, without its reason, profile and elements."""

    class Meta:
        table_name = ""

    deleted_by = UnicodeAttribute()
    deleted_via = UnicodeAttribute(null=True)
    deleted_s = NumberAttribute()
    owner = UnicodeAttribute()
    owner_group = UnicodeAttribute()
    state = UnicodeAttribute()
    target = UnicodeAttribute(null=True)
    exported = BooleanAttribute()
    agency = UnicodeAttribute()
    datacenter = UnicodeAttribute(null=True)
    agent_role = UnicodeAttribute(null=True)
    created_s = NumberAttribute()
    updated_s = NumberAttribute()
    registered_s = NumberAttribute(null=True)
    version = NumberAttribute()
    token = UnicodeAttribute(null=True)
    set_spec = UnicodeAttribute(null=True)
    record_expires_s = NumberAttribute(null=True)


class HistoryItem(Item):
    """One change of one identifier; what it adds to the counters was written in the same transaction."""

    class Meta:
        table_name = ""

    change_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    owner = UnicodeAttribute()
    owner_group = UnicodeAttribute()
    old_state = UnicodeAttribute(null=True)
    new_state = UnicodeAttribute(null=True)
    version = NumberAttribute()
    changed = ListAttribute(of=UnicodeAttribute, null=True)
    changed_by = UnicodeAttribute()
    changed_via = UnicodeAttribute()
    at_s = NumberAttribute()
    target = UnicodeAttribute(null=True)
    token = UnicodeAttribute(null=True)


class CounterItem(Item):
    """One shard's share of a count of records."""

    class Meta:
        table_name = ""

    draft = NumberAttribute(null=True)
    findable = NumberAttribute(null=True)
    registered = NumberAttribute(null=True)


class AccountItem(Item):
    """An account."""

    class Meta:
        table_name = ""

    account_group = UnicodeAttribute()
    password_hash = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    shoulders = UnicodeSetAttribute(null=True)
    proxy_of = UnicodeSetAttribute(null=True)
    group_admin = BooleanAttribute(default=False)
    realm_admin = BooleanAttribute(default=False)
    superuser = BooleanAttribute(default=False)
    disabled = BooleanAttribute(default=False)
    created_s = NumberAttribute(default=0)


class GroupItem(Item):
    """A group."""

    class Meta:
        table_name = ""

    realm = UnicodeAttribute()
    title = UnicodeAttribute(null=True)
    disabled = BooleanAttribute(default=False)
    created_s = NumberAttribute(default=0)


class PrefixItem(Item):
    """A prefix or NAAN."""

    class Meta:
        table_name = ""

    disabled = BooleanAttribute(default=False)
    created_s = NumberAttribute(default=0)


class ShoulderItem(Item):
    """A shoulder."""

    class Meta:
        table_name = ""

    title = UnicodeAttribute()
    agency = UnicodeAttribute()
    datacenter = UnicodeAttribute(null=True)
    mints = BooleanAttribute(default=True)
    test = BooleanAttribute(default=False)
    disabled = BooleanAttribute(default=False)
    created_s = NumberAttribute(default=0)


class WebhookItem(Item):
    """A webhook. Its secret has to be usable, so it is kept as it is; the table is encrypted."""

    class Meta:
        table_name = ""

    url = UnicodeAttribute()
    secret = UnicodeAttribute()
    events = UnicodeSetAttribute(null=True)
    prefixes = UnicodeSetAttribute(null=True)
    disabled = UnicodeAttribute(null=True)
    created_s = NumberAttribute()


class AttemptItem(Item):
    """An attempt at a delivery to a webhook."""

    class Meta:
        table_name = ""

    at_s = NumberAttribute()
    status = NumberAttribute()
    problem = UnicodeAttribute(null=True)


class SessionItem(Item):
    """A session that was ended early."""

    class Meta:
        table_name = ""


MODELS: tuple[type[Item], ...] = (
    RecordItem,
    DeletionItem,
    HistoryItem,
    CounterItem,
    AccountItem,
    GroupItem,
    PrefixItem,
    ShoulderItem,
    SessionItem,
    WebhookItem,
    AttemptItem,
)


_SETTINGS = ("region", "host", "aws_access_key_id", "aws_secret_access_key", "aws_session_token")


def connect(table_name: str, **settings: str | None) -> None:
    """Point all models at a table, through one client that they share.

    Args:
        table_name: as the stack's outputs name it.
        settings: `region`, `host` (an endpoint's URL) and `aws_…` keys, where the environment does not say them.
    """
    for model in MODELS:
        meta: Any = model.Meta
        meta.table_name = table_name
        for name in _SETTINGS:
            setattr(meta, name, settings.get(name))
    RecordItem._connection = None  # noqa: SLF001 - pynamodb makes a client a model, though all are of one table
    shared = RecordItem._get_connection()  # noqa: SLF001
    for model in MODELS:
        model._connection = shared  # noqa: SLF001


def open_client() -> None:
    """Make the client that `connect` leaves to the first request. Nothing is sent."""
    _ = RecordItem._get_connection().connection.client  # noqa: SLF001


def transaction_connection() -> Connection:
    """Give the shared client in the form that `pynamodb.transactions` takes. `connect` must have been called."""
    return RecordItem._get_connection().connection  # noqa: SLF001
