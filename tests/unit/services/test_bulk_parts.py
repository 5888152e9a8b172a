"""Cutting spans into parts: nothing lost, nothing doubled, no part too short or too long."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pidstack.services.bulk.crc import combine
from pidstack.services.bulk.parts import Span, Stretch, Text, cut_into_parts, is_copied

LEAST, MOST = 10, 35
FILE = bytes(range(256)) * 4


def content(spans: list[Span] | tuple[Span, ...]) -> bytes:
    return b"".join(s.content if isinstance(s, Text) else FILE[s.first : s.first + s.size] for s in spans)


spans_of_any_size = st.lists(
    st.one_of(
        st.binary(max_size=25).map(Text),
        st.builds(Stretch, st.just("file"), st.integers(0, 500), st.integers(0, 120)),
    ),
    max_size=12,
)


@given(spans_of_any_size)
def test_parts_one_after_the_other_are_the_spans_one_after_the_other(spans: list[Span]) -> None:
    parts = list(cut_into_parts(spans, least=LEAST, most=MOST))

    assert b"".join(content(part) for part in parts) == content(spans)


@given(spans_of_any_size)
def test_every_part_but_the_last_has_the_least_size_and_none_more_than_the_most(spans: list[Span]) -> None:
    sizes = [sum(span.size for span in part) for part in cut_into_parts(spans, least=LEAST, most=MOST)]

    assert all(LEAST <= size <= MOST for size in sizes[:-1])
    assert all(0 < size <= MOST for size in sizes)


@given(spans_of_any_size)
def test_what_goes_through_memory_is_never_longer_than_the_least_part(spans: list[Span]) -> None:
    parts = cut_into_parts(spans, least=LEAST, most=MOST)

    assert all(sum(span.size for span in part) <= LEAST for part in parts if not is_copied(part, LEAST))


def test_a_short_text_before_a_long_stretch_takes_no_more_of_it_than_it_lacks() -> None:
    spans: list[Span] = [Text(b"head"), Stretch("file", 0, 30), Stretch("file", 100, 30)]

    parts = list(cut_into_parts(spans, least=LEAST, most=MOST))

    assert parts == [
        (Text(b"head"), Stretch("file", 0, 6)),
        (Stretch("file", 6, 24),),
        (Stretch("file", 100, 30),),
    ]


def test_no_bytes_make_no_parts() -> None:
    assert list(cut_into_parts([Text(b""), Stretch("file", 3, 0)], least=LEAST, most=MOST)) == []


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_checksums_combine_to_the_checksum_of_both(first: bytes, second: bytes) -> None:
    assert combine(crc32(first), crc32(second), len(second)) == crc32(first + second)


@pytest.mark.parametrize("power", [20, 27], ids=["a megabyte", "128 megabytes"])
def test_checksums_combine_over_long_texts(power: int) -> None:
    block = bytes(1 << 20)
    second = 0
    for _ in range(1 << (power - 20)):
        second = crc32(block, second)
    both = crc32(b"first")
    for _ in range(1 << (power - 20)):
        both = crc32(block, both)

    assert combine(crc32(b"first"), second, 1 << power) == both
