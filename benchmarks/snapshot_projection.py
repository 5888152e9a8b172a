"""Time and price of a snapshot of 10, 100 and 160 million records, from what `benchmarks.snapshots` measured of one worker.

Nothing here is measured: it is arithmetic on `results/snapshots.json`, written out so that anybody can put in other numbers. Prices
are those of us-east-1, in dollars, on demand. Processor time is that of the benchmark's machine; a function of 1,769 MB has one.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.report import RESULTS, Report
from pidstack.services.snapshots.make import Settings, parts_for

SIZES = (10_000_000, 100_000_000, 160_000_000)
WORKERS = 500
FUNCTION_GB = 1.769
DOLLARS_A_GB_SECOND = 0.0000133334
DOLLARS_A_READ_UNIT = 0.125 / 1e6
DOLLARS_A_TRANSITION = 0.025 / 1e3
DOLLARS_A_PUT, DOLLARS_A_GET = 0.005 / 1e3, 0.0004 / 1e3
DOLLARS_A_GB_MONTH = 0.023
WORK_KEPT_DAYS, FILES_KEPT_MONTHS = 3, 12
BYTES_A_READ_UNIT = 2 * 4096  # of a read that may be some seconds old
HISTORY_BYTES = 600  # what else an identifier has in the table, history and all, for each record
READ_MB_A_SECOND = 20  # of one Scan after the other: 1 MB in 50 ms
JOINED_PARTS_A_SECOND = 20
DIGEST_MB_A_SECOND = 80
PART_BYTES = 8 * 1024**2
FORMS = ("JSON, resources", "XML", "data file, parts", "data file, tables")


def run() -> Report:
    """Do the arithmetic, and show each of its lines."""
    measured = json.loads((RESULTS / "snapshots.json").read_text(encoding="utf-8"))
    report = Report("snapshot_projection", {"workers": WORKERS, "measured": measured["measured"], "machine": measured["machine"]})
    rows = [_projected(records, measured["tables"]) for records in SIZES]
    report.table("time and price", tuple(rows[0]), rows)
    return report


def _projected(records: int, tables: dict[str, Any]) -> dict[str, Any]:
    (reading,), writing = tables["reading"], {row["form"]: row for row in tables["writing"]}
    kept_bytes = records * reading["bytes a record"]
    table_bytes = kept_bytes + records * HISTORY_BYTES
    parts = parts_for(records, Settings().taken_records)
    file_bytes = records * sum(writing[form]["compressed"] for form in FORMS)

    # Take: a worker waits for the store, and then sorts and lays down.
    take_s = table_bytes / (READ_MB_A_SECOND * 1e6) + records / reading["records/s"]
    # Write: every form is made of the sheets by itself.
    write_s = records * sum(writing[form]["CPU us a record"] for form in FORMS) / 1e6
    # Assemble: one function a file; the largest is the slowest. SHA-256 of the whole is left out above 20 GiB.
    largest = max(records * writing[form]["compressed"] for form in FORMS)
    assemble_s = largest / PART_BYTES / JOINED_PARTS_A_SECOND
    assemble_s += largest / (DIGEST_MB_A_SECOND * 1e6) if largest <= 20 * 1024**3 else 0

    tasks = min(1000, max(1, len(FORMS) * records // 50_000))
    waves = max(1.0, tasks / WORKERS)
    wall_s = (
        take_s / min(WORKERS, parts) + write_s / min(WORKERS, tasks) * (1 if waves <= 1 else -(-waves // 1) / waves) + assemble_s
    )
    lambda_dollars = (take_s + write_s + len(FORMS) * assemble_s) * FUNCTION_GB * DOLLARS_A_GB_SECOND
    read_dollars = table_bytes / BYTES_A_READ_UNIT * DOLLARS_A_READ_UNIT
    step_dollars = (parts + tasks) * 5 * DOLLARS_A_TRANSITION
    puts = (kept_bytes + file_bytes) / PART_BYTES * 2 + 4 * (parts + tasks)
    gets = len(FORMS) * kept_bytes / (4 * 1024**2) + 4 * (parts + tasks)
    store_dollars = (
        puts * DOLLARS_A_PUT + gets * DOLLARS_A_GET + (kept_bytes + file_bytes) / 1e9 * DOLLARS_A_GB_MONTH * WORK_KEPT_DAYS / 30
    )
    return {
        "records": records,
        "parts": parts,
        "tasks": tasks,
        "worker hours": round((take_s + write_s) / 3600, 1),
        "hours": round(wall_s / 3600, 2),
        "files GB": round(file_bytes / 1e9, 1),
        "functions $": round(lambda_dollars, 2),
        "table $": round(read_dollars, 2),
        "steps $": round(step_dollars, 2),
        "work in the bucket $": round(store_dollars, 2),
        "a run $": round(lambda_dollars + read_dollars + step_dollars + store_dollars, 2),
        "files kept, $ a month": round(file_bytes / 1e9 * DOLLARS_A_GB_MONTH * FILES_KEPT_MONTHS, 2),
    }


if __name__ == "__main__":
    run().write()
