"""The one table, as pynamodb models: what an item of each kind holds and how it is keyed.

| pk                       | sk                     | item                                                        |
|--------------------------|------------------------|-------------------------------------------------------------|
| `doi:10.5072/FK2ABC`     | `record`               | one identifier                                              |
| `doi:10.5072/FK2ABC`     | `deletion#3f…`         | that it was deleted, by whom; kept for a week               |
| `doi:10.5072/FK2ABC`     | `history#0179…#0…7#0`  | one change of it, by time and place in the stream           |
| `counter#owner#3`        | `alice`                | one shard's share of a count of records                     |
| `publications#J:10.5072` | `title#3f…`            | the number of a title, found by its hash                    |
| `publications#J:10.5072` | `number#000000000004`  | a publication                                               |
| `publications#10.5072`   | `last`                 | the last number that was given under a prefix               |
| `publications#J`         | `10.5072`              | that a prefix has publications of a kind                    |
| `harvest#2026-11`        | `J:10.5072`, `@alice`  | the days of a month on which something was there to harvest |
| `harvest#ever`           | `J:10.5072`, `@alice`  | that there ever was                                         |
| `registry#accounts`      | name                   | an account                                                  |
| `registry#groups`        | name                   | a group                                                     |
| `registry#prefixes`      | `doi:10.5072`          | a prefix or NAAN                                            |
| `shoulders#doi:10.5072`  | `doi:10.5072/FK2`      | a shoulder                                                  |
| `session#3f…`            | `revoked`              | a session that was ended early; DynamoDB deletes it in time |
| `webhooks#demo`          | `demo.3f…`             | a webhook                                                   |
| `deliveries#demo.3f…`    | nanoseconds, event id  | an attempt at a delivery to it; deleted after two weeks     |
| `registry#recipients`    | id                     | a recipient of whole records                                |
| `tokens#example`         | digest                 | a token of a recipient's                                    |
| `optouts#example`        | `alice#10.5072#4`      | what was decided about a recipient, by whom and for what    |
| `lease#account:alice`    | `slot#0`               | one of a user's places, taken until it expires              |
| `export#Ab3…`            | `export`               | a file of identifiers, made or in the making                |
| `export#Ab3…`            | `segment#00007`        | how far a part of it is                                     |
| `export-order#3f…`       | `order`                | the last export that equal orders gave                      |
| `api-keys#alice`         | id                     | an API key of an account's, as it is listed                 |
| `api-key#3f…`            | `key`                  | the same by its digest, as it is checked; until it is ended |
| `snapshots#runs`         | name                   | a run that makes a snapshot                                 |
| `snapshot#NAME`          | `taking#000007`        | how far a part of it is                                     |
| `snapshots#monthly`      | `2026-10`, `latest`    | a published snapshot                                        |
| `snapshots#retired`      | name of the run        | one that is found no more, whose files are still there      |

The registry's partitions are small and read through a cache; identifiers spread by name. The indexes:
docs/decisions/0002-table-layout.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.session import Session
from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import BINARY, MAP
from pynamodb.models import Model

from pidstack.store.record_items import RECORD_SORT_KEY as RECORD_SORT_KEY

DELETION_SORT_KEY = "deletion#"
HISTORY_SORT_KEY = "history#"
COUNTER_KEY = "counter#"
PUBLICATIONS_KEY = "publications#"
HARVEST_KEY = "harvest#"


class Item(Model):
    """The keys that every item has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_s = NumberAttribute(null=True)


class FormsAttribute(Attribute[Mapping[str, bytes]]):
    """Bytes by name: a map, so that one of them can be read without the others."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
        """Write it as DynamoDB's client takes it."""
        return {name: {BINARY: held} for name, held in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
        """Read it as DynamoDB's client gives it."""
        return {name: held[BINARY] for name, held in value.items()}


class RecordItem(Item):
    """One identifier. The last eight attributes place it in the indexes, and are absent where an index does not hold it."""

    class Meta:
        table_name = ""

    owner = UnicodeAttribute()
    owner_group = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    target = UnicodeAttribute(null=True)
    profile = UnicodeAttribute(null=True)
    elements = BinaryAttribute(legacy_encoding=False, null=True)
    forms = FormsAttribute(null=True)
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
    supplement = UnicodeAttribute(null=True)
    redescribed = NumberAttribute(null=True)
    resource_type = UnicodeAttribute(null=True)
    changed_by = UnicodeAttribute(null=True)
    changed_via = UnicodeAttribute(null=True)
    owner_shard = UnicodeAttribute()
    owner_sort = UnicodeAttribute()
    harvest_shard = UnicodeAttribute(null=True)
    set_shard = UnicodeAttribute(null=True)
    harvest_sort = UnicodeAttribute(null=True)
    owner_part = UnicodeAttribute()
    list_part = UnicodeAttribute(null=True)
    prefix_part = UnicodeAttribute(null=True)


class DeletionItem(Item):
    """The deletion of one identifier: who asked for it, and the record as it was, without its reason, profile and elements."""

    class Meta:
        table_name = ""

    deleted_by = UnicodeAttribute()
    deleted_via = UnicodeAttribute(null=True)
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
    resource_type = UnicodeAttribute(null=True)
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
    alterations = BinaryAttribute(legacy_encoding=False, null=True)


class CounterItem(Item):
    """One shard's share of a count of records."""

    class Meta:
        table_name = ""

    draft = NumberAttribute(null=True)
    findable = NumberAttribute(null=True)
    registered = NumberAttribute(null=True)


class PublicationItem(Item):
    """A publication under its number, or its number and years under its title, or the last number that was given."""

    class Meta:
        table_name = ""

    number = NumberAttribute(null=True)
    title = UnicodeAttribute(null=True)
    identifiers = ListAttribute(of=UnicodeAttribute, null=True)
    series = NumberAttribute(null=True)
    years = NumberSetAttribute(null=True)


class MarkItem(Item):
    """That there is something to look for, and on which days."""

    class Meta:
        table_name = ""

    days = NumberSetAttribute(null=True)


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
    title = UnicodeAttribute(null=True)
    url = UnicodeAttribute(null=True)
    domains = UnicodeAttribute(null=True)


class GroupItem(Item):
    """A group."""

    class Meta:
        table_name = ""

    realm = UnicodeAttribute()
    title = UnicodeAttribute(null=True)
    url = UnicodeAttribute(null=True)
    disabled = BooleanAttribute(default=False)
    created_s = NumberAttribute(default=0)


class PrefixItem(Item):
    """A prefix or NAAN."""

    class Meta:
        table_name = ""

    title = UnicodeAttribute(null=True)
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


class RecipientItem(Item):
    """A recipient. Whatever is written about it gives it a new edition in the same transaction."""

    class Meta:
        table_name = ""

    title = UnicodeAttribute()
    networks = ListAttribute(of=UnicodeAttribute, null=True)
    opt_in = BooleanAttribute()
    since_s = NumberAttribute()
    created_s = NumberAttribute()
    edition = UnicodeAttribute()


class TokenItem(Item):
    """A token, by its digest."""

    class Meta:
        table_name = ""

    title = UnicodeAttribute()
    created_s = NumberAttribute()
    used_day = UnicodeAttribute(null=True)


class OptOutItem(Item):
    """A decision about a recipient."""

    class Meta:
        table_name = ""

    account = UnicodeAttribute(null=True)
    scope = UnicodeAttribute()
    choice = UnicodeAttribute()
    decided_s = NumberAttribute()


class LeaseItem(Item):
    """A place of a user's, taken."""

    class Meta:
        table_name = ""

    holder = UnicodeAttribute()


class ApiKeyItem(Item):
    """An API key, as its account lists it."""

    class Meta:
        table_name = ""

    title = UnicodeAttribute()
    shown = UnicodeAttribute()
    digest = UnicodeAttribute()
    created_s = NumberAttribute()
    updated_s = NumberAttribute()
    used_s = NumberAttribute(null=True)
    revoked_s = NumberAttribute(null=True)


class ApiKeyCheckItem(Item):
    """An API key that works, found by its digest."""

    class Meta:
        table_name = ""

    account = UnicodeAttribute()
    key_id = UnicodeAttribute()
    used_s = NumberAttribute(null=True)


class ExportItem(Item):
    """An export. The order is JSON."""

    class Meta:
        table_name = ""

    order = UnicodeAttribute()
    generation = NumberAttribute()
    stage = UnicodeAttribute()
    ordered_s = NumberAttribute()
    finished_s = NumberAttribute(null=True)
    expected = NumberAttribute(null=True)
    records = NumberAttribute(null=True)
    size = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    problem = UnicodeAttribute(null=True)


class ExportSegmentItem(Item):
    """How far a part of an export is."""

    class Meta:
        table_name = ""

    seen = NumberAttribute()
    written = NumberAttribute()


class ExportOrderItem(Item):
    """How often equal orders were carried out, and the name of the last export."""

    class Meta:
        table_name = ""

    generation = NumberAttribute()
    name = UnicodeAttribute()


class SnapshotItem(Item):
    """A published snapshot, a retired one, or a run that makes one."""

    class Meta:
        table_name = ""

    content = UnicodeAttribute()
    period = UnicodeAttribute(null=True)
    at_s = NumberAttribute()
    is_over = BooleanAttribute(null=True)


class SnapshotPartItem(Item):
    """How far a part of a run is."""

    class Meta:
        table_name = ""

    records = NumberAttribute()
    finished = BooleanAttribute()


class SessionItem(Item):
    """A session that was ended early."""

    class Meta:
        table_name = ""


MODELS: tuple[type[Item], ...] = (
    RecordItem,
    DeletionItem,
    HistoryItem,
    CounterItem,
    PublicationItem,
    MarkItem,
    AccountItem,
    GroupItem,
    PrefixItem,
    ShoulderItem,
    SessionItem,
    WebhookItem,
    AttemptItem,
    RecipientItem,
    TokenItem,
    OptOutItem,
    LeaseItem,
    ExportItem,
    ExportSegmentItem,
    ExportOrderItem,
    SnapshotItem,
    SnapshotPartItem,
    ApiKeyItem,
    ApiKeyCheckItem,
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


def sdk_session() -> Session:
    """Give the session of the shared client, for clients of other services: a new one would read all endpoints of AWS once more."""
    return RecordItem._get_connection().connection.session  # noqa: SLF001


def transaction_connection() -> Connection:
    """Give the shared client in the form that `pynamodb.transactions` takes. `connect` must have been called."""
    return RecordItem._get_connection().connection  # noqa: SLF001
