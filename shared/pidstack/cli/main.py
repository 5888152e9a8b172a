"""`pidstack`: the operator's commands."""

from __future__ import annotations

import importlib
import importlib.util

import click

import pidstack
from pidstack.cli.accounts import account
from pidstack.cli.archives import archive
from pidstack.cli.commands import Group
from pidstack.cli.exports import export_
from pidstack.cli.groups import group
from pidstack.cli.history import history_
from pidstack.cli.identifiers import mint_, show_
from pidstack.cli.optouts import optout
from pidstack.cli.prefixes import prefix
from pidstack.cli.recipients import recipient
from pidstack.cli.recount import recount_
from pidstack.cli.renew import renew_
from pidstack.cli.shoulders import shoulder
from pidstack.cli.snapshots import snapshot
from pidstack.cli.tokens import token
from pidstack.cli.webhooks import webhook

_LOCAL_STACK = "pidstack.local.command"
_local = click.Command("local", help="The stack on this machine: up, down, logs, reset.")


class _Root(Group):
    """Imports the local stack, which is heavy, only when it is called."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if command is _local:
            command = importlib.import_module(_LOCAL_STACK).local
        return name, command, rest


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pidstack.__version__, prog_name="pidstack")
def cli() -> None:
    """Operate a pidstack registry: groups, accounts, prefixes, shoulders and identifiers.

    Where to work and --json may stand before or after a command's name.
    """


for command in (
    group,
    account,
    prefix,
    shoulder,
    show_,
    mint_,
    history_,
    recount_,
    renew_,
    webhook,
    recipient,
    token,
    optout,
    export_,
    snapshot,
    archive,
):
    cli.add_command(command)
if importlib.util.find_spec(_LOCAL_STACK) is not None:
    cli.add_command(_local)
