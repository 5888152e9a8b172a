"""`pidstack history`."""

from __future__ import annotations

from typing import Any

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import Facts, show_all
from pidstack.domain.alteration import Digest, Value
from pidstack.domain.change import Change
from pidstack.domain.identifier import Identifier

_PAGE = 100


@click.command("history", cls=Command)
@click.argument("identifier")
@click.option("--limit", type=click.IntRange(min=1), default=_PAGE, show_default=True, help="The most to show.")
@click.option("--newest-first", is_flag=True, help="Begin with the last change.")
@click.option("--values", is_flag=True, help="Show what was altered, with the values before and after.")
def history_(identifier: str, limit: int, newest_first: bool, values: bool) -> None:
    """Show what was done to an identifier, when, by whom and in which protocol, even if it is deleted by now.

    A change appears here some seconds after it was made. A value of many bytes is given by their number and their SHA-256.
    """
    name = Identifier.read(identifier)
    page = where.history().of(name, limit=limit, newest_first=newest_first, values=values)
    if not page.changes:
        raise click.ClickException(f"Nothing was done to {name}, or it is not told yet.")
    columns: tuple[str, ...] = ("at_s", "version", "what", "state", "changed", "by", "via")
    facts = [_facts(change) for change in page.changes]
    if values:
        columns = ("at_s", "version", "what", "values", "by", "via")
        facts = [{**told, "values": _values(change)} for told, change in zip(facts, page.changes, strict=True)]
    show_all(facts, columns)
    if page.after:
        click.echo(f"There is more: give a --limit above {limit}.", err=True)


def _values(change: Change) -> list[Any]:
    """Give the alterations: for people a line each, for programs an object each."""
    altered = [each for each in change.alterations if not each.is_context]
    if where.is_given("json"):
        return [{"part": each.part, "old": _told(each.old), "new": _told(each.new)} for each in altered]
    return [f"{each.part}: {_written(each.old)} \N{RIGHTWARDS ARROW} {_written(each.new)}" for each in altered]


def _told(value: Value) -> Any:
    return {"bytes": value.size, "sha256": value.sha256} if isinstance(value, Digest) else value


def _written(value: Value) -> str:
    if isinstance(value, Digest):
        return f"({value.size} bytes, SHA-256 {value.sha256})"
    return "(empty)" if value is None else value


def _facts(change: Change) -> Facts:
    return {
        "at_s": change.at_s,
        "version": change.version,
        "what": change.kind.value.removeprefix("Identifier"),
        "state": change.new_state.value if change.new_state else "",
        "old_state": change.old_state.value if change.old_state else "",
        "changed": list(change.changed),
        "by": change.by,
        "via": change.via,
        "owner": change.owner,
        "group": change.group,
        "target": change.target,
        "id": change.id,
    }
