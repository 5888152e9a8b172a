"""`python -m benchmarks`: run all benchmarks or the named ones, print tables, write `benchmarks/results/`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    cold_start,
    cpu,
    engines,
    export_memory,
    exports,
    feed,
    harvest,
    imports,
    lists,
    metadata,
    operations,
    payloads,
    resolve,
    snapshot_projection,
    snapshots,
    tools,
)
from benchmarks.report import Report, console


def main() -> int:
    """Run; the exit status says whether all budgets held."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        help="operations, cpu, feed, harvest, exports, lists, cold_start, imports, metadata, payloads, "
        "resolve, snapshots, snapshot_projection; all of them if none is named",
    )
    parser.add_argument("--engine", choices=engines.ENGINES, help="default: DynamoDB Local where java and npm are, else moto")
    parser.add_argument("--records", type=int, default=operations.SIZES[-1], help="size of the larger table (default %(default)s)")
    parser.add_argument(
        "--harvested", type=int, default=harvest.SIZES[-1], help="size of the larger table to harvest (default %(default)s)"
    )
    parser.add_argument(
        "--exported", type=int, default=export_memory.SIZES[-1], help="size of the larger export (default %(default)s)"
    )
    parser.add_argument("--starts", type=int, default=cold_start.STARTS, help="cold starts of each kind (default %(default)s)")
    parser.add_argument("--keep", type=Path, help="write all results into one file as well")
    given = parser.parse_args()
    if given.harvested < harvest.SIZES[0]:  # a smaller table has lists that end on their first page, which cost less
        parser.error(f"--harvested: at least {harvest.SIZES[0]}")
    engine = given.engine or engines.default()
    runs: dict[str, Callable[[], Report]] = {
        "operations": lambda: operations.run(engine, (operations.SIZES[0], given.records)),
        "cpu": lambda: cpu.run(engine),
        "feed": feed.run,
        "harvest": lambda: harvest.run(engine, (harvest.SIZES[0], given.harvested)),
        "exports": lambda: exports.run(engine, (export_memory.SIZES[0], given.exported)),
        "lists": lambda: lists.run(engine, (lists.SIZES[0], given.harvested)),
        "cold_start": lambda: cold_start.run(given.starts),
        "imports": imports.run,
        "metadata": metadata.run,
        "payloads": payloads.run,
        "resolve": lambda: resolve.run(engine),
        "snapshots": snapshots.run,
        "snapshot_projection": snapshot_projection.run,
    }
    unknown = set(given.names) - set(runs)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    reports = [report for name in given.names or runs if (report := _run(name, runs[name]))]
    if given.keep:
        given.keep.write_text(json.dumps([report.as_json() for report in reports], indent=1) + "\n", encoding="utf-8")
    missed = [sentence for report in reports for sentence in report.missed]
    for sentence in missed:
        console.print(f"[red]missed[/] {sentence}")
    if not missed:
        console.print("[green]All budgets hold.[/]")
    return 1 if missed else 0


def _run(name: str, run: Callable[[], Report]) -> Report | None:
    try:
        report = run()
    except tools.Missing as lack:
        console.print(f"{name}: skipped. {lack}")
        return None
    report.write()
    return report


if __name__ == "__main__":
    sys.exit(main())
