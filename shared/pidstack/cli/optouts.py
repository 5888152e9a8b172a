"""`pidstack optout`: what depositors, or the operator, decide about recipients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.recipient import Choice, OptOut
from pidstack.services import subscribe

_OF_WHAT = (
    click.option("--account", default="", metavar="NAME", help="Only the records of this depositor."),
    click.option("--prefix", default="", metavar="PREFIX", help="Only what lies under it: 10.5072 or ark:/99999."),
    click.option("--title", default="", metavar="SET", help="Only one title, or one series of books, by its set: J:10.5072:4."),
)


def _of_what(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OF_WHAT):
        command = option(command)
    return command


@click.group(cls=Group)
def optout() -> None:
    """Decisions about which recipients get which records."""


@optout.command("set")
@click.argument("recipient")
@click.argument("choice", type=click.Choice([each.value for each in Choice]))
@_of_what
def set_(recipient: str, choice: str, account: str, prefix: str, title: str) -> None:
    """Keep records from a recipient (out), or give them to it (in). The narrower decision counts."""
    wanted = OptOut(recipient, account, subscribe.scope_of(prefix, title), Choice(choice), where.now_s())
    kept = subscribe.decide(wanted, where.subscriptions(), where.keeper(), where.publications())
    show(optout_facts(kept), f"The decision about {kept.recipient} is kept.")


@optout.command("list")
@click.option("--recipient", default="", metavar="ID", help="Only about this recipient.")
@click.option("--account", default="", metavar="NAME", help="Only of this depositor.")
def list_(recipient: str, account: str) -> None:
    """List what was decided."""
    keeper = where.subscriptions()
    about = [subscribe.the_recipient(recipient, keeper)] if recipient else keeper.recipients()
    found = [optout_facts(each) for each in subscribe.choices_of(account, keeper, about)]
    show_all(found, ("recipient", "account", "scope", "choice", "decided_s"))


@optout.command()
@click.argument("recipient")
@_of_what
def remove(recipient: str, account: str, prefix: str, title: str) -> None:
    """Take a decision back, so that the next wider one counts, or the recipient's default."""
    gone = subscribe.take_back(recipient, account, subscribe.scope_of(prefix, title), where.subscriptions())
    show(optout_facts(gone), f"The decision about {gone.recipient} is taken back.")


def optout_facts(decided: OptOut) -> Facts:
    """Give what was decided."""
    return {
        "recipient": decided.recipient,
        "account": decided.account,
        "scope": str(decided.scope),
        "choice": decided.choice.value,
        "decided_s": decided.decided_s,
    }
