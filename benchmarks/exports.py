"""What exports cost: records a second that one worker writes, its memory, and requests to S3 and DynamoDB.

Speed is from items on the wire to compressed bytes, the store left out. Times are of this process (`time.process_time`), the best
of several rounds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks import export_items, export_memory, export_requests
from benchmarks.export_items import BASE_URL, COLUMNS, RECORDS
from benchmarks.report import Report
from pidstack.domain.export import Filter, Form, Order
from pidstack.protocols.ezid.download.writers import writer_for
from pidstack.services.bulk.pieces import PieceWriter
from pidstack.store.wire import record_on_wire
from tests.fakes.bulk import MemoryBulkFiles

ROUNDS = 5
BUDGETS = {Form.ANVL: 10_000, Form.CSV: 10_000, Form.XML: 5_000}


def run(engine_name: str, sizes: Sequence[int] = export_memory.SIZES) -> Report:
    """Measure each form over three kinds of records; a worker's memory in two sizes; the requests of a whole export."""
    report = Report("exports", {"engine": engine_name, "rounds": ROUNDS, "records a round": RECORDS})
    rates = list(_rates(report))
    report.table("records a second and worker", ("form", "records", "records/s", "bytes a record", "budget"), rates)
    memory = [row for form in Form for row in export_memory.rows(form, sizes)]
    report.table("memory of a worker", ("form", "records", "peak MB", "MB sent", "records/s, with all"), memory)
    for small, large in zip(memory[::2], memory[1::2], strict=True):
        growth = (large["peak MB"] - small["peak MB"]) * 1024**2
        sentence = f"exports: {large['form']} of {large['records']} records takes {large['peak MB']} MB, {small['peak MB']} for few"
        report.require(growth <= export_memory.MAX_GROWTH_BYTES, sentence)
    requests = export_requests.rows(engine_name)
    shown = ("DynamoDB", "DynamoDB a thousand records", "S3", "S3 a thousand records")
    report.table(f"requests of an export of {export_requests.RECORDS:,}", ("step", *shown), requests)
    return report


def _rates(report: Report) -> Iterator[dict[str, Any]]:
    for form, budget in BUDGETS.items():
        for kind, items in {
            "small": export_items.small(),
            "with XML": export_items.documents(),
            "half and half": export_items.mixed(),
        }.items():
            rate, written = _rate(form, list(items))
            yield {"form": str(form), "records": kind, "records/s": rate, "bytes a record": written, "budget": budget}
            report.require(rate >= budget, f"exports: {form} of records that are {kind}: {rate} records/s, {budget} are asked for")


def _rate(form: Form, items: list[dict[str, Any]]) -> tuple[int, int]:
    order = Order(
        "alice", ("alice",), form, columns=COLUMNS if form is Form.CSV else (), filter=Filter(test=False), base_url=BASE_URL
    )
    best, size = 0.0, 0
    for _ in range(ROUNDS):
        passes, writer, piece = order.filter.compiled(), writer_for(order), PieceWriter(MemoryBulkFiles(), "piece")
        started = time.process_time()
        for item in items:
            record = record_on_wire(item)
            if passes(record):
                piece.write(writer.between + writer.write(record))
        closed = piece.close()
        best = max(best, len(items) / (time.process_time() - started))
        size = closed.plain_bytes // closed.records
    return round(best), size
