"""Deletions in the table: an item beside the place of the record that tells who deleted it, since a stream does not."""

from __future__ import annotations

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store.tables import DELETION_SORT_KEY, DeletionItem

# The feed reads it within a day; a week leaves time to look at what went wrong.
KEPT_S = 7 * 24 * 3600


def deletion_item(record: Record, *, by: str, via: str, now_s: int) -> DeletionItem:
    """Write down that a record is deleted.

    Args:
        record: as it was read; its token keeps two deletions of one name apart.
        now_s: Unix seconds.
    """
    return DeletionItem(
        str(record.identifier),
        f"{DELETION_SORT_KEY}{record.token}",
        expires_s=now_s + KEPT_S,
        deleted_by=by,
        deleted_via=via or None,
        owner=record.owner,
        owner_group=record.group,
        state=record.state.value,
        target=record.target or None,
        exported=record.exported,
        agency=record.agency.value,
        datacenter=record.datacenter or None,
        agent_role=record.agent_role or None,
        created_s=record.created_s,
        updated_s=record.updated_s,
        registered_s=record.registered_s or None,
        version=record.version,
        token=record.token or None,
        set_spec=str(record.placement) if record.placement else None,
        resource_type=record.resource_type or None,
        record_expires_s=record.expires_s or None,
    )


def deleted_record(item: DeletionItem) -> Record:
    """Give the record that was deleted, without its reason, profile and elements."""
    return Record(
        identifier=Identifier(item.pk),
        owner=item.owner,
        group=item.owner_group,
        state=State(item.state),
        target=item.target or "",
        exported=item.exported,
        agency=Agency(item.agency),
        datacenter=item.datacenter or "",
        agent_role=item.agent_role or "",
        created_s=int(item.created_s),
        updated_s=int(item.updated_s),
        registered_s=int(item.registered_s or 0),
        version=int(item.version),
        placement=Placement.parse(item.set_spec) if item.set_spec else None,
        resource_type=item.resource_type or "",
        expires_s=int(item.record_expires_s or 0),
        token=item.token or "",
    )
