"""Sort lines of which there may be more than memory holds: what does not fit is put aside in sorted runs, merged at the end.

A worker whose time is nearly over puts aside what it has, and the next goes on with the same runs.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pidstack.ports.bulk import BulkFiles
from pidstack.services.snapshots.pieces import PlainWriter
from pidstack.services.snapshots.sheets import lines_of

MOST_BYTES = 32 * 1024 * 1024
_MERGED_AT_ONCE = 16 * 1024 * 1024
_LEAST_BLOCK = 64 * 1024
Run = tuple[str, int]  # name and length of a sorted file


@dataclass(slots=True)
class Sorter:
    """Takes lines in any order, and gives them sorted.

    Attributes:
        name_of: gives the name of a run by its number.
        runs: those that are put aside.
        most_bytes: of lines in memory; a test says less.
    """

    files: BulkFiles
    name_of: Callable[[int], str]
    runs: list[Run]
    most_bytes: int = MOST_BYTES
    _lines: list[bytes] = field(default_factory=list)
    _held: int = 0

    def hold(self, line: bytes) -> None:
        """Take a line, its end included."""
        self._lines.append(line)
        self._held += len(line)

    def relieve(self, *, is_late: bool = False) -> None:
        """Put aside what is held if it is enough, or time is short."""
        if self._lines and (is_late or self._held >= self.most_bytes):
            self._lines.sort()
            self.runs.append(keep_lines(self.files, self.name_of(len(self.runs)), self._lines))
            self._lines, self._held = [], 0

    def in_order(self) -> Iterable[bytes]:
        """Give all lines, those of the runs too."""
        if self.runs:
            self.relieve(is_late=True)
            return self._merged()
        self._lines.sort()
        return self._lines

    def _merged(self) -> Iterator[bytes]:
        block_bytes = max(_LEAST_BLOCK, _MERGED_AT_ONCE // len(self.runs))
        streams = [lines_of(self.files, name, 0, size, block_bytes) for name, size in self.runs]
        return (each + b"\n" for each in heapq.merge(*streams))


def keep_lines(files: BulkFiles, name: str, lines: Iterable[bytes]) -> Run:
    """Keep lines as a file; one that cannot be finished leaves nothing behind."""
    writer = PlainWriter(files, name)
    try:
        for each in lines:
            writer.write(each)
        piece = writer.close()
    except BaseException:
        writer.abandon()
        raise
    return piece.name, piece.size
