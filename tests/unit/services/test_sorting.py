"""Lines come out sorted, however much memory there is."""

from __future__ import annotations

import random

import pytest

from pidstack.ports.bulk import Upload
from pidstack.services.snapshots.sorting import Sorter, keep_lines
from tests.fakes.bulk import MemoryBulkFiles


@pytest.mark.parametrize("most_bytes", [1, 100, 10**6])
def test_what_is_put_aside_and_what_is_held_come_out_in_one_order(most_bytes: int) -> None:
    lines = [f"{number:04}\n".encode() for number in range(200)]
    shuffled = random.Random(7).sample(lines, len(lines))  # noqa: S311 - any order will do
    sorter = Sorter(MemoryBulkFiles(), lambda number: f"run{number}", [], most_bytes)

    for each in shuffled:
        sorter.hold(each)
        sorter.relieve()

    assert list(sorter.in_order()) == lines
    assert len(sorter.runs) == {1: 200, 100: 10, 10**6: 0}[most_bytes]


def test_the_next_worker_goes_on_with_the_runs_of_the_one_before() -> None:
    files, runs = MemoryBulkFiles(), list[tuple[str, int]]()
    for worker, line in enumerate((b"c\n", b"a\n", b"b\n")):
        sorter = Sorter(files, lambda number, worker=worker: f"{worker}-{number}", list(runs))  # type: ignore[misc]
        sorter.hold(line)
        sorter.relieve(is_late=True)
        runs = sorter.runs

    assert list(Sorter(files, str, runs).in_order()) == [b"a\n", b"b\n", b"c\n"]


def test_a_file_that_cannot_be_finished_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    files = MemoryBulkFiles()
    large = bytes(1024 * 1024)

    def full(_upload: Upload, _receipts: object) -> None:
        raise OSError("the store is full")

    monkeypatch.setattr(files, "finish", full)

    with pytest.raises(OSError, match="full"):
        keep_lines(files, "name", [large] * 64)

    assert (files.files, files.uploads) == ({}, {})
