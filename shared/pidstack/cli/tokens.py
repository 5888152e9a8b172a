"""`pidstack token`. A token's text is printed once, when it is made."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import Facts, show, show_all
from pidstack.domain.recipient import Token
from pidstack.services import subscribe


@click.group(cls=Group)
def token() -> None:
    """Tokens: what recipients of whole records show to be known by."""


@token.command()
@click.argument("recipient")
@click.option("--name", required=True, help="To tell it from the recipient's others, such as the machine that uses it.")
def create(recipient: str, name: str) -> None:
    """Make a token for a recipient and print it, once. It is sent as `Crossref-Plus-API-Token: Bearer TOKEN`."""
    made, text = subscribe.create_token(recipient, name, where.subscriptions(), where.now_s())
    show(token_facts(made) | {"token": text}, f"Token {made.name} of {made.recipient} is made. It is not shown again.")


@token.command("list")
@click.argument("recipient", required=False)
def list_(recipient: str | None) -> None:
    """List the tokens of one recipient or of all."""
    keeper = where.subscriptions()
    owners = [subscribe.the_recipient(recipient, keeper)] if recipient else keeper.recipients()
    found = [token_facts(each) for owner in owners for each in keeper.tokens(owner.id)]
    show_all(found, ("recipient", "name", "created_s", "last_used"))


@token.command()
@click.argument("recipient")
@click.argument("name")
def revoke(recipient: str, name: str) -> None:
    """End a token. Running functions may go on taking it for up to 10 seconds."""
    gone = subscribe.revoke_token(recipient, name, where.subscriptions())
    show(token_facts(gone), f"Token {gone.name} of {gone.recipient} is revoked.")


def token_facts(token: Token) -> Facts:
    """Give what may be seen of a token."""
    return {"recipient": token.recipient, "name": token.name, "created_s": token.created_s, "last_used": token.used_day}
