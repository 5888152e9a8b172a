"""How a file is cut into parts: long stretches of other files are copied on the server, short ones go through memory.

A part has 5 MiB or more, the last one excepted. So what is shorter than that is gathered, and tops itself up from the beginning of
the next long stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pidstack.ports.bulk import LEAST_PART_BYTES, MOST_PART_BYTES


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes that are at hand."""

    content: bytes

    @property
    def size(self) -> int:
        """How many."""
        return len(self.content)

    def cut(self, at: int) -> tuple[Text, Text]:
        """Give what comes before a place and what comes behind."""
        return Text(self.content[:at]), Text(self.content[at:])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a file in the store."""

    name: str
    first: int
    size: int

    def cut(self, at: int) -> tuple[Stretch, Stretch]:
        """Give what comes before a place and what comes behind."""
        return replace(self, size=at), replace(self, first=self.first + at, size=self.size - at)


Span = Text | Stretch
Part = tuple[Span, ...]


def is_copied(part: Part, least: int = LEAST_PART_BYTES) -> bool:
    """Tell whether the server makes a part by itself."""
    return len(part) == 1 and isinstance(part[0], Stretch) and part[0].size >= least


def cut_into_parts(spans: Iterable[Span], *, least: int = LEAST_PART_BYTES, most: int = MOST_PART_BYTES) -> Iterator[Part]:
    """Cut what a file is made of into parts, in order.

    Args:
        least: bytes of each part but the last.
        most: bytes of each part; at least twice `least`.
    Returns:
        Parts that are one stretch of at least `least`, to be copied, or several short spans of `least` together, to be read. Only
        the last may be shorter. Nothing for no bytes at all.
    """
    gathered: list[Span] = []
    missing = least
    for whole in spans:
        left = whole
        while left.size:
            if not gathered and isinstance(left, Stretch) and left.size >= least:
                taken, left = left.cut(min(left.size, most))
                yield (taken,)
                continue
            taken_span, left = left.cut(min(left.size, missing))
            gathered.append(taken_span)
            missing -= taken_span.size
            if not missing:
                yield tuple(gathered)
                gathered, missing = [], least
    if gathered:
        yield tuple(gathered)
