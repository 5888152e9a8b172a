"""Time and price of a snapshot of 10, 100 and 160 million records, from what `benchmarks.snapshots` measured of one worker.

Nothing here is measured: it is arithmetic on `results/snapshots.json`, a line a step, so that anybody can put in other numbers.
Those that are not measured stand at the top. Prices are AWS's list prices of us-east-1 in November 2026, in dollars, on demand, for
functions on arm64; look them up before you rely on them. Processor time is that of the benchmark's machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.report import RESULTS, Report
from pidstack.services.bulk.assemble import MOST_DIGESTED_BYTES
from pidstack.services.bulk.pieces import PART_BYTES
from pidstack.services.snapshots.arrange import LEAST_RECORDS, MOST_TASKS
from pidstack.services.snapshots.make import Settings, parts_for
from pidstack.services.snapshots.sheets import _BLOCK as BLOCK_BYTES

SIZES = (10_000_000, 100_000_000, 160_000_000)
WORKERS = (20, 200)
"""`SnapshotConcurrency`: the template's default, and what an operator of so many records would rather say."""

# Prices. Source: the pricing pages of AWS Lambda, Amazon DynamoDB, AWS Step Functions and Amazon S3 (Standard).
PRICES_OF = "us-east-1, 2026-11"
DOLLARS_A_GB_SECOND = 0.0000133334
DOLLARS_A_READ_UNIT, DOLLARS_A_WRITE_UNIT = 0.125 / 1e6, 0.625 / 1e6
DOLLARS_A_TRANSITION = 0.025 / 1e3
DOLLARS_A_PUT, DOLLARS_A_GET = 0.005 / 1e3, 0.0004 / 1e3
DOLLARS_A_GB_MONTH = 0.023

# What the services let through. Source: their developer guides; the first is a quota that AWS raises when asked.
READ_UNITS_A_SECOND = 40_000
BYTES_A_READ_UNIT = 2 * 4096  # of a read that may be some seconds old
PAGE_BYTES = 1024**2

# Assumptions: nothing in the project measures them.
SCAN_MB_A_SECOND = 20  # one worker, page after page: 1 MB in 50 ms
COPY_MB_A_SECOND = 8 * 100  # parts that the server copies, eight at the same time
DIGEST_MB_A_SECOND = 80
FIXED_S = 120  # starts of functions and of maps, the steps between
HISTORY_BYTES = 600  # what else an identifier has in the table for each record: its history, marks, counts
TRANSITIONS = 5  # of one child of a map
WORK_KEPT_DAYS, FILES_KEPT = 4, 12  # days until a lifecycle rule ends what was laid down, and versions of it; snapshots
FUNCTION_GB = 1769 / 1024  # of the template; it has one processor then
_WORKS = "JSON, works"  # instead of resources, not beside them


@dataclass(frozen=True, slots=True)
class Measured:
    """What one worker was measured to do.

    Attributes:
        taken_a_second: records that it reads, sorts and lays down, the store's time left out.
        line_bytes: of a record in a sheet, which is its item as it comes over the wire.
        write_us: processor time of a record in all files, microseconds.
        file_bytes: of a record, compressed, by file.
    """

    taken_a_second: float
    line_bytes: float
    write_us: float
    file_bytes: tuple[float, ...]

    @classmethod
    def of(cls, tables: dict[str, Any]) -> Measured:
        """Read the tables of `benchmarks.snapshots`."""
        (reading,), forms = tables["reading"], [row for row in tables["writing"] if row["form"] != _WORKS]
        write_us = sum(row["CPU us a record"] for row in forms)
        return cls(reading["records/s"], reading["bytes a record"], write_us, tuple(row["compressed"] for row in forms))


def run() -> Report:
    """Do the arithmetic, and show each of its lines."""
    found = json.loads((RESULTS / "snapshots.json").read_text(encoding="utf-8"))
    measured = Measured.of(found["tables"])
    report = Report("snapshot_projection", {"prices": PRICES_OF, "measured": found["measured"], "machine": found["machine"]})
    columns = {f"{records // 1_000_000} million": list(lines(records, measured)) for records in SIZES}
    first = next(iter(columns.values()))
    rows = [
        {"line": name, "is": how, **{title: each[place][2] for title, each in columns.items()}}
        for place, (name, how, _) in enumerate(first)
    ]
    report.table("time and price of one run", tuple(rows[0]), rows)
    return report


def lines(records: int, one: Measured) -> Iterator[tuple[str, str, float]]:
    """Project one run: give each line's name, how it comes about, and its value."""
    parts = parts_for(records, Settings().taken_records)
    entries = records * (len(one.file_bytes) + 1)  # the tables of the data file have records of their own
    tasks = min(MOST_TASKS, math.ceil(entries / LEAST_RECORDS))
    sheets_gb = records * one.line_bytes / 1e9
    table_gb = sheets_gb + records * HISTORY_BYTES / 1e9
    files_gb = records * sum(one.file_bytes) / 1e9
    largest_gb = records * max(one.file_bytes) / 1e9
    yield "parts", "of the table, read one by one", parts
    yield "tasks", f"of {LEAST_RECORDS:,} entries or more, {MOST_TASKS:,} at most", tasks
    yield "table GB", f"records x ({one.line_bytes:,.0f} + {HISTORY_BYTES}) bytes", round(table_gb, 1)
    yield "files GB", f"records x {sum(one.file_bytes):,.0f} bytes, {len(one.file_bytes)} files", round(files_gb, 1)

    read_s, sort_s = table_gb * 1000 / SCAN_MB_A_SECOND, records / one.taken_a_second
    table_s = table_gb * 1e9 / (READ_UNITS_A_SECOND * BYTES_A_READ_UNIT)
    write_s = records * one.write_us / 1e6
    digest_s = largest_gb * 1000 / DIGEST_MB_A_SECOND if largest_gb * 1e9 <= MOST_DIGESTED_BYTES else 0
    assemble_s = largest_gb * 1000 / COPY_MB_A_SECOND + digest_s
    yield "worker hours, take", f"table / {SCAN_MB_A_SECOND} MB/s + records / {one.taken_a_second:,.0f}", _hours(read_s + sort_s)
    yield "worker hours, write", f"records x {one.write_us:,.0f} us", _hours(write_s)
    yield "hours, assemble", "largest file copied, and digested if it is short enough", _hours(assemble_s)
    yield "hours, table", f"no faster than {READ_UNITS_A_SECOND:,} read units a second", _hours(table_s)
    for workers in WORKERS:
        take = max((read_s + sort_s) / min(workers, parts), table_s)
        waves = math.ceil(tasks / workers)
        wall_s = take + waves * write_s / tasks + assemble_s + FIXED_S
        yield f"hours, {workers} workers", "take + write + assemble + 2 minutes", _hours(wall_s)

    busy_s = max(read_s + sort_s, table_s * min(WORKERS[0], parts)) + write_s + len(one.file_bytes) * assemble_s
    functions = busy_s * FUNCTION_GB * DOLLARS_A_GB_SECOND
    pages = table_gb * 1e9 / PAGE_BYTES
    table = table_gb * 1e9 / BYTES_A_READ_UNIT * DOLLARS_A_READ_UNIT + pages * DOLLARS_A_WRITE_UNIT
    steps = (parts + tasks) * TRANSITIONS * DOLLARS_A_TRANSITION
    puts = (sheets_gb + files_gb) * 1e9 / PART_BYTES + 2 * len(one.file_bytes) * tasks + 4 * (parts + tasks)
    gets = len(one.file_bytes) * sheets_gb * 1e9 / BLOCK_BYTES + 4 * (parts + tasks)
    laid_down = (sheets_gb + files_gb) * DOLLARS_A_GB_MONTH * WORK_KEPT_DAYS / 30
    bucket = puts * DOLLARS_A_PUT + gets * DOLLARS_A_GET + laid_down
    yield "functions $", f"all workers' time x {FUNCTION_GB:.2f} GB", round(functions, 2)
    yield "table $", "one read unit each 8 KiB, a note a page", round(table, 2)
    yield "steps $", f"(parts + tasks) x {TRANSITIONS} transitions", round(steps, 2)
    yield "bucket $", f"requests, and what is laid down for {WORK_KEPT_DAYS} days", round(bucket, 2)
    yield "a run $", "the four together", round(functions + table + steps + bucket, 2)
    yield "kept $ a month", f"the files of {FILES_KEPT} snapshots", round(files_gb * DOLLARS_A_GB_MONTH * FILES_KEPT, 2)


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)


if __name__ == "__main__":
    run().write()
