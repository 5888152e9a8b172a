"""What a worker of a snapshot costs: records a second, processor time against `gzip -6` of the same bytes, peak memory.

The store's own time is left out: items are there as they are on the wire, files are in a folder. Times are of this process
(`time.process_time`), the least of several rounds. Records are those of `benchmarks.varied`, as the registry keeps them: DataCite's
published examples and deposits, half and half, every one in words, names and numbers of its own, so that a member compresses as
those of data files do. `gzip -6` is zlib at level 6 over the whole text that the worker wrote, the floor; own work is what
the worker takes beyond that. It compresses with zlib-ng, in about half of the floor; what it does besides has a column of its own.
"""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, cast

import orjson
from zlib_ng import zlib_ng

from benchmarks.disk_files import DiskBulkFiles
from benchmarks.report import Report
from benchmarks.varied import varied_records
from pidstack.domain.record import Record
from pidstack.ports.bulk import BulkFiles
from pidstack.ports.snapshots import Page
from pidstack.protocols.oai.crossref_sets import CrossrefSets
from pidstack.protocols.oai.flavour import crossref
from pidstack.protocols.oai.page import Writer
from pidstack.protocols.snapshots.forms import LinesForm, ResourceForm, TableForm, UnixsdForm, WorkForm
from pidstack.services.bulk.deflate import LEVEL
from pidstack.services.prepared import prepared_forms
from pidstack.services.snapshots.arrange import Product, arrange
from pidstack.services.snapshots.forms import Form
from pidstack.services.snapshots.sheets import Sheet
from pidstack.services.snapshots.take import Taker, Taking
from pidstack.services.snapshots.workplace import Workplace
from pidstack.services.snapshots.write import TaskWriter
from pidstack.store.identifiers import _item
from pidstack.store.snapshot_scan import DynamoScan, _entries
from tests.fakes.directory import MemoryDirectory
from tests.fakes.publications import MemoryPublications

ROUNDS, RECORDS, PAGE = 3, 2_000, 500
SIZES = (10_000, 500_000)
MOST_OWN_WORK, MOST_MEMORY_MB, MOST_GROWTH = 2.0, 256, 1.25
BASE = "https://ids.example.org"


def run() -> Report:
    """Measure reading, each form, and memory."""
    report = Report("snapshots", {"rounds": ROUNDS, "records a round": RECORDS, "compression": LEVEL})
    items = list(_items(RECORDS))
    with tempfile.TemporaryDirectory() as folder:
        files = DiskBulkFiles(Path(folder))
        taken = [_take(files, items, number) for number in range(ROUNDS)]
        sheet = taken[0][1]
        rate = round(RECORDS / min(seconds for seconds, _ in taken))
        size = sum(row.size for row in sheet.rows) // RECORDS
        report.table("reading", ("records/s", "bytes a record"), [{"records/s": rate, "bytes a record": size}])
        rows = [_form_row(files, sheet, name, forms) for name, forms in _forms()]
    report.table("writing", tuple(rows[0]), rows)
    for row in rows:
        sentence = f"snapshots: own work for {row['form']} is {row['own / gzip']} times gzip -6, {MOST_OWN_WORK} is allowed"
        report.require(row["own / gzip"] <= MOST_OWN_WORK, sentence)
    peaks = [{"records": size, **_peak(size)} for size in SIZES]
    report.table("a whole run, each step in this one process", tuple(peaks[0]), peaks)
    most = max(row["peak MB"] for row in peaks)
    report.require(most <= MOST_MEMORY_MB, f"snapshots: {most} MB of memory, {MOST_MEMORY_MB} are allowed")
    report.require(peaks[1]["peak MB"] <= MOST_GROWTH * peaks[0]["peak MB"], "snapshots: memory grows with the registry")
    return report


def _forms() -> Iterator[tuple[str, dict[Product, Form]]]:
    directory = MemoryDirectory()
    writer = Writer(crossref(""), CrossrefSets(MemoryPublications(), directory))
    yield "JSON, resources", {Product.JSON: ResourceForm(BASE)}
    yield "JSON, works", {Product.JSON: WorkForm(BASE)}
    yield "XML", {Product.XML: UnixsdForm(BASE, writer, directory)}
    yield "data file", {Product.PARTS: LinesForm(BASE), Product.TABLE: TableForm()}


def _form_row(files: BulkFiles, sheet: Sheet, name: str, forms: dict[Product, Form]) -> dict[str, Any]:
    place = Workplace(files, f"write-{name}")
    tasks = arrange([sheet], dict.fromkeys(forms, RECORDS), RECORDS)
    place.put_all("task", [[job.as_json() for job in task] for task in tasks])
    size, whole, floor, packing = 0, float("inf"), float("inf"), float("inf")
    texts = [b"".join(form.write(record) for record in _records(files, sheet)) for form in forms.values()]
    for number in range(ROUNDS):
        writer = TaskWriter(place, Wired(), forms, f"{number}", lambda: 900.0, lambda _: None)
        started = time.process_time()
        done = [written for task in range(len(tasks)) for written in writer.write(task, [])[0]]
        whole = min(whole, time.process_time() - started)
        floor = min(floor, sum(_taken(zlib.compress, text) for text in texts))
        packing = min(packing, sum(_taken(zlib_ng.compress, text) for text in texts))
        size = sum(piece.size for written in done for piece in written.pieces)
    plain = sum(map(len, texts))
    return {
        "form": name,
        "records/s": round(RECORDS / whole),
        "CPU us a record": round(whole / RECORDS * 1e6),
        "without compressing": round((whole - packing) / RECORDS * 1e6),
        "gzip -6 us a record": round(floor / RECORDS * 1e6),
        "own / gzip": round((whole - floor) / floor, 2),
        "bytes a record": round(plain / RECORDS),
        "compressed": round(size / RECORDS),
    }


def _taken(compress: Callable[[bytes, int], bytes], text: bytes) -> float:
    started = time.process_time()
    compress(text, LEVEL)
    return time.process_time() - started


def _records(files: BulkFiles, sheet: Sheet) -> Iterator[Record]:
    content = files.read(sheet.name).splitlines()
    return (Wired().record(line.partition(b"\t")[2]) for line in content)


def _take(files: BulkFiles, items: Sequence[bytes], number: int) -> tuple[float, Sheet]:
    started = time.process_time()
    taken = Taker(Workplace(files, "take"), Wired(items), 2**40, f"{number}", lambda: 900.0, lambda _: None).take(0, 1, Taking())
    assert isinstance(taken, Sheet)
    return time.process_time() - started, taken


@dataclass(frozen=True, slots=True)
class Wired:
    """A scan of items as they are on the wire."""

    items: Sequence[bytes] = ()

    def page(self, _part: int, _of: int, start: str) -> Page:
        first = int(start or 0)
        answer = orjson.loads(b'{"Items":[' + b",".join(self.items[first : first + PAGE]) + b"]}")
        following = first + PAGE
        return Page(list(_entries(answer)), str(following) if following < len(self.items) else "")

    def record(self, packed: bytes) -> Record:
        return DynamoScan.record(cast("DynamoScan", self), packed)


def _items(records: int) -> Iterator[bytes]:
    """Give items as they are on the wire."""
    for record in varied_records(records):
        item = _item(replace(record, prepared=prepared_forms(record, None))).serialize()
        yield orjson.dumps({"pk": item.pop("pk"), **item}, default=lambda content: base64.b64encode(content).decode())


# Memory ------------------------------------------------------------------------------------------------------------------------


def _peak(records: int) -> dict[str, Any]:
    """Measure in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.snapshots", str(records)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


class _Verbatim(TableForm):
    """Writes what is kept as it is: the way through memory is the same, whatever a form says."""

    def write(self, record: Any) -> bytes:
        return f"{record.identifier} {dict(record.elements)}\n".encode()


def _measure_memory(records: int) -> dict[str, Any]:
    """Do all that the workers of a run do, one after the other."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parts = -(-records // 16_384)
    numbers = count()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(DiskBulkFiles(Path(folder)), "memory")
        items = list(_items(1000))
        sheets = []
        for part in range(parts):
            scan = Wired(_Numbered(items, min(16_384, records - part * 16_384), numbers))
            taken = Taker(place, scan, 2**40, "0", lambda: 900.0, lambda _: None).take(part, parts, Taking())
            assert isinstance(taken, Sheet)
            sheets.append(taken)
        tasks = arrange(sheets, {Product.JSON: 5000})
        place.put_all("task", [[job.as_json() for job in task] for task in tasks])
        for number in range(len(tasks)):
            TaskWriter(place, Wired(), {Product.JSON: _Verbatim()}, "0", lambda: 900.0, lambda _: None, 1).write(number, [])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"before MB": before // 1024, "peak MB": peak // 1024, "seconds": round(time.monotonic() - started)}


class _Numbered(Sequence[bytes]):
    """The same items again and again under new names, made when they are asked for."""

    def __init__(self, items: list[bytes], size: int, numbers: Iterator[int]) -> None:
        self._items, self._size, self._numbers = items, size, numbers

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: Any) -> Any:
        chosen = range(self._size)[index]
        return [self._items[each % 1000].replace(b"10.12345/", b"10.12345/%09d-" % next(self._numbers), 1) for each in chosen]


if __name__ == "__main__":
    print(json.dumps(_measure_memory(int(sys.argv[1])))) if len(sys.argv) > 1 else run().write()
