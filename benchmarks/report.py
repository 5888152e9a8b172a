"""What a benchmark found, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
console = Console(width=int(os.environ.get("COLUMNS", "150")))


@dataclass(slots=True)
class Report:
    """Findings of one benchmark.

    Attributes:
        name: of the file under `benchmarks/results`.
        conditions: what the numbers depend on, such as the engine.
        rows: by table, one mapping a line.
        missed: budgets that did not hold, a sentence each.
        measured: when it began, UTC.
    """

    name: str
    conditions: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    measured: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def table(self, title: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows, and show the named columns of them."""
        kept = list(rows)
        self.rows[title] = kept
        table = Table(title=f"{self.name}: {title}", title_justify="left", title_style="bold")
        for column in columns:
            numeric = any(isinstance(row.get(column), int | float) and not isinstance(row.get(column), bool) for row in kept)
            table.add_column(column, justify="right" if numeric else "left")
        for row in kept:
            table.add_row(*(_shown(row.get(column)) for column in columns))
        console.print(table)

    def require(self, holds: bool, sentence: str) -> bool:
        """Note a budget that does not hold, and give whether it does."""
        if not holds:
            self.missed.append(sentence)
        return holds

    def write(self) -> Path:
        """Write `benchmarks/results/<name>.json`."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def as_json(self) -> dict[str, Any]:
        """Give all of it, with when and on what it was measured."""
        return {
            "name": self.name,
            "measured": self.measured,
            "machine": machine(),
            "conditions": self.conditions,
            "tables": self.rows,
            "missed": self.missed,
        }


def machine() -> dict[str, Any]:
    """Say what kind of machine this is, and not which one."""
    return {
        "system": platform.system(),
        "processor": _processor_name(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(named, '')} {platform.machine()}".strip()


def _shown(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "[green]holds[/]" if value else "[red]missed[/]"
        case float():
            return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
        case _:
            return str(value)
