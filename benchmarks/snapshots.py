"""What a worker of a snapshot costs: records a second, processor time against `gzip -6` of the same bytes, peak memory.

The store's own time is left out: items are there as they are on the wire, files are in a folder. Times are of this process
(`time.process_time`), the least of several rounds. Records are published examples of DataCite's and a deposit, under own names.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.disk_files import DiskBulkFiles
from benchmarks.metadata import _documents
from benchmarks.report import Report
from pidstack.ports.bulk import BulkFiles
from pidstack.ports.snapshots import Page
from pidstack.protocols.oai.crossref_sets import CrossrefSets
from pidstack.protocols.oai.flavour import crossref
from pidstack.protocols.oai.page import Writer
from pidstack.protocols.snapshots.forms import LinesForm, ResourceForm, TableForm, UnixsdForm, WorkForm
from pidstack.services.snapshots.arrange import Product, arrange
from pidstack.services.snapshots.forms import Form
from pidstack.services.snapshots.sheets import Sheet
from pidstack.services.snapshots.take import Taker, Taking
from pidstack.services.snapshots.workplace import Workplace
from pidstack.services.snapshots.write import TaskWriter
from pidstack.store.elements import pack
from pidstack.store.snapshot_scan import _entries
from pidstack.store.wire import record_on_wire
from tests.fakes.directory import MemoryDirectory
from tests.fakes.publications import MemoryPublications

ROUNDS, RECORDS, PAGE = 3, 2_000, 500
SIZES = (10_000, 500_000)
MOST_OWN_WORK, MOST_MEMORY_MB, MOST_GROWTH = 2.0, 256, 1.25
BASE = "https://ids.example.org"
_DEPOSIT = Path(__file__).parents[1] / "tests" / "vectors" / "crossref" / "journal_article.xml"
_WORDS = ("tides", "currents", "salt", "harbour", "bay", "drift", "spring", "moorings", "depth", "autumn", "north", "sand", "silt")


def run() -> Report:
    """Measure reading, each form, and memory."""
    report = Report("snapshots", {"rounds": ROUNDS, "records a round": RECORDS, "compression": 6})
    items = list(_items(RECORDS))
    with tempfile.TemporaryDirectory() as folder:
        files = DiskBulkFiles(Path(folder))
        taken = [_take(files, items, number) for number in range(ROUNDS)]
        sheet = taken[0][1]
        rate = round(RECORDS / min(seconds for seconds, _ in taken))
        size = sum(row.size for row in sheet.rows) // RECORDS
        report.table("reading", ("records/s", "bytes a record"), [{"records/s": rate, "bytes a record": size}])
        rows = [_form_row(files, sheet, name, product, form) for name, product, form in _forms()]
    report.table("writing", tuple(rows[0]), rows)
    for row in rows[:-1]:
        sentence = f"snapshots: own work for {row['form']} is {row['own / gzip']} times gzip -6, {MOST_OWN_WORK} is allowed"
        report.require(row["own / gzip"] <= MOST_OWN_WORK, sentence)
    peaks = [{"records": size, **_peak(size)} for size in SIZES]
    report.table("a whole run, each step in this one process", tuple(peaks[0]), peaks)
    most = max(row["peak MB"] for row in peaks)
    report.require(most <= MOST_MEMORY_MB, f"snapshots: {most} MB of memory, {MOST_MEMORY_MB} are allowed")
    report.require(peaks[1]["peak MB"] <= MOST_GROWTH * peaks[0]["peak MB"], "snapshots: memory grows with the registry")
    return report


def _forms() -> Iterator[tuple[str, Product, Form]]:
    directory = MemoryDirectory()
    writer = Writer(crossref(""), CrossrefSets(MemoryPublications(), directory))
    yield "JSON, resources", Product.JSON, ResourceForm(BASE)
    yield "JSON, works", Product.JSON, WorkForm(BASE)
    yield "XML", Product.XML, UnixsdForm(BASE, writer, directory)
    yield "data file, parts", Product.PARTS, LinesForm(BASE)
    yield "data file, tables", Product.TABLE, TableForm()


def _form_row(files: BulkFiles, sheet: Sheet, name: str, product: Product, form: Form) -> dict[str, Any]:
    place = Workplace(files, f"write-{name}")
    tasks = arrange([sheet], {product: RECORDS}, RECORDS)
    place.put_all("task", [[job.as_json() for job in task] for task in tasks])
    whole = size = plain = 0.0
    for number in range(ROUNDS):
        started = time.process_time()
        done = [
            written
            for task in range(len(tasks))
            for written in TaskWriter(place, Wired(), {product: form}, f"{number}", lambda: 900.0, lambda _: None).write(task, [])[
                0
            ]
        ]
        seconds = time.process_time() - started
        whole = min(whole or seconds, seconds)
        size = sum(piece.size for written in done for piece in written.pieces)
    text = b"".join(form.write(record) for record in _records(files, sheet))
    plain = len(text)
    floor = min(_compressing(text) for _ in range(ROUNDS))
    return {
        "form": name,
        "records/s": round(RECORDS / whole),
        "CPU us a record": round(whole / RECORDS * 1e6),
        "gzip -6 us a record": round(floor / RECORDS * 1e6),
        "own / gzip": round((whole - floor) / floor, 2),
        "bytes a record": round(plain / RECORDS),
        "compressed": round(size / RECORDS),
    }


def _compressing(text: bytes) -> float:
    started = time.process_time()
    zlib.compress(text, 6)
    return time.process_time() - started


def _records(files: BulkFiles, sheet: Sheet) -> Iterator[Any]:
    content = files.read(sheet.name).splitlines()
    return (record_on_wire(json.loads(line.partition(b"\t")[2])) for line in content)


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
        answer = json.loads(b'{"Items":[' + b",".join(self.items[first : first + PAGE]) + b"]}")
        following = first + PAGE
        return Page(list(_entries(answer)), str(following) if following < len(self.items) else "")

    def record(self, packed: bytes) -> Any:
        return record_on_wire(json.loads(packed))


def _items(records: int) -> Iterator[bytes]:
    """Journal articles with deposits, data sets with XML, half and half; every one has words of its own."""
    documents = [xml.decode("utf-8-sig") for xml in _documents().values() if len(xml) < 100_000]
    deposit = _DEPOSIT.read_text(encoding="utf-8")
    for number in range(records):
        words = " ".join(_WORDS[number * step * 7 % len(_WORDS)] for step in range(1, 9))
        if number % 2:
            elements, profile = {"crossref": deposit.replace("<title>", f"<title>{words} {number}: ", 1)}, "crossref"
        else:
            text = documents[number // 2 % len(documents)]
            elements, profile = {"datacite": text.replace("</title>", f", {words} {number}</title>", 1)}, "datacite"
        yield _item(number, elements, profile)


def _item(number: int, elements: dict[str, str], profile: str) -> bytes:
    item = {
        "pk": {"S": f"doi:10.12345/{number * 7919 % 10_000_019:08}"},
        "sk": {"S": "record"},
        "owner": {"S": f"owner{number % 7}"},
        "owner_group": {"S": "groupa"},
        "state": {"S": "findable"},
        "target": {"S": f"https://data.example.org/objects/{number}"},
        "profile": {"S": profile},
        "elements": {"B": base64.b64encode(pack(elements) or b"").decode()},
        "exported": {"BOOL": True},
        "agency": {"S": "datacite"},
        "created_s": {"N": str(1_700_000_000 + number)},
        "registered_s": {"N": str(1_700_000_000 + number)},
        "updated_s": {"N": str(1_790_000_000 - number * 97)},
        "version": {"N": "2"},
        "set_spec": {"S": "J:10.12345:4:2021"},
        "token": {"S": f"{number:016x}"},
    }
    return json.dumps(item, separators=(",", ":")).encode()


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
