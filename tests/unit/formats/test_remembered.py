"""What is remembered is made once, and never fills the memory."""

from __future__ import annotations

import pytest

from pidstack.formats.remembered import Remembered


def test_a_value_is_made_once() -> None:
    made: list[str] = []

    def length(word: str) -> int:
        made.append(word)
        return len(word)

    lengths = Remembered(length, most=3)

    assert [lengths[word] for word in ("tide", "pool", "tide", "pool")] == [4] * 4
    assert made == ["tide", "pool"]


def test_there_are_never_more_than_there_may_be() -> None:
    doubled: Remembered[int, int] = Remembered(lambda number: 2 * number, most=3)

    assert [doubled[number] for number in range(100)] == [2 * number for number in range(100)]
    assert 0 < len(doubled) <= 3


def test_what_is_too_long_is_made_each_time_and_not_kept() -> None:
    upper = Remembered(str.upper, most=3, is_short=lambda word: len(word) < 5)

    assert [upper["tides"], upper["tides"], upper["tide"]] == ["TIDES", "TIDES", "TIDE"]
    assert list(upper) == ["tide"]


def test_what_cannot_be_made_is_not_kept() -> None:
    numbers = Remembered(int, most=3)

    with pytest.raises(ValueError, match="invalid literal"):
        numbers["tide"]

    assert not numbers
