"""`pidstack prefix`."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import prefix_facts, show, show_all
from pidstack.services import hand_out


@click.group(cls=Group)
def prefix() -> None:
    """DOI prefixes and NAANs, the roots of shoulders: 10.5072, ark:/99999 or uuid:."""


@prefix.command()
@click.argument("prefix")
@click.option("--title", default="", help="Whose it is: harvesters are told it as the name of the publisher.")
def create(prefix: str, title: str) -> None:
    """Make a prefix. Safe to repeat. Making a shoulder makes its prefix, so this is seldom needed."""
    kept, is_new = hand_out.create_prefix(prefix, where.keeper(), where.now_s(), title=title)
    show(prefix_facts(kept), f"Prefix {kept.name} is made." if is_new else f"Prefix {kept.name} was there already.")


@prefix.command("list")
def list_() -> None:
    """List all prefixes."""
    show_all([prefix_facts(each) for each in where.keeper().prefixes()], ("prefix", "title", "disabled"))


@prefix.command("show")
@click.argument("prefix")
def show_(prefix: str) -> None:
    """Show a prefix and its shoulders."""
    keeper = where.keeper()
    found = hand_out.the_prefix(prefix, keeper)
    show(prefix_facts(found) | {"shoulders": [str(each.name) for each in keeper.shoulders(found.name)]})


@prefix.command()
@click.argument("prefix")
@click.option("--title", required=True, help="Whose it is; empty for nobody in particular.")
def change(prefix: str, title: str) -> None:
    """Give a prefix another title."""
    changed = hand_out.change_prefix(prefix, where.keeper(), title=title)
    show(prefix_facts(changed), f"Prefix {changed.name} is changed.")


@prefix.command()
@click.argument("prefix")
def disable(prefix: str) -> None:
    """Let nobody make new identifiers under a prefix, superusers included. Those that exist stay and can be changed."""
    changed = hand_out.change_prefix(prefix, where.keeper(), disabled=True)
    show(prefix_facts(changed), f"Prefix {changed.name} is disabled.")


@prefix.command()
@click.argument("prefix")
def enable(prefix: str) -> None:
    """Open a disabled prefix again."""
    changed = hand_out.change_prefix(prefix, where.keeper(), disabled=False)
    show(prefix_facts(changed), f"Prefix {changed.name} is enabled.")
