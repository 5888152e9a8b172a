"""Moments as people and programs read them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

DAY_S = 24 * 3600
_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS = tuple(f"{second:02}Z" for second in range(60))


@lru_cache(maxsize=256)  # a record's is written in its header and in its description, and many are changed in one second
def instant(moment_s: int) -> str:
    """Write Unix seconds as UTC: `2026-11-22T02:00:00Z`. Hundreds are written for a page, so it is put together from parts.

    Raises:
        ValueError: it is not in the years from 1 to 9999.
    """
    minute, second = divmod(moment_s, 60)
    day, minute = divmod(minute, 24 * 60)
    return _day(day) + _minute(minute) + _SECONDS[second]


def moment(written: str) -> int:
    """Read what `instant` wrote: Unix seconds."""
    return _day_s(written[:10]) + _minute_s(written[11:16]) + int(written[17:19])


@lru_cache(maxsize=4096)
def _day_s(written: str) -> int:
    return (date.fromisoformat(written).toordinal() - _EPOCH) * DAY_S


@lru_cache(maxsize=24 * 60)
def _minute_s(of_day: str) -> int:
    return int(of_day[:2]) * 3600 + int(of_day[3:]) * 60


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


@lru_cache(maxsize=24 * 60)
def _minute(of_day: int) -> str:
    hour, minute = divmod(of_day, 60)
    return f"T{hour:02}:{minute:02}:"
