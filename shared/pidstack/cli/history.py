"""`pidstack history`."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import Facts, show_all
from pidstack.domain.change import Change
from pidstack.domain.identifier import Identifier

_PAGE = 100


@click.command("history", cls=Command)
@click.argument("identifier")
@click.option("--limit", type=click.IntRange(min=1), default=_PAGE, show_default=True, help="The most to show.")
@click.option("--newest-first", is_flag=True, help="Begin with the last change.")
def history_(identifier: str, limit: int, newest_first: bool) -> None:
    """Show what was done to an identifier, when, by whom and in which protocol, even if it is deleted by now.

    A change appears here some seconds after it was made.
    """
    name = Identifier.read(identifier)
    page = where.history().of(name, limit=limit, newest_first=newest_first)
    if not page.changes:
        raise click.ClickException(f"Nothing was done to {name}, or it is not told yet.")
    show_all([_facts(change) for change in page.changes], ("at_s", "version", "what", "state", "changed", "by", "via"))
    if page.after:
        click.echo(f"There is more: give a --limit above {limit}.", err=True)


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
