"""The history of identifiers in the table: one item a change, beside the record and sorted by time."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.identifier import Identifier
from pidstack.domain.state import State
from pidstack.ports.feed import Commit, HistoryPage
from pidstack.store.alterations import pack, unpack
from pidstack.store.tables import HISTORY_SORT_KEY, HistoryItem

# The history of a test goes some time after the test itself, long after the feed could repeat itself.
_KEPT_AFTER_EXPIRY_S = 30 * 24 * 3600
_ALL_BUT_VALUES = [name for name in HistoryItem.get_attributes() if name != "alterations"]


class DynamoHistory:
    """`pidstack.ports.feed.History` on DynamoDB."""

    def of(
        self, identifier: Identifier, *, limit: int = 100, after: str = "", newest_first: bool = False, values: bool = False
    ) -> HistoryPage:
        """See the port."""
        pk = str(identifier)
        start = {"pk": {"S": pk}, "sk": {"S": f"{HISTORY_SORT_KEY}{after}"}} if after else None
        found = HistoryItem.query(
            pk,
            HistoryItem.sk.startswith(HISTORY_SORT_KEY),
            consistent_read=True,
            scan_index_forward=not newest_first,
            limit=limit + 1,  # one more tells whether there is more
            last_evaluated_key=start,
            attributes_to_get=None if values else _ALL_BUT_VALUES,
        )
        items = list(found)
        page = items[:limit]
        keys = tuple(item.sk.removeprefix(HISTORY_SORT_KEY) for item in page)
        return HistoryPage(tuple(_change(item) for item in page), keys, keys[-1] if len(items) > limit else "")

    def at(self, identifier: Identifier, key: str) -> Change | None:
        """See the port. One GetItem."""
        try:
            return _change(HistoryItem.get(str(identifier), f"{HISTORY_SORT_KEY}{key}", consistent_read=True))
        except DoesNotExist:
            return None


def history_items(commit: Commit) -> list[HistoryItem]:
    """Write down the changes of a commit. The same commit gives items of the same keys."""
    return [_item(change, commit, number) for number, change in enumerate(commit.changes)]


def _item(change: Change, commit: Commit, number: int) -> HistoryItem:
    record = commit.new or commit.old
    return HistoryItem(
        str(change.identifier),
        f"{HISTORY_SORT_KEY}{change.at_s:011d}#{commit.position:0>40}#{number}",
        expires_s=record.expires_s + _KEPT_AFTER_EXPIRY_S if record is not None and record.is_test else None,
        change_id=change.id,
        kind=change.kind.value,
        owner=change.owner,
        owner_group=change.group,
        old_state=change.old_state.value if change.old_state else None,
        new_state=change.new_state.value if change.new_state else None,
        version=change.version,
        changed=list(change.changed) or None,
        changed_by=change.by,
        changed_via=change.via,
        at_s=change.at_s,
        target=change.target or None,
        token=commit.new.token or None if commit.new is not None else None,
        alterations=pack(change.alterations),
    )


def _change(item: HistoryItem) -> Change:
    return Change(
        id=item.change_id,
        kind=ChangeKind(item.kind),
        identifier=Identifier(item.pk),
        owner=item.owner,
        group=item.owner_group,
        old_state=State(item.old_state) if item.old_state else None,
        new_state=State(item.new_state) if item.new_state else None,
        version=int(item.version),
        by=item.changed_by,
        via=item.changed_via,
        at_s=int(item.at_s),
        changed=tuple(map(str, item.changed or ())),
        target=item.target or "",
        alterations=unpack(item.alterations),
    )
