"""`pidstack shoulder`."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import account_facts, shoulder_facts, show, show_all
from pidstack.domain.errors import AlreadyExists
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.services import hand_out


@click.group(cls=Group)
def shoulder() -> None:
    """Shoulders: the beginnings of names that are handed out, such as ark:/99999/fk4 or doi:10.5072/FK2."""


@shoulder.command()
@click.argument("shoulder")
@click.option("--name", required=True, help="For people.")
@click.option("--datacenter", default="", metavar="SYMBOL", help="DOIs: they are DataCite's, of this data center.")
@click.option("--crossref", is_flag=True, help="DOIs: they are Crossref's.")
@click.option("--no-minter", is_flag=True, help="Depositors choose all names under it.")
@click.option("--test", is_flag=True, help="Open to every account; what is made under it goes after 14 days.")
def create(shoulder: str, name: str, datacenter: str, crossref: bool, no_minter: bool, test: bool) -> None:
    """Make a shoulder, and its prefix if need be. Safe to repeat.

    For DOIs say --datacenter or --crossref; one for tests needs neither, and is then DataCite's.
    """
    wanted = Shoulder(
        hand_out.shoulder_name(shoulder),
        name,
        agency=_agency(datacenter, crossref) or Agency.NONE,
        datacenter=datacenter,
        mints=not no_minter,
        test=test,
        created_s=where.now_s(),
    )
    try:
        kept, is_new = hand_out.create_shoulder(wanted, where.keeper())
    except AlreadyExists as refusal:
        raise AlreadyExists(f"{refusal} To change it: pidstack shoulder change (or enable).") from refusal
    show(shoulder_facts(kept), f"Shoulder {kept.name} is made." if is_new else f"Shoulder {kept.name} was there already.")


@shoulder.command("list")
@click.option("--prefix", default="", help="Only those under this prefix.")
def list_(prefix: str) -> None:
    """List shoulders."""
    found = [shoulder_facts(each) for each in hand_out.shoulders(where.keeper(), prefix)]
    show_all(found, ("shoulder", "name", "agency", "datacenter", "minter", "test", "disabled"))


@shoulder.command("show")
@click.argument("shoulder")
def show_(shoulder: str) -> None:
    """Show a shoulder and the accounts that it was granted to."""
    keeper = where.keeper()
    found = hand_out.the_shoulder(shoulder, keeper)
    show(shoulder_facts(found) | {"accounts": hand_out.holders(found, keeper.accounts())})


@shoulder.command()
@click.argument("shoulder")
@click.option("--name", help="For people.")
@click.option("--datacenter", default="", metavar="SYMBOL", help="DOIs: new ones are DataCite's, of this data center.")
@click.option("--crossref", is_flag=True, help="DOIs: new ones are Crossref's.")
@click.option("--minter/--no-minter", default=None, help="Whether the registry makes up names under it.")
@click.option("--test/--no-test", default=None, help="Open to every account; what is made under it goes after 14 days.")
def change(shoulder: str, name: str | None, datacenter: str, crossref: bool, minter: bool | None, test: bool | None) -> None:
    """Change a shoulder. Identifiers that exist keep the agency and the lifetime they were made with."""
    changes = hand_out.ShoulderChanges()
    if name is not None:
        changes["title"] = name
    if agency := _agency(datacenter, crossref):
        changes["agency"], changes["datacenter"] = agency, datacenter
    if minter is not None:
        changes["mints"] = minter
    if test is not None:
        changes["test"] = test
    if not changes:
        raise click.UsageError("Nothing to change: see pidstack shoulder change --help.")
    changed = hand_out.change_shoulder(shoulder, where.keeper(), **changes)
    show(shoulder_facts(changed), f"Shoulder {changed.name} is changed.")


@shoulder.command()
@click.argument("shoulder")
def disable(shoulder: str) -> None:
    """Let nobody mint under a shoulder, nor make names under it by its grant. What exists stays and can be changed."""
    changed = hand_out.change_shoulder(shoulder, where.keeper(), disabled=True)
    show(shoulder_facts(changed), f"Shoulder {changed.name} is disabled.")


@shoulder.command()
@click.argument("shoulder")
def enable(shoulder: str) -> None:
    """Open a disabled shoulder again."""
    changed = hand_out.change_shoulder(shoulder, where.keeper(), disabled=False)
    show(shoulder_facts(changed), f"Shoulder {changed.name} is enabled.")


@shoulder.command()
@click.argument("shoulder")
@click.argument("account")
def grant(shoulder: str, account: str) -> None:
    """Let an account make names under a shoulder. Safe to repeat."""
    changed = hand_out.grant(shoulder, account, where.keeper())
    show(account_facts(changed), f"Account {changed.name} may use {shoulder}.")


@shoulder.command()
@click.argument("shoulder")
@click.argument("account")
def revoke(shoulder: str, account: str) -> None:
    """Take a shoulder back from an account, which keeps what it made under it. Safe to repeat."""
    changed = hand_out.revoke(shoulder, account, where.keeper())
    show(account_facts(changed), f"Shoulder {shoulder} is not granted to {changed.name}.")


def _agency(datacenter: str, crossref: bool) -> Agency | None:
    if datacenter and crossref:
        raise click.UsageError("--datacenter and --crossref exclude each other.")
    return Agency.CROSSREF if crossref else Agency.DATACITE if datacenter else None
