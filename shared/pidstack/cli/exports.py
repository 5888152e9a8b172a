"""`pidstack export`: all identifiers of some accounts in one file on this machine."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from pidstack.cli import where
from pidstack.cli.commands import Command
from pidstack.cli.fetch import fetch
from pidstack.cli.output import Facts, progress_bar, show
from pidstack.domain.accounts import Account
from pidstack.domain.export import Compression, Export, Form, Order, Stage
from pidstack.ports.directory import DirectoryKeeper
from pidstack.protocols.export_event import address_of
from pidstack.protocols.ezid.download.request import read_order
from pidstack.protocols.ezid.words import BadRequest
from pidstack.services.exports.desk import Desk
from pidstack.services.exports.workshop import file_of

if TYPE_CHECKING:
    from pidstack.store.bulk_files import S3BulkFiles

_LOOK_AGAIN_S = 0.5
_YES_NO = click.Choice(["yes", "no"])
# Options that are not called as EZID's parameters are.
_PARAMETERS = {"group": "ownergroup", "metadata_profile": "profile"}
_A_PARAMETER = re.compile(r"parameter '(\w+)'")
_MOMENT = "SECONDS|TIME"


@click.command("export", cls=Command)
@click.option("--owner", multiple=True, metavar="ACCOUNT", help="Whose identifiers; repeatable.")
@click.option("--group", multiple=True, metavar="GROUP", help="Those of all its accounts; repeatable.")
@click.option("--format", type=click.Choice([each.value for each in Form]), help="How they are written.")
@click.option("--column", multiple=True, metavar="NAME", help="Of a csv file: an element, _id, _mappedTitle …; repeatable.")
@click.option(
    "--compression", type=click.Choice([each.value for each in Compression]), help="How the file is packed.  [default: gzip]"
)
@click.option("--type", multiple=True, type=click.Choice(["ark", "doi", "uuid"]), help="Only this kind; repeatable.")
@click.option("--permanence", type=click.Choice(["test", "real"]), help="Only tests, or none.")
@click.option("--status", multiple=True, type=click.Choice(["reserved", "public", "unavailable"]), help="Only these; repeatable.")
@click.option("--exported", type=_YES_NO, help="Whether harvesters may have them.")
@click.option("--crossref", type=_YES_NO, help="Whether they are Crossref's DOIs.")
@click.option("--datacite", type=_YES_NO, help="Whether they are any other DOIs.")
@click.option("--metadata-profile", multiple=True, metavar="NAME", help="Only of this profile; repeatable.")
@click.option("--created-after", metavar=_MOMENT, help="Made at that moment or later: 2026-11-22T00:15:00Z, or Unix seconds.")
@click.option("--created-before", metavar=_MOMENT, help="Made earlier.")
@click.option("--updated-after", metavar=_MOMENT, help="Changed last at that moment or later.")
@click.option("--updated-before", metavar=_MOMENT, help="Changed last earlier.")
@click.option("--convert-timestamps", is_flag=True, help="Write times as dates, not as seconds.")
@click.option("--csv-safe", is_flag=True, help="Put ' before what a spreadsheet would compute.")
@click.option("--notify", multiple=True, metavar="ADDRESS", help="Who gets a mail when it is there; repeatable.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to save it.  [default: its own name]")
@click.option("--detach", is_flag=True, help="Order it, and do not wait.")
@click.option("--name", help="Fetch the one of this name, ordered before; go on where its transfer stopped.")
def export_(output: Path | None, detach: bool, name: str | None, **given: Any) -> None:
    """Save all identifiers of some accounts in one file, as EZID's batch download does.

    It is made in the name of the first account. Waits until it is there, and checks what arrived. Exits with 1 if it fails.
    """
    if output and output.exists():
        raise click.UsageError(f"{output} exists.")
    asked = _asked(given)
    if name and asked:
        raise click.UsageError("--name is for what was ordered before: it takes no other choice.")
    counter = _counter()
    export = _found(counter, name) if name else counter.desk.take(_order(asked))
    if detach:
        show(
            {"name": export.name, "url": address_of(export)},
            f"It is being made; fetch it with: pidstack export --name {export.name}",
        )
        return
    try:
        made = _waited_for(counter.desk, export)
        target = output or Path(made.file_name)
        with progress_bar("Fetching", "bytes", made.size) as say:
            fetch(counter.files, file_of(made), made, target, say)
    except BaseException as error:
        if not isinstance(error, click.ClickException):
            click.echo(f"Go on with: pidstack export --name {export.name}", err=True)
        raise
    show(_facts(made, target), f"{target} is there.")


@dataclass(frozen=True, slots=True)
class _Counter:
    desk: Desk
    files: S3BulkFiles


def _counter() -> _Counter:
    """Give where the registry that the line names takes orders and keeps files."""
    from pidstack.store.bulk_files import S3BulkFiles, s3_client
    from pidstack.store.exports import DynamoExports
    from pidstack.store.runner import StepFunctionsRunner

    machine_arn = where.output("ExportMachineArn", "There is no state machine of exports")
    files = S3BulkFiles(
        s3_client(where.session(), **where.address()), where.output("ExportBucketName", "There is no bucket of exports")
    )
    where.connect()
    key = secrets.token_bytes(32)  # whoever orders may name the file, as long as nobody can guess it
    exports = DynamoExports(where.now_s, lambda: key)
    return _Counter(Desk(exports, StepFunctionsRunner(where.service("stepfunctions"), machine_arn), files, where.now_s), files)


def _asked(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Write options as the parameters of a download request."""
    asked = []
    for option, value in given.items():
        name = _PARAMETERS.get(option) or re.sub(r"_(.)", lambda match: match[1].upper(), option)
        values = value if isinstance(value, tuple) else (value,)
        asked += [(name, "yes" if each is True else str(each)) for each in values if each not in (None, False)]
    return asked


def _order(asked: Sequence[tuple[str, str]]) -> Order:
    keeper = where.keeper()
    owners = _Everybody(keeper)
    named = {name for name, _ in asked}
    if named.isdisjoint({"owner", "ownergroup"}):
        raise click.UsageError("Say whose identifiers: --owner ACCOUNT or --group GROUP.")
    if "format" not in named:
        raise click.UsageError("Say how they are written: --format anvl, csv or xml.")
    try:
        order = read_order(asked, "", owners, where.output("ApiUrl", "There is no public address").rstrip("/"))
    except BadRequest as refusal:
        raise click.UsageError(_in_options(str(refusal))) from refusal
    if not order.owners:
        raise click.ClickException("There is no account in that group.")
    return replace(order, requester=order.owners[0])


class _Everybody:
    """Who operates the registry may have everything."""

    def __init__(self, keeper: DirectoryKeeper) -> None:
        self._keeper = keeper
        self._accounts = cache(keeper.accounts)

    def account(self, name: str) -> bool:
        return self._keeper.account(name) is not None

    def members(self, group: str) -> list[str] | None:
        if self._keeper.group(group) is None:
            return None
        accounts: list[Account] = self._accounts()
        return sorted(account.name for account in accounts if account.group == group)

    def may_have_of(self, _account: str) -> bool:
        return True

    def may_have_of_group(self, _group: str) -> bool:
        return True


def _in_options(words: str) -> str:
    """Say a refusal with the names of options in place of those of parameters."""
    options = {parameter: option for option, parameter in _PARAMETERS.items()}

    def option(match: re.Match[str]) -> str:
        name = options.get(match[1]) or re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", match[1])
        return f"--{name.replace('_', '-')}"

    said = _A_PARAMETER.sub(option, words)
    return f"{said[:1].upper()}{said[1:]}."


def _found(counter: _Counter, name: str) -> Export:
    export = counter.desk.find(name)
    if export is None:
        raise click.ClickException(f"There is no export {name}, or its week is over.")
    return export


def _waited_for(desk: Desk, export: Export) -> Export:
    """Wait until it is ready, and show how far it is."""
    with progress_bar("Making", "identifiers") as say:
        while not export.is_over:
            say(desk.progress(export).seen, export.expected)
            sleep(_LOOK_AGAIN_S)
            found = desk.find(export.name)
            if found is None:
                raise click.ClickException(f"The export {export.name} is gone.")
            export = found
        say(export.expected, export.expected)
    if export.stage is Stage.FAILED:
        raise click.ClickException(f"It could not be made. {export.problem}")
    return export


def _facts(export: Export, target: Path) -> Facts:
    return {
        "file": str(target),
        "records": export.records,
        "size": export.size,
        "sha256": export.sha256,
        "name": export.name,
        "url": address_of(export),
        "expires_s": export.expires_s,
    }
