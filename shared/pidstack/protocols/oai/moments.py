"""Dates of the protocol: days, and seconds of UTC.

Rule: OAI-PMH 2.0, section 3.3 "UTCdatetime" and 2.7.1 "Selective Harvesting and Datestamps".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from pidstack.domain.instant import instant

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
_DAY_S = 24 * 3600
_UTC_DATETIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or a second, as a harvester names it.

    Attributes:
        first_s, last_s: the seconds that it covers, Unix time; the same one unless it is a day.
    """

    first_s: int
    last_s: int

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read `2026-11-22` or `2026-11-22T03:04:05Z`.

        Raises:
            ValueError: anything else, among it fractions of seconds, other zones, and days that no calendar has.
        """
        match = _UTC_DATETIME.fullmatch(text)
        if match is None:
            raise ValueError(text)
        first_s = int(datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).timestamp())
        return cls(first_s, first_s if match[1] else first_s + _DAY_S - 1)

    @property
    def is_day(self) -> bool:
        """Whether it names a day."""
        return self.last_s > self.first_s


def datestamp(at_s: int) -> str:
    """Write Unix seconds the way harvesters compare them: `2026-11-22T03:04:05Z`."""
    return instant(at_s)
