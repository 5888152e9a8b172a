"""Alterations as bytes: what is written is read again, and nothing takes more room than it may."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.alteration import Alteration, Digest
from pidstack.store.alterations import MAX_PACKED_BYTES, pack, unpack

DICE = random.Random(4)  # noqa: S311 - no secret
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
_VALUES = st.one_of(st.none(), _TEXTS, st.builds(Digest.of, _TEXTS))


def noise(length: int) -> str:
    """Text that hardly gets smaller."""
    return "".join(DICE.choices(string.ascii_letters + string.digits, k=length))


@settings(derandomize=True)
@given(st.lists(st.builds(Alteration, _TEXTS, _VALUES, _VALUES), max_size=8).map(tuple))
def test_what_is_written_is_read_again(alterations: tuple[Alteration, ...]) -> None:
    assert unpack(pack(alterations)) == alterations


def test_nothing_altered_takes_no_room() -> None:
    assert pack(()) is None
    assert unpack(None) == ()


def test_a_document_that_changed_a_little_takes_little_more_room_than_one() -> None:
    document = noise(10_000)

    alone = pack([Alteration("element:datacite", None, document)])
    both = pack([Alteration("element:datacite", document, document.replace("a", "b", 1))])

    assert alone is not None
    assert both is not None
    assert len(both) < len(alone) * 1.05


def test_a_value_that_takes_too_much_room_is_told_by_its_digest_and_all_others_are_whole() -> None:
    long, title = noise(40_000), "\u00e9" * 100

    told = unpack(pack([Alteration("element:datacite", None, long), Alteration("element:dc.title", title, "R")]))

    assert told == (Alteration("element:datacite", None, Digest.of(long)), Alteration("element:dc.title", title, "R"))


def test_a_long_value_that_takes_little_room_is_whole() -> None:
    told = (Alteration("element:datacite", "x" * 200_000, None),)

    assert unpack(pack(told)) == told


@pytest.mark.parametrize("count", [40, 400, 4000, 40_000], ids=str)
def test_no_change_takes_more_room_than_it_may(count: int) -> None:
    alterations = [Alteration("state", "draft", "findable")]
    alterations += [Alteration(f"element:{noise(20)}", None, noise(1000 if count < 4000 else 10)) for _ in range(count)]

    packed = pack(alterations)

    assert packed is not None
    assert len(packed) <= MAX_PACKED_BYTES
    assert unpack(packed)[0] == alterations[0]
