"""`pidstack archive`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pidstack.cli import runs as making
from pidstack.cli import where
from pidstack.cli.commands import Command, Group
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.archive import FOLDERS, Archive, ArchiveFile, ArchiveRun, Mode, Span
from pidstack.domain.errors import Invalid
from pidstack.domain.instant import instant
from pidstack.domain.snapshot import Phase

if TYPE_CHECKING:
    from pidstack.store.archives import DynamoArchiveRuns
    from pidstack.store.machine import StepFunctionsMachine

_COLUMNS = ("folder", "from", "until", "variant", "publications", "dois", "bytes", "published")
_RUN_COLUMNS = ("run", "from", "until", "phase", "started", "problem")
_MACHINE_OUTPUT = "ArchiveMachineArn"
_NAMES = [folder for folders in FOLDERS.values() for folder in folders]


@click.group("archive", cls=Group)
def archive() -> None:
    """What is new or was updated in a day or a week, or everything, one file a title."""


@archive.command("create", cls=Command)
@click.argument("mode", type=click.Choice([str(mode) for mode in Mode]))
@click.option("--date", "last", metavar="DAY", help="Last day that it is about, 2026-11-22. The default is yesterday.")
@click.option("--detach", is_flag=True, help="Do not wait for the end.")
def create_(mode: str, last: str | None, detach: bool) -> None:
    """Make an archive now, and tell how far it is. Exits with 1 if it fails."""
    if last is not None:
        _require_day(Mode(mode), last)
    machine, runs = _machine(), _runs()
    name, execution = making.start(machine, mode, {"mode": mode, "date": last or ""})
    if detach:
        show({"run": name}, f"It is being made; see: pidstack archive show {name}")
        return
    run = making.follow(name, machine, execution, runs, lambda run: _progress(runs, run), _run_facts)
    found = next((each for each in _folders() if each.run == name), None)
    if found is None:
        show(_run_facts(run), "It was made, but a later one took its place.")
        return
    _show([found])


@archive.command("list", cls=Command)
@click.option("--runs", is_flag=True, help="List the runs that made them or failed, and not what the folders hold.")
def list_(runs: bool) -> None:
    """List what the folders hold."""
    if runs:
        show_all([_run_facts(run) for run in _runs().recent(making.SHOWN_RUNS)], _RUN_COLUMNS)
        return
    _show(_folders())


@archive.command("show", cls=Command)
@click.argument("name", metavar="FOLDER|RUN")
def show_(name: str) -> None:
    """Show what a folder holds, such as day3, or how far a run is by its name."""
    if name in _NAMES:
        found = [each for each in _folders() if each.folder == name]
        if not found:
            raise click.ClickException(f"No run has written to {name} yet.")
        _show(found)
        return
    run = _runs().get(name)
    if run is None:
        raise click.ClickException(f"There is no folder and no run {name}.")
    show(_run_facts(run), _progress(_runs(), run))


def _runs() -> DynamoArchiveRuns:
    from pidstack.store.archives import DynamoArchiveRuns

    where.connect()
    return DynamoArchiveRuns(where.now_s)


def _folders() -> list[Archive]:
    from pidstack.store.archives import DynamoFolders

    where.connect()
    return DynamoFolders().archives()


def _machine() -> StepFunctionsMachine:
    from pidstack.store.machine import StepFunctionsMachine

    return StepFunctionsMachine(
        where.service("stepfunctions"), where.output(_MACHINE_OUTPUT, "There is no state machine of archives")
    )


def _progress(runs: DynamoArchiveRuns, run: ArchiveRun) -> str:
    match run.phase:
        case Phase.WRITING:
            done = runs.done(run.name, Phase.WRITING)
            return f"Writing: {done.parts} of {run.units} units, {done.records:,} records"
        case phase:
            return making.words_of(phase, run.problem)


def _require_day(mode: Mode, text: str) -> None:
    now_s = where.now_s()
    try:
        Span.of(mode, text, now_s, now_s)
    except Invalid as error:
        raise click.UsageError(f"{text} is no day that has come, written like 2026-11-22.") from error


def _show(found: list[Archive]) -> None:
    show_all([_facts(each, file) for each in found for file in each.files], _COLUMNS)


def _facts(found: Archive, file: ArchiveFile) -> Facts:
    return {
        "folder": found.folder,
        "mode": str(found.mode),
        "run": found.run,
        "from": found.first,
        "until": found.last,
        "filedate": found.filedate,
        "variant": file.variant,
        "publications": file.publications,
        "dois": file.dois,
        "bytes": file.size,
        "sha256": file.sha256,
        "published": instant(found.published_s),
    }


def _run_facts(run: ArchiveRun) -> Facts:
    return {
        "run": run.name,
        "from": run.span.first,
        "until": run.span.last,
        "phase": str(run.phase),
        "started": instant(run.started_s),
        "problem": run.problem,
    }
