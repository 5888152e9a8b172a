"""The calendar of harvests in the table: one item a month and branch or owner, with the days; and one for all times."""

from __future__ import annotations

from collections.abc import Iterable

from pidstack.domain.record import Record
from pidstack.ports.publications import EVER, marks_of, month_and_day
from pidstack.store.memory import Memory
from pidstack.store.tables import HARVEST_KEY, MarkItem

_Mark = tuple[str, str]  # a month or `EVER`, and a branch or an owner


class DynamoCalendar:
    """`pidstack.ports.publications.CalendarKeeper` on DynamoDB."""

    def __init__(self) -> None:
        self._days: Memory[_Mark, frozenset[int]] = Memory()

    def mark(self, record: Record) -> None:
        """See the port. Marks that this process meets for the first time cost one BatchGetItem, and one write each if not there."""
        month, day = month_and_day(record.updated_s)
        names = marks_of(record)
        wanted = {(month, name): frozenset({day}) for name in names} | {(EVER, name): frozenset[int]() for name in names}
        if new := self._unknown(wanted.items()):
            self._read(new)
            for mark in self._unknown((mark, wanted[mark]) for mark in new):
                self._write(mark, wanted[mark])

    def marked(self, month: str) -> dict[str, frozenset[int]]:
        """See the port. One Query."""
        return {item.sk: _days(item) for item in MarkItem.query(f"{HARVEST_KEY}{month}", consistent_read=True)}

    def restore(self, month: str, name: str, days: frozenset[int]) -> None:
        """See the port. One UpdateItem."""
        self._write((month, name), days)

    def _unknown(self, marks: Iterable[tuple[_Mark, frozenset[int]]]) -> list[_Mark]:
        return [mark for mark, days in marks if (known := self._days.get(mark)) is None or not days <= known]

    def _read(self, marks: Iterable[_Mark]) -> None:
        for item in MarkItem.batch_get([(f"{HARVEST_KEY}{month}", name) for month, name in marks], consistent_read=True):
            self._days.keep((item.pk.removeprefix(HARVEST_KEY), item.sk), _days(item))

    def _write(self, mark: _Mark, days: frozenset[int]) -> None:
        item = MarkItem(f"{HARVEST_KEY}{mark[0]}", mark[1])
        if days:
            item.update(actions=[MarkItem.days.add(set(days))])
        else:
            item.save()
        self._days.keep(mark, days | (self._days.get(mark) or frozenset()))


def _days(item: MarkItem) -> frozenset[int]:
    return frozenset(map(int, item.days or ()))
