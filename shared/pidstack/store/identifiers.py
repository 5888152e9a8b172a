"""Records in the table: one item an identifier, every write conditional, every read consistent."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from zlib import crc32

from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.errors import AlreadyExists, Busy, RegistryError, TooLarge
from pidstack.domain.identifier import Identifier
from pidstack.domain.instant import instant
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import NO_SUPPLEMENT, Supplement
from pidstack.ports.clock import Clock
from pidstack.store.deletions import deletion_item
from pidstack.store.elements import LateElements, pack, plain_text
from pidstack.store.prepared import Prepared, pack_prepared
from pidstack.store.tables import RECORD_SORT_KEY, RecordItem, transaction_connection

# One index partition takes 1,000 writes a second: what owners have and what harvesters read is spread over this many.
SHARDS = 4
# What an owner has lies, sorted by time, in these: listed DOIs by state, as lists are read, and all else spread.
OWNER_PARTS = (*(state.value for state in State), *map(str, range(SHARDS)))
# DynamoDB's 409,600 bytes, less room for everything that is not elements (target, reason, names, index keys).
MAX_PACKED_BYTES = 380_000
_BATCH = 100
# A conflict is another writer's transaction on the same item, which is a deletion.
_REFUSALS = {"ConditionalCheckFailedException", "TransactionConflictException"}
_CANCELLATIONS = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoIdentifiers:
    """`pidstack.ports.identifiers.IdentifierStore` on DynamoDB. `tables.connect` must have been called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get(self, identifier: Identifier) -> Record | None:
        """See the port. One GetItem."""
        try:
            item = RecordItem.get(str(identifier), RECORD_SORT_KEY, consistent_read=True)
        except DoesNotExist:
            return None
        return self._alive(record_of(item))

    def first_of(self, identifiers: Sequence[Identifier]) -> Record | None:
        """See the port. One BatchGetItem per 100 names."""
        for start in range(0, len(identifiers), _BATCH):
            names = [str(identifier) for identifier in identifiers[start : start + _BATCH]]
            found = RecordItem.batch_get([(name, RECORD_SORT_KEY) for name in names], consistent_read=True)
            records = {item.pk: record for item in found if (record := self._alive(record_of(item)))}
            for name in names:
                if name in records:
                    return records[name]
        return None

    def create(self, record: Record) -> None:
        """See the port. One PutItem; a refusal costs one GetItem more."""
        name_is_free = RecordItem.pk.does_not_exist()
        test_is_over = RecordItem.expires_s <= self._clock()
        self._put(record, name_is_free | test_is_over, AlreadyExists("identifier already exists"))

    def replace(self, record: Record) -> None:
        """See the port. One PutItem; a refusal costs one GetItem more."""
        is_as_it_was_read = RecordItem.token == record.token
        self._put(record, is_as_it_was_read, Busy("the record was changed meanwhile"))

    def renew(self, record: Record) -> None:
        """See the port. One PutItem; its token, which tells versions apart, stays."""
        item = _item(record)
        item.token = record.token
        try:
            item.save(condition=RecordItem.token == record.token)
        except PutError as error:
            if error.cause_response_code not in _REFUSALS:
                raise
            raise Busy("the record was changed meanwhile") from error

    def delete(self, record: Record, *, by: str, via: str) -> None:
        """See the port. One TransactWriteItems of two items; a refusal costs one GetItem more."""
        item = RecordItem(str(record.identifier), RECORD_SORT_KEY)
        try:
            with TransactWrite(connection=transaction_connection(), client_request_token=secrets.token_hex(16)) as transaction:
                transaction.delete(item, condition=RecordItem.token == record.token)
                transaction.save(deletion_item(record, by=by, via=via, now_s=self._clock()))
        except TransactWriteError as error:
            if not _is_refusal(error):
                raise
            if self.get(record.identifier) is not None:
                raise Busy("the record was changed meanwhile") from error

    def _put(self, record: Record, condition: Condition, conflict: RegistryError) -> None:
        item = _item(record)
        item.token = secrets.token_hex(8)
        try:
            item.save(condition=condition)
        except PutError as error:
            if error.cause_response_code not in _REFUSALS:
                raise
            if not self._is_kept(item):
                raise conflict from error

    def _is_kept(self, item: RecordItem) -> bool:
        """Tell a write of our own, repeated because its answer was lost, from somebody else's. One GetItem."""
        kept = self.get(Identifier(item.pk))
        return kept is not None and kept.token == item.token

    def _alive(self, record: Record) -> Record | None:
        """Hide what has expired: DynamoDB deletes it within days, not at once."""
        return None if 0 < record.expires_s <= self._clock() else record


def _is_refusal(error: TransactWriteError) -> bool:
    reasons = [reason for reason in error.cancellation_reasons if reason is not None]
    return bool(reasons) and all(reason.code in _CANCELLATIONS for reason in reasons)


def _item(record: Record) -> RecordItem:
    name = str(record.identifier)
    packed = pack(record.elements)
    if packed and len(packed) > MAX_PACKED_BYTES:
        raise TooLarge(f"The elements take {len(packed)} bytes when compressed; a record holds {MAX_PACKED_BYTES}.")
    shard = crc32(name.encode()) % SHARDS
    place = record.placement
    seen_at = place if record.is_harvested else None
    state = record.state.value if record.is_listed else None
    return RecordItem(
        name,
        RECORD_SORT_KEY,
        expires_s=record.expires_s or None,
        owner=record.owner,
        owner_group=record.group,
        state=record.state.value,
        reason=record.reason or None,
        target=record.target or None,
        profile=record.profile or None,
        elements=packed,
        forms=_forms(record, len(packed)) if packed else None,
        exported=record.exported,
        agency=record.agency.value,
        datacenter=record.datacenter or None,
        test=record.is_test or None,
        agent_role=record.agent_role or None,
        created_s=record.created_s,
        updated_s=record.updated_s,
        registered_s=record.registered_s or None,
        version=record.version,
        set_spec=str(place) if place else None,
        supplement=str(record.supplement) or None,
        redescribed=record.redescribed or None,
        resource_type=record.resource_type or None,
        changed_by=record.changed_by or None,
        changed_via=record.changed_via or None,
        owner_shard=f"{record.owner}#{shard}",
        owner_sort=f"{instant(record.updated_s)}#{name}",
        harvest_shard=f"{seen_at.branch}#{shard}" if seen_at else None,
        set_shard=f"{seen_at.shelf}#{shard}" if seen_at and seen_at.shelf else None,
        harvest_sort=f"{instant(record.updated_s)}#{name}" if seen_at else None,
        owner_part=f"{record.owner}#{state or shard}",
        list_part=state,
        prefix_part=f"{record.identifier.prefix}#{state}" if state else None,
    )


def _forms(record: Record, room_taken: int) -> dict[str, bytes] | None:
    """Give the forms that are kept beside the elements; none of them where not all have room, as each can be written anew."""
    packed = pack_prepared(record.prepared, plain_text(record.elements))
    return packed if packed and room_taken + sum(map(len, packed.values())) <= MAX_PACKED_BYTES else None


def record_of(item: RecordItem) -> Record:
    """Read the item of a record."""
    elements = LateElements(item.elements or b"")
    return Record(
        identifier=Identifier(item.pk),
        owner=item.owner,
        group=item.owner_group,
        state=State(item.state),
        reason=item.reason or "",
        target=item.target or "",
        profile=item.profile or "",
        elements=elements,
        exported=item.exported,
        agency=Agency(item.agency),
        datacenter=item.datacenter or "",
        expires_s=int(item.expires_s or 0),
        agent_role=item.agent_role or "",
        created_s=int(item.created_s),
        updated_s=int(item.updated_s),
        registered_s=int(item.registered_s or 0),
        version=int(item.version),
        placement=Placement.parse(item.set_spec) if item.set_spec else None,
        supplement=Supplement.parse(item.supplement) if item.supplement else NO_SUPPLEMENT,
        redescribed=int(item.redescribed or 0),
        resource_type=item.resource_type or "",
        changed_by=item.changed_by or "",
        changed_via=item.changed_via or "",
        token=item.token or "",
        prepared=Prepared(item.forms, elements.plain) if item.forms else {},
    )
