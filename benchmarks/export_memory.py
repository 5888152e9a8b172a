"""Peak memory of a worker that writes an export: planned and written in a process of its own, over names and records that stream.

`python -m benchmarks.export_memory FORM COUNT` is that process; it prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from benchmarks import export_items, tools
from benchmarks.export_items import BASE_URL, COLUMNS
from pidstack.domain.export import Export, Form, Order
from pidstack.domain.record import Record
from pidstack.ports.bulk import FileKind, Upload
from pidstack.ports.exports import Progress
from pidstack.protocols.ezid.download.writers import writer_for
from pidstack.services.exports.plan import plan_export
from pidstack.services.exports.workshop import SegmentWork, Workshop
from pidstack.services.exports.write import write_segment
from pidstack.store.wire import record_on_wire

SIZES = (10_000, 500_000)
MAX_GROWTH_BYTES = 48 * 1024**2
"""What a long file may take more than a short one: two parts that wait, and one on its way."""

_NAME = "doi:10.5072/FK2{:08}"
_UNIT = 1024 if sys.platform != "darwin" else 1  # of ru_maxrss


def rows(form: Form, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Measure a worker in each size."""
    return [{"form": str(form), "records": size, **_measured(form, size)} for size in sizes]


def _measured(form: Form, size: int) -> dict[str, Any]:
    printed = tools.run(sys.executable, "-m", "benchmarks.export_memory", str(form), str(size))
    return dict(json.loads(printed))


class _Names:
    """So many names of one owner; their records repeat a few."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items = [item for _, item in zip(range(200), export_items.mixed(), strict=False)]

    def names(self, _owner: str, *, after: str = "", until: str = "") -> Iterator[str]:
        first = int(after[-8:]) + 1 if after else 0
        last = int(until[-8:]) + 1 if until else self._size
        return (_NAME.format(number) for number in range(first, last))

    def records(self, names: Sequence[str]) -> list[Record]:
        """Read items anew for each name, as they are read from the wire."""
        return [record_on_wire({**self._items[int(name[-8:]) % 200], "pk": {"S": name}}) for name in names]


class _Memory:
    """One export that is being made."""

    def __init__(self, export: Export) -> None:
        self._export = export

    def get(self, _name: str) -> Export:
        return self._export

    def change(self, _old: Export, new: Export) -> bool:
        self._export = new
        return True

    def note(self, _name: str, _segment: int, _progress: Progress) -> None: ...


class _Void:
    """Takes files and keeps what is small."""

    def __init__(self) -> None:
        self.small: dict[str, bytes] = {}
        self.sent = 0

    def put(self, name: str, content: bytes, _kind: FileKind) -> None:
        self.sent += len(content)
        if name.endswith(".json"):
            self.small[name] = content

    def begin(self, name: str, _kind: FileKind) -> Upload:
        return Upload(name, "1")

    def add(self, _upload: Upload, number: int, content: bytes) -> str:
        self.sent += len(content)
        return str(number)

    def finish(self, _upload: Upload, _receipts: Sequence[str]) -> None: ...

    def abandon(self, _upload: Upload) -> None: ...


def main() -> None:
    """Plan and write one export as one segment, and print the peak."""
    form, size = Form(sys.argv[1]), int(sys.argv[2])
    order = Order("alice", ("alice",), form, columns=COLUMNS if form is Form.CSV else (), base_url=BASE_URL)
    files, attempts = _Void(), count()
    workshop: Any = Workshop(
        _Memory(Export("A" * 16, order, 1)),  # type: ignore[arg-type]
        _Names(size),
        files,  # type: ignore[arg-type]
        lambda: 1,
        writer_for,
        lambda: f"{next(attempts)}",
    )
    plan = plan_export("A" * 16, workshop, segment_records=size + 1, concurrency=1)
    (told,) = json.loads(files.small[plan.file])
    work = write_segment(SegmentWork.from_json({"name": plan.name, "folder": plan.folder, **told}), workshop, lambda: True)
    assert (work.done, work.written) == (True, size)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "peak MB": round(usage.ru_maxrss * _UNIT / 1024**2, 1),
                "MB sent": round(files.sent / 1024**2, 1),
                "records/s, with all": round(size / (usage.ru_utime + usage.ru_stime)),
            }
        )
    )


if __name__ == "__main__":
    main()
