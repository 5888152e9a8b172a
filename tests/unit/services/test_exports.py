"""How an export is cut into segments, and what a worker is told of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.record import Record
from pidstack.services.bulk.pieces import Piece
from pidstack.services.exports import plan
from pidstack.services.exports.plan import segments_of
from pidstack.services.exports.workshop import Range, SegmentWork

PIECE = Piece("p", 9, 20, 7, 1, 2, "ab")


class Names:
    """`pidstack.ports.exports.OwnedNames` of owners who have so many names."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.kept = {owner: [f"{owner}-{number:03}" for number in range(count)] for owner, count in counts.items()}

    def names(self, owner: str, *, after: str = "", until: str = "") -> Iterator[str]:
        return (name for name in self.kept[owner] if name > after and (not until or name <= until))

    def records(self, names: Sequence[str]) -> list[Record]:
        raise NotImplementedError


@settings(derandomize=True, max_examples=100)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 7))
def test_segments_hold_every_name_once_in_order_and_none_too_many(counts: list[int], size: int) -> None:
    names = Names({f"owner{number}": count for number, count in enumerate(counts)})

    segments = list(segments_of(list(names.kept), names, size))

    held = [
        [name for each in ranges for name in names.names(each.owner, after=each.after, until=each.until)] for ranges in segments
    ]
    assert [name for each in held for name in each] == [name for kept in names.kept.values() for name in kept]
    assert all(len(each) == size for each in held[:-1])
    assert len(held[-1]) <= size
    assert len(segments) == max(1, -(-sum(counts) // size))


def test_many_owners_of_little_do_not_make_a_segment_too_long_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_RANGES", 3)
    names = Names({f"owner{number}": 1 for number in range(7)})

    segments = list(segments_of(list(names.kept), names, 100))

    assert [len(ranges) for ranges in segments] == [3, 3, 1]


@pytest.mark.parametrize(
    "work",
    [
        SegmentWork("n", "f/", 0, (Range("alice"),)),
        SegmentWork("n", "f/", 7, (Range("alice", "a", "b"), Range("bob", until="c")), 1, "bb", (PIECE, PIECE), 40, 39),
    ],
    ids=["new", "begun"],
)
def test_a_worker_goes_on_with_what_the_last_one_told(work: SegmentWork) -> None:
    assert SegmentWork.from_json(json.loads(json.dumps(work.as_json()))) == work


def test_what_is_left_of_a_segment_begins_behind_the_last_name() -> None:
    work = SegmentWork("n", "f/", 7, (Range("alice", "a"), Range("bob", "c", "x"), Range("carol")), position=1, after="d")

    assert work.left() == [(1, Range("bob", "d", "x")), (2, Range("carol"))]
