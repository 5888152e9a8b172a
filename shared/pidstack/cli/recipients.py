"""`pidstack recipient`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import Facts, show, show_all
from pidstack.cli.tokens import token_facts
from pidstack.domain.recipient import Recipient, parse_network
from pidstack.services import subscribe

_SINCE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.group(cls=Group)
def recipient() -> None:
    """Recipients: who is handed whole records, by a token or by address."""


@recipient.command()
@click.argument("recipient_id", metavar="ID")
@click.option("--name", required=True, help="For people.")
@click.option("--address", multiple=True, metavar="CIDR", help="192.0.2.0/24, 2001:db8::/32 or a single one; repeatable.")
@click.option("--opt-in/--opt-out", default=True, help="Whether it gets what nobody has decided about.  [default: opt-in]")
@click.option(
    "--window-days",
    type=click.IntRange(min=0, max=3650),
    metavar="DAYS",
    help="How long depositors may decide before it sees anything.  [default: the stack's OaiRecipientWindowDays]",
)
def create(recipient_id: str, name: str, address: tuple[str, ...], opt_in: bool, window_days: int | None) -> None:
    """Make a recipient. It sees nothing until its window is over."""
    wanted = Recipient(recipient_id, name, tuple(map(parse_network, address)), opt_in, created_s=where.now_s())
    days = where.window_days() if window_days is None else window_days
    made = subscribe.create_recipient(wanted, where.subscriptions(), window_days=days)
    show(recipient_facts(made), f"Recipient {made.id} is made.")


@recipient.command("list")
def list_() -> None:
    """List all recipients."""
    found = [recipient_facts(each) for each in where.subscriptions().recipients()]
    show_all(found, ("recipient", "name", "addresses", "opt_in", "since_s"))


@recipient.command("show")
@click.argument("recipient_id", metavar="ID")
def show_(recipient_id: str) -> None:
    """Show a recipient and its tokens, and how many decisions there are about it."""
    keeper = where.subscriptions()
    found = subscribe.the_recipient(recipient_id, keeper)
    tokens = [token_facts(each) for each in keeper.tokens(found.id)]
    facts = recipient_facts(found) | {"decisions": len(keeper.opt_outs(found.id))}
    if where.is_given("json"):
        return show(facts | {"tokens": tokens})
    show(facts)
    return show_all(tokens, ("name", "created_s", "last_used"))


@recipient.command()
@click.argument("recipient_id", metavar="ID")
@click.option("--name", help="For people.")
@click.option("--address", multiple=True, metavar="CIDR", help="It asks from here and nowhere else; repeatable for several.")
@click.option("--no-addresses", is_flag=True, help="It is known by its tokens only.")
@click.option("--opt-in/--opt-out", default=None, help="Whether it gets what nobody has decided about.")
@click.option("--since", type=_SINCE, metavar="DATE", help="It sees nothing before this day or instant, UTC: 2026-12-24.")
def change(
    recipient_id: str,
    name: str | None,
    address: tuple[str, ...],
    no_addresses: bool,
    opt_in: bool | None,
    since: datetime | None,
) -> None:
    """Change a recipient. Its id stays."""
    if address and no_addresses:
        raise click.UsageError("--address and --no-addresses exclude each other.")
    changes = subscribe.RecipientChanges()
    if name is not None:
        changes["name"] = name
    if address or no_addresses:
        changes["networks"] = tuple(map(parse_network, address))
    if opt_in is not None:
        changes["opt_in"] = opt_in
    if since is not None:
        changes["since_s"] = int(since.replace(tzinfo=UTC).timestamp())
    if not changes:
        raise click.UsageError("Nothing to change: see pidstack recipient change --help.")
    changed = subscribe.change_recipient(recipient_id, where.subscriptions(), **changes)
    show(recipient_facts(changed), f"Recipient {changed.id} is changed.")


@recipient.command()
@click.argument("recipient_id", metavar="ID")
def remove(recipient_id: str) -> None:
    """Forget a recipient, its tokens, and what depositors have decided about it."""
    gone = subscribe.remove_recipient(recipient_id, where.subscriptions())
    show(recipient_facts(gone), f"Recipient {gone.id} is removed.")


def recipient_facts(recipient: Recipient) -> Facts:
    """Give what is known of a recipient."""
    return {
        "recipient": recipient.id,
        "name": recipient.name,
        "addresses": [str(network) for network in recipient.networks],
        "opt_in": recipient.opt_in,
        "since_s": recipient.since_s,
        "created_s": recipient.created_s,
    }
