"""Moments in UTC, written by parts and read back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.instant import instant, moment

LAST_S = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


@settings(derandomize=True, database=None)
@given(st.integers(-62_135_596_800, LAST_S))
def test_a_moment_is_written_as_iso_8601_has_it_and_read_back(moment_s: int) -> None:
    written = instant(moment_s)

    assert written == datetime.fromtimestamp(moment_s, UTC).isoformat().replace("+00:00", "Z")
    assert moment(written) == moment_s


def test_behind_the_year_9999_there_is_nothing() -> None:
    with pytest.raises(ValueError, match="range"):
        instant(LAST_S + 1)
