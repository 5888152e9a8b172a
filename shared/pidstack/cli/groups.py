"""`pidstack group`."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import group_facts, show, show_all
from pidstack.domain.accounts import DEFAULT_REALM
from pidstack.domain.accounts import Group as AccountGroup
from pidstack.services import keep


@click.group(cls=Group)
def group() -> None:
    """Groups of accounts, with an administrator in common."""


@group.command()
@click.argument("name")
@click.option("--title", default="", help="For people.")
@click.option("--url", default="", help="Its website.")
@click.option("--realm", default=DEFAULT_REALM, show_default=True, help="Groups of one realm can have an administrator in common.")
def create(name: str, title: str, url: str, realm: str) -> None:
    """Make a group. Safe to repeat."""
    wanted = AccountGroup(name, realm, title, created_s=where.now_s(), url=url)
    kept, is_new = keep.create_group(wanted, where.keeper())
    show(group_facts(kept), f"Group {kept.name} is made." if is_new else f"Group {kept.name} was there already.")


@group.command("list")
def list_() -> None:
    """List all groups."""
    show_all([group_facts(each) for each in where.keeper().groups()], ("name", "title", "realm", "disabled"))


@group.command("show")
@click.argument("name")
def show_(name: str) -> None:
    """Show a group and its accounts."""
    keeper = where.keeper()
    found = keep.the_group(name, keeper)
    show(group_facts(found) | {"accounts": [each.name for each in keeper.accounts() if each.group == found.name]})


@group.command()
@click.argument("name")
@click.option("--title", help="For people.")
@click.option("--url", help="Its website.")
@click.option("--realm", help="Move it to this realm.")
def change(name: str, title: str | None, url: str | None, realm: str | None) -> None:
    """Change a group's title, website or realm."""
    changes = keep.GroupChanges()
    if title is not None:
        changes["title"] = title
    if url is not None:
        changes["url"] = url
    if realm is not None:
        changes["realm"] = realm
    if not changes:
        raise click.UsageError("Nothing to change: give --title, --url or --realm.")
    changed = keep.change_group(name, where.keeper(), **changes)
    show(group_facts(changed), f"Group {changed.name} is changed.")


@group.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let a group take no new accounts. The accounts in it go on: disable each to stop it."""
    changed = keep.change_group(name, where.keeper(), disabled=True)
    show(group_facts(changed), f"Group {changed.name} is disabled.")


@group.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled group take accounts again."""
    changed = keep.change_group(name, where.keeper(), disabled=False)
    show(group_facts(changed), f"Group {changed.name} is enabled.")
