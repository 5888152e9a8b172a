"""`pidstack snapshot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pidstack.cli import runs as making
from pidstack.cli import where
from pidstack.cli.commands import Command, Group
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.errors import Invalid
from pidstack.domain.instant import instant
from pidstack.domain.snapshot import Period, Phase, Snapshot, SnapshotFile, SnapshotKind, SnapshotRun

if TYPE_CHECKING:
    from pidstack.store.snapshots import DynamoRuns

_COLUMNS = ("period", "file", "records", "members", "bytes", "published")
_RUN_COLUMNS = ("run", "period", "phase", "started", "problem")


@click.group("snapshot", cls=Group)
def snapshot() -> None:
    """Everything that may be harvested, in a few files."""


@snapshot.command("create", cls=Command)
@click.option("--daily", is_flag=True, help="Make yesterday's, and not last month's.")
@click.option("--period", metavar="MONTH|DAY", help="Make that of a month (2026-10) or a day (2026-10-31), over or not.")
@click.option("--detach", is_flag=True, help="Do not wait for the end.")
def create_(daily: bool, period: str | None, detach: bool) -> None:
    """Make a snapshot now, and tell how far it is. Exits with 1 if it fails."""
    wanted = _begun(_period(period)) if period else None
    kind = wanted.kind if wanted else SnapshotKind.DAILY if daily else SnapshotKind.MONTHLY
    machine, runs = where.snapshot_machine(), where.snapshot_runs()
    name, execution = making.start(machine, kind, {"kind": kind, "period": str(wanted or "")})
    if detach:
        show({"run": name}, f"It is being made; see: pidstack snapshot show {name}")
        return
    run = making.follow(name, machine, execution, runs, lambda run: _progress(runs, run), _run_facts)
    published = where.published().find(kind, run.period)
    if published is None or published.run != name:
        show(_run_facts(run), "It was made, but a later one took its place.")
        return
    _show(published)


@snapshot.command("list", cls=Command)
@click.option("--runs", is_flag=True, help="List the runs that made them or failed, and not what is published.")
def list_(runs: bool) -> None:
    """List what is published."""
    if runs:
        show_all([_run_facts(run) for run in where.snapshot_runs().recent(making.SHOWN_RUNS)], _RUN_COLUMNS)
        return
    found = [each for kind in SnapshotKind for each in where.published().published(kind)]
    show_all([_file_facts(each, file) for each in found for file in each.files], _COLUMNS)


@snapshot.command("show", cls=Command)
@click.argument("name", metavar="PERIOD|RUN")
def show_(name: str) -> None:
    """Show a snapshot by its month or day, or how far a run is by its name."""
    run = where.snapshot_runs().get(name)
    if run is not None:
        show(_run_facts(run), _progress(where.snapshot_runs(), run))
        return
    period = _period(name)
    found = where.published().find(period.kind, period)
    if found is None:
        raise click.ClickException(f"There is no snapshot of {period}.")
    _show(found)


def _progress(runs: DynamoRuns, run: SnapshotRun) -> str:
    match run.phase:
        case Phase.TAKING:
            done = runs.done(run.name, Phase.TAKING)
            return f"Reading: {done.parts} of {run.segments} parts, {done.records:,} of about {run.expected:,} records"
        case Phase.WRITING:
            done = runs.done(run.name, Phase.WRITING)
            return f"Writing: {done.parts} of {run.tasks} tasks, {done.records:,} of {run.records:,} entries"
        case Phase.PUBLISHED:
            return f"Published: {run.records:,} entries"
        case phase:
            return making.words_of(phase, run.problem)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except Invalid as error:
        raise click.UsageError(f"{text} is neither a month (2026-10) nor a day (2026-10-31).") from error


def _begun(period: Period) -> Period:
    try:
        period.require_begun(where.now_s())
    except Invalid as error:
        raise click.UsageError(f"{error}.") from error
    return period


def _show(found: Snapshot) -> None:
    if where.is_given("json"):
        show(found.as_json())
        return
    show_all([_file_facts(found, file) for file in found.files], _COLUMNS)


def _file_facts(found: Snapshot, file: SnapshotFile) -> Facts:
    return {
        "period": str(found.period),
        "file": file.name,
        "records": file.records,
        "members": file.members,
        "bytes": file.size,
        "sha256": file.sha256,
        "published": instant(found.published_s),
    }


def _run_facts(run: SnapshotRun) -> Facts:
    return {
        "run": run.name,
        "period": str(run.period),
        "phase": str(run.phase),
        "started": instant(run.started_s),
        "problem": run.problem,
    }
