"""Moments as people and programs read them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

DAY_S = 24 * 3600
_EPOCH = date(1970, 1, 1).toordinal()
_TWO_DIGITS = tuple(f"{number:02}" for number in range(60))


def instant(moment_s: int) -> str:
    """Write Unix seconds as UTC: `2026-11-22T02:00:00Z`. Hundreds are written for a page, so it is put together from parts.

    Raises:
        ValueError: it is not in the years from 1 to 9999.
    """
    day, second = divmod(moment_s, DAY_S)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_day(day)}T{_TWO_DIGITS[hour]}:{_TWO_DIGITS[minute]}:{_TWO_DIGITS[second]}Z"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()
