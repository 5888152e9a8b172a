"""Dates and ranges of dates as EDTF writes them, recognised and not interpreted.

Rule: Extended Date/Time Format (ISO 8601-2:2019, Annex A), levels 0 and 1; RKMS-ISO8601 for ranges of date and time.
"""

from __future__ import annotations

import re

UNKNOWN = frozenset({":unac", ":unal", ":unap", ":unas", ":unav", ":unkn", ":none", ":null", ":tba", ":etal"})
"""Codes that stand for a date that nobody can give."""

_DATE = re.compile(
    r"(?P<year>-?[0-9]{4}|Y-?[0-9]{5,}|[0-9]{3}[uX]|[0-9]{2}(?:uu|XX))"
    r"(?:-(?P<month>[0-9]{2}|uu|XX)(?:-(?P<day>[0-9]{2}|uu|XX))?)?"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
    r"(?P<doubt>[?~%]|\?~)?",
    re.ASCII,
)
_NO_END = frozenset({"", "open", "unknown", ".."})


def is_date(text: str) -> bool:
    """Tell whether a text is a date, a date with time, or an interval of dates, maybe uncertain or open."""
    start, slash, end = text.partition("/")
    if not slash:
        return _is_single(text, timed=True)
    known = [part for part in (start, end) if part not in _NO_END]
    return bool(known) and start != "open" and all(_is_single(part, timed=False) for part in known)


def _is_single(text: str, *, timed: bool) -> bool:
    match = _DATE.fullmatch(text)
    if match is None or (match["time"] and not (timed and match["day"] and match["day"].isdigit() and not match["doubt"])):
        return False
    month, day = match["month"] or "", match["day"] or ""
    if month.isdigit() and not (1 <= int(month) <= 12 or (21 <= int(month) <= 24 and not day)):
        return False
    if not day.isdigit() or not month.isdigit():
        return True
    return 1 <= int(day) <= _days(match["year"], int(month))


def _days(year: str, month: int) -> int:
    """Return the length of a month; of a year that is not fully known, the longest it may have."""
    if month != 2:
        return 30 if month in (4, 6, 9, 11) else 31
    number = int(year) if year.lstrip("-").isdigit() else 0
    return 29 if number % 4 == 0 and (number % 100 or number % 400 == 0) else 28
