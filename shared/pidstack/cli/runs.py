"""Runs that a state machine makes: start one, tell how far it is, and wait for its end."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pidstack.cli import where
from pidstack.cli.output import Facts, show
from pidstack.domain.snapshot import Phase

if TYPE_CHECKING:
    from pidstack.ports.runs import R, Runs
    from pidstack.store.machine import StepFunctionsMachine

SHOWN_RUNS = 20
_LOOK_AGAIN_S = 1.0


def start(machine: StepFunctionsMachine, kind: str, given: Mapping[str, str]) -> tuple[str, str]:
    """Start a run, and give its name and its execution."""
    name = f"{kind}-{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}-{secrets.token_hex(4)}"
    return name, machine.start(name, given)


def follow(
    name: str,
    machine: StepFunctionsMachine,
    execution: str,
    runs: Runs[R],
    progress: Callable[[R], str],
    facts: Callable[[R], Facts],
) -> R:
    """Tell what a run does whenever that changes, and give it as it was published. Exits with 1 if it failed."""
    said = ""
    while True:
        status, run = machine.status(execution), runs.get(name)
        words = progress(run) if run else "Starting"
        if words != said and not where.is_given("json"):
            click.echo(words, err=True)
            said = words
        if status != "RUNNING":
            break
        time.sleep(_LOOK_AGAIN_S)
    if run is None or run.phase is not Phase.PUBLISHED:
        show(facts(run) if run else {"run": name}, "It failed, and nothing was published.")
        sys.exit(1)
    return run


def words_of(phase: Phase, problem: str) -> str:
    """Tell a phase of which there is no more to say."""
    match phase:
        case Phase.ASSEMBLING:
            return "Joining the files"
        case Phase.FAILED:
            return f"Failed: {problem}"
        case _:
            return str(phase).capitalize()
