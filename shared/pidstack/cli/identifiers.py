"""`pidstack show` and `pidstack mint`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.output import record_facts, show
from pidstack.domain import edits
from pidstack.domain.errors import Forbidden
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.formats.citation import DEFAULT_LOCALE, DEFAULT_STYLE, STYLES
from pidstack.services import hand_out, keep
from pidstack.services.authority import Authority
from pidstack.services.mint import mint
from pidstack.services.render import FORMS, render

_STYLE = click.Choice(sorted(STYLES), case_sensitive=False)
_STATES = {"reserved": State.DRAFT, "public": State.FINDABLE}


@click.command("show", cls=Command)
@click.argument("identifier")
@click.option("--format", "form", type=click.Choice(list(FORMS)), help="Write its description in this form instead.")
@click.option(
    "--style", type=click.Choice(sorted(STYLES), case_sensitive=False), help=f"Of a citation.  [default: {DEFAULT_STYLE}]"
)
@click.option("--locale", metavar="TAG", help=f"Language of a citation, such as de or pt-BR.  [default: {DEFAULT_LOCALE}]")
def show_(identifier: str, form: str | None, style: str | None, locale: str | None) -> None:
    """Show everything that is kept of an identifier, reserved ones included.

    It may be written as people write it: doi:10.5072/FK2X, 10.5072/fk2x, https://doi.org/10.5072/fk2x, ark:99999/fk4x.
    """
    if (style or locale) and form != "citation":
        raise click.UsageError("--style and --locale are for --format citation.")
    if form and where.is_given("json"):
        raise click.UsageError("--json and --format exclude each other.")
    record = hand_out.find_record(identifier, where.registry().identifiers)
    if form:
        _write(record, form, style or DEFAULT_STYLE, locale or DEFAULT_LOCALE)
    else:
        show(record_facts(record))


def _write(record: Record, form: str, style: str, locale: str) -> None:
    text = render(record, form, url=record.target, style=style, locale=locale)
    click.echo(text, nl=not text.endswith("\n"))


@click.command("mint", cls=Command)
@click.argument("shoulder")
@click.option("--owner", required=True, metavar="ACCOUNT", help="Who makes and owns it, and must be allowed to.")
@click.option("--target", default="", metavar="URL", help="Where it leads.")
@click.option("--state", type=click.Choice(list(_STATES)), default="public", show_default=True, help="In EZID's words.")
@click.option("-e", "--element", "elements", multiple=True, metavar="NAME=VALUE", help="Describe it; repeatable.")
def mint_(shoulder: str, owner: str, target: str, state: str, elements: tuple[str, ...]) -> None:
    """Make an identifier of a name that the registry draws, in the name of an account."""
    wanted = list(_edits(target, state, elements))
    registry, keeper = where.registry(), where.keeper()
    name = str(hand_out.the_shoulder(shoulder, keeper).name)
    account = keep.the_account(owner, keeper)
    if account.disabled:
        raise click.ClickException(f"Account {account.name} is disabled.")
    try:
        record = mint(name, wanted, Authority(account.name, keeper, "cli"), registry)
    except Forbidden as refusal:
        remedy = "grant it the shoulder, and see that the prefix is enabled"
        raise click.ClickException(f"Account {account.name} may not make identifiers under {name}: {remedy}.") from refusal
    show(record_facts(record), f"{record.identifier} is made.")


def _edits(target: str, state: str, elements: Sequence[str]) -> Iterator[edits.Edit]:
    for element in elements:
        name, equals, value = (part.strip() for part in element.partition("="))
        if not equals or not name or not value:
            raise click.UsageError(f"{element!r} is not NAME=VALUE.")
        if name.startswith("_"):
            raise click.UsageError(f"{name} is not a description: use --target, --state and --owner.")
        yield edits.SetElement(name, value)
    if target:
        yield edits.SetTarget(target)
    yield edits.SetState(_STATES[state])
