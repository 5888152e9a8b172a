"""`pidstack renew`."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import show
from pidstack.services.renew import Renewal, renew

_TOLD_EVERY = 10_000


@click.command("renew", cls=Command)
def renew_() -> None:
    """Write the kept forms of descriptions anew where this version writes others than the one that kept them.

    Harvests and lists work without it, but take longer over such records until they are changed. For after a release; it reads the
    whole table. The registry may be in use meanwhile, and the command may be broken off and begun again.
    """
    told = 0

    def watch(sofar: Renewal) -> None:
        nonlocal told
        if sofar.records - told >= _TOLD_EVERY and not where.is_given("json"):
            told = sofar.records
            click.echo(f"{sofar.records:,} records read, {sofar.renewed:,} renewed", err=True)

    result = renew(where.scan(), where.registry().identifiers, watch)
    sentence = "All forms are as this version writes them." if not result.renewed else "What was out of date is written anew."
    show({"records": result.records, "renewed": result.renewed}, sentence)
