"""`pidstack local up | down | logs | reset`: the local stack from the command line. `make run` and its kin call this."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from pidstack.local import stack
from pidstack.local.paths import STATE, LocalStackError, Places
from pidstack.local.stack import LocalStack

console = Console(highlight=False)


@click.group("local")
@click.option("--directory", type=click.Path(path_type=Path, file_okay=False), default=STATE, help="Where its state lies.")
@click.pass_context
def local(context: click.Context, directory: Path) -> None:
    """The stack on this machine."""
    context.obj = Places(directory.resolve())


@local.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Loopback port; 4566, or the running stack's.")
@click.option("--demo/--no-demo", default=True, help="Make the demo accounts and records.")
@click.option("--iam", is_flag=True, help="Evaluate the roles' policies.")
@click.pass_obj
def up(places: Places, port: int | None, demo: bool, iam: bool) -> None:
    """Start it, or bring the running one up to date."""
    with _clear_errors():
        _describe(stack.up(places, port, demo=demo, enforce_iam=iam, step=_step))


@local.command()
@click.pass_obj
def down(places: Places) -> None:
    """End it; its state stays."""
    with _clear_errors():
        console.print("Stopped." if stack.down(places) else "Nothing was running.")


@local.command()
@click.option("--lines", default=50, show_default=True, help="Lines of the past to begin with.")
@click.pass_obj
def logs(places: Places, lines: int) -> None:
    """Follow what the functions and the emulator say, until Ctrl-C."""
    if not places.log.exists():
        raise click.ClickException("There is no log yet; start the stack with: make run")
    with contextlib.suppress(KeyboardInterrupt):
        subprocess.run(["tail", "-n", str(lines), "-F", str(places.log)], check=False)


@local.command()
@click.pass_obj
def reset(places: Places) -> None:
    """End it and forget everything it remembers."""
    with _clear_errors():
        stack.forget(places)
        console.print("Forgotten.")


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except LocalStackError as error:
        raise click.ClickException(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(f"The emulator gave an unexpected answer ({error}); see make logs") from error
    except KeyboardInterrupt:
        raise click.ClickException("Interrupted; nothing of this start is left running.") from None


@contextlib.contextmanager
def _step(words: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"{words} ..."):
        yield
    console.print(f"[green]✓[/green] {words} [dim]({time.monotonic() - began:.1f} s)[/dim]")


def _describe(running: LocalStack) -> None:
    facts = Table.grid(padding=(0, 2))
    facts.add_row("Public API", running.base_url)
    facts.add_row("AWS endpoint", running.aws_endpoint)
    for account in running.accounts:
        facts.add_row("Account", f"{account['name']}  password {account['password']}  group {account['group']}")
    facts.add_row("For programs", ".local/stack.json")
    console.print()
    console.print(facts)
    console.print("\n[bold]Try[/bold]", *_commands(running), "make logs, make stop", sep="\n  ", soft_wrap=True)


def _commands(running: LocalStack) -> list[str]:
    base = running.base_url
    commands = [f"curl {base}status"]
    if running.accounts:
        login = f"{running.accounts[0]['name']}:{running.accounts[0]['password']}"
        plain = "-H 'Content-Type: text/plain'"
        commands += [
            f"curl -u {login} {plain} -X POST --data-binary '_target: https://example.org/' {base}shoulder/ark:/99999/fk4",
            f"curl -u {login} {plain} -X PUT --data-binary 'erc.who: Me' {base}id/ark:/99999/fk4try",
            f"curl {base}id/ark:/99999/fk4try",
        ]
    return commands
