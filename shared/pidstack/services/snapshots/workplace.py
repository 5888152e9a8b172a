"""Where the workers of a run lay down what they made for each other, under names that no two attempts share.

A worker that was given up may go on writing. So what it writes has the attempt in its name, and others learn of it only by a small
file of fixed name, which is written at the end: whichever attempt writes it last, what it says is whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pidstack.ports.bulk import BulkFiles, FileKind

Json = Any
UNFINISHED = "unfinished/snapshots"
_JSON = FileKind("application/json")
_THREADS = 16


class Contended(Exception):
    """Others kept changing what a run was to change. The step is to be repeated."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The files of one run."""

    files: BulkFiles
    run: str

    def name(self, *parts: object) -> str:
        """Name a file: `sheet`, 7 and `json` are `…/RUN/sheet-000007-json`."""
        return f"{UNFINISHED}/{self.run}/" + "-".join(f"{part:06}" if isinstance(part, int) else str(part) for part in parts)

    def put(self, content: Json, *parts: object) -> str:
        """Keep plain values, and give the name they have."""
        name = self.name(*parts)
        self.files.put(name, json.dumps(content, separators=(",", ":")).encode(), _JSON)
        return name

    def get(self, *parts: object) -> Json:
        """Give plain values.

        Raises:
            FileNotFoundError: nobody has put them there.
        """
        return json.loads(self.files.read(self.name(*parts)))

    def get_all(self, kind: str, count: int) -> Iterable[Json]:
        """Give the plain values of parts 0 to `count`, in order, several requests under way at once."""
        return _side_by_side(lambda number: self.get(kind, number), range(count))

    def put_all(self, kind: str, contents: Sequence[Json]) -> None:
        """Keep the plain values of parts 0 and up."""
        for _ in _side_by_side(lambda number: self.put(contents[number], kind, number), range(len(contents))):
            pass


def _side_by_side(do: Callable[[int], Json], numbers: range) -> Iterable[Json]:
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(numbers), _THREADS):
            yield from pool.map(do, numbers[start : start + _THREADS])
