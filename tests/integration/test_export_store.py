"""Exports and the names of owners on an emulated table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.export import LIFETIME_S, LONGEST_S, Export, Filter, Form, Order, Stage
from pidstack.domain.identifier import Scheme
from pidstack.ports.exports import Progress
from pidstack.store.exports import DynamoExports
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.owned_names import DynamoOwnedNames
from pidstack.store.tables import ExportItem
from pidstack.store.wire import Wire
from tests.builders import NOW_S, a_record

ORDER = Order("alice", ("alice", "bob"), Form.CSV, columns=("_id", "é"), filter=Filter(schemes=frozenset({Scheme.ARK})))

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def exports() -> DynamoExports:
    return DynamoExports(lambda: NOW_S, lambda: b"a secret")


def test_an_export_is_read_as_it_was_kept(exports: DynamoExports) -> None:
    taken = exports.take(ORDER, NOW_S)
    ready = replace(taken, stage=Stage.READY, finished_s=NOW_S + 9, expected=5, records=3, size=99, sha256="ab", problem="")

    assert taken == Export(ORDER.file_name(1, b"a secret"), ORDER, NOW_S)
    assert exports.get(taken.name) == taken
    assert exports.change(taken, ready)
    assert exports.get(taken.name) == ready
    assert exports.get("nothing") is None


def test_what_is_over_stays_as_it_is(exports: DynamoExports) -> None:
    taken = exports.take(ORDER, NOW_S)
    failed = replace(taken, stage=Stage.FAILED, finished_s=NOW_S, problem="why")
    exports.change(taken, failed)

    assert not exports.change(taken, replace(taken, stage=Stage.RUNNING))
    assert exports.get(taken.name) == failed


@pytest.mark.parametrize(
    ("ended", "later_s", "is_new"),
    [({}, 0, False), ({}, LONGEST_S, True), ({"stage": Stage.READY}, 0, True), ({"stage": Stage.FAILED}, 0, True)],
    ids=["running", "stuck", "ready", "failed"],
)
def test_equal_orders_share_an_export_until_it_is_over(
    exports: DynamoExports, ended: dict[str, Stage], later_s: int, is_new: bool
) -> None:
    first = exports.take(ORDER, NOW_S)
    exports.change(first, replace(first, **{"stage": Stage.RUNNING, **ended}))

    again = exports.take(replace(ORDER), NOW_S + later_s)

    assert (again.name != first.name) is is_new
    assert again.generation == (2 if is_new else 1)


def test_of_many_that_order_at_once_all_get_one(exports: DynamoExports) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = {taken.name for taken in pool.map(lambda _: exports.take(ORDER, NOW_S), range(8))}

    assert len(names) == 1


def test_one_who_reads_before_and_writes_behind_another_takes_the_others(
    exports: DynamoExports, monkeypatch: pytest.MonkeyPatch
) -> None:
    other: list[Export] = []
    begin = DynamoExports._begin

    def begin_behind(self: DynamoExports, export: Export, last: Any) -> bool:
        monkeypatch.setattr(DynamoExports, "_begin", begin)
        other.append(exports.take(ORDER, NOW_S))
        return begin(self, export, last)

    monkeypatch.setattr(DynamoExports, "_begin", begin_behind)

    assert exports.take(ORDER, NOW_S) == other[0]


def test_progress_is_the_sum_of_the_last_words_of_each_segment(exports: DynamoExports) -> None:
    name = exports.take(ORDER, NOW_S).name
    for segment, seen, written in ((0, 10, 9), (1, 5, 5), (0, 20, 18)):
        exports.note(name, segment, Progress(seen, written))

    assert exports.progress(name) == Progress(25, 23)
    assert exports.progress("another") == Progress(0, 0)


def test_the_table_forgets_an_export_a_week_after_it_is_finished(exports: DynamoExports) -> None:
    taken = exports.take(ORDER, NOW_S)
    exports.change(taken, replace(taken, stage=Stage.READY, finished_s=NOW_S + 100))

    assert ExportItem.get(f"export#{taken.name}", "export").expires_s == NOW_S + 100 + LIFETIME_S


def test_an_owners_names_come_in_the_order_of_their_characters_whatever_their_shard() -> None:
    identifiers, names = DynamoIdentifiers(lambda: NOW_S), DynamoOwnedNames(Wire.open())
    kept = sorted(
        [*(f"ark:/99999/fk4{letter}" for letter in "aBz09=_~*"), "doi:10.5072/FK2A", "uuid:0f3b5ea2-2a3b-11ef-9b0e-0242ac120002"]
    )
    for name in kept:
        identifiers.create(a_record(name))
    identifiers.create(a_record("ark:/99999/fk4bob", owner="bob"))

    assert list(names.names("alice")) == kept
    assert list(names.names("alice", after=kept[2])) == kept[3:]
    assert list(names.names("alice", until=kept[4])) == kept[:5]
    assert list(names.names("alice", after=kept[1], until=kept[6])) == kept[2:7]
    assert list(names.names("nobody")) == []
    wanted = [kept[3], "ark:/99999/missing", kept[0]]
    assert [str(record.identifier) for record in names.records(wanted)] == [kept[3], kept[0]]
