"""Answers: tables for people, JSON for programs. Both show the same facts; a password hash is none of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from pidstack.cli import where
from pidstack.domain.accounts import Account, Group
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Prefix, Shoulder
from pidstack.domain.state import State
from pidstack.domain.webhook import Attempt, Webhook

Facts = dict[str, Any]
_EZID_STATES = {State.DRAFT: "reserved", State.FINDABLE: "public", State.REGISTERED: "unavailable"}
_ROLES = ("group_admin", "realm_admin", "superuser")
_PIPED_WIDTH = 160  # what is read through a pipe is not cut to a terminal's usual 80 columns


def account_facts(account: Account) -> Facts:
    """Give what may be seen of an account."""
    return {
        "name": account.name,
        "title": account.title,
        "group": account.group,
        "email": account.email,
        "url": account.url,
        "domains": list(account.domains),
        "shoulders": sorted(account.shoulders),
        "proxy_of": sorted(account.proxy_of),
        "group_admin": account.group_admin,
        "realm_admin": account.realm_admin,
        "superuser": account.superuser,
        "disabled": account.disabled,
        "created_s": account.created_s,
    }


def group_facts(group: Group) -> Facts:
    """Give what is known of a group."""
    return {
        "name": group.name,
        "title": group.title,
        "url": group.url,
        "realm": group.realm,
        "disabled": group.disabled,
        "created_s": group.created_s,
    }


def prefix_facts(prefix: Prefix) -> Facts:
    """Give what is known of a prefix."""
    return {"prefix": prefix.name, "title": prefix.title, "disabled": prefix.disabled, "created_s": prefix.created_s}


def shoulder_facts(shoulder: Shoulder) -> Facts:
    """Give what is known of a shoulder."""
    return {
        "shoulder": str(shoulder.name),
        "name": shoulder.title,
        "agency": shoulder.agency.value,
        "datacenter": shoulder.datacenter,
        "minter": shoulder.mints,
        "test": shoulder.test,
        "disabled": shoulder.disabled,
        "created_s": shoulder.created_s,
    }


def webhook_facts(webhook: Webhook) -> Facts:
    """Give what may be seen of a webhook; its secret is shown only when it is made."""
    return {
        "webhook": webhook.id,
        "account": webhook.account,
        "url": webhook.url,
        "events": sorted(webhook.events),
        "prefixes": sorted(webhook.prefixes),
        "disabled": webhook.disabled,
        "created_s": webhook.created_s,
    }


def attempt_facts(attempt: Attempt) -> Facts:
    """Give how an attempt at a delivery went."""
    result = "delivered" if not attempt.problem else attempt.problem
    return {"at_s": attempt.at_s, "event": attempt.delivery, "status": attempt.status, "result": result}


def record_facts(record: Record) -> Facts:
    """Give the whole record, and what follows from it."""
    return {
        "identifier": str(record.identifier),
        "state": record.state.value,
        "ezid_status": _EZID_STATES[record.state],
        "reason": record.reason,
        "owner": record.owner,
        "group": record.group,
        "target": record.target,
        "profile": record.preferred_profile,
        "exported": record.exported,
        "agency": record.agency.value,
        "datacenter": record.datacenter,
        "shadow": record.identifier.shadow or "",
        "test": record.is_test,
        "agent_role": record.agent_role,
        "set_spec": str(record.placement or ""),
        "created_s": record.created_s,
        "updated_s": record.updated_s,
        "registered_s": record.registered_s,
        "expires_s": record.expires_s,
        "version": record.version,
        "elements": dict(record.elements),
    }


def show(facts: Facts, remark: str = "") -> None:
    """Write one thing: what was done to it, for people, and then its facts."""
    if where.is_given("json"):
        click.echo(json.dumps(facts, indent=2))
        return
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        if isinstance(value, Mapping):
            for label, text in value.items():
                grid.add_row(_text(label), _text(text))
        elif value not in ("", []) and (value or not name.endswith("_s")):
            grid.add_row(_text(_label(name)), _text(_written(name, value)))
    if remark:
        click.echo(remark)
    _print(grid)


def show_all(facts: Sequence[Facts], columns: Sequence[str]) -> None:
    """Write many things of one kind: for people the named columns, for programs everything.

    Args:
        columns: names of facts; `roles` gathers those of an account that hold.
    """
    if where.is_given("json"):
        click.echo(json.dumps(facts, indent=2))
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(_label(column), overflow="fold")
    for each in facts:
        table.add_row(*(_text(_written(column, _cell(each, column))) for column in columns))
    _print(table)


@contextmanager
def progress_bar(title: str, unit: str, total: int = 0) -> Iterator[Callable[[int, int], None]]:
    """Show, to people at a terminal, how far something is.

    Yields:
        what is told how much of it is done, and how much there is; 0 as long as nobody knows.
    """
    if where.is_given("json"):
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    amount = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    words = () if unit == "bytes" else (TextColumn(unit),)
    columns = (TextColumn("{task.description}"), BarColumn(), amount, *words, TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total or None)
        yield lambda done, everything: bar.update(task, completed=done, total=everything or None)


def _cell(facts: Facts, column: str) -> Any:
    return [_label(role) for role in _ROLES if facts[role]] if column == "roles" else facts[column]


def _label(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ").replace("ezid", "EZID")


def _written(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(value)
    if name.endswith("_s"):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return str(value)


def _text(words: str) -> Any:
    """Show words as they are: no markup of rich's, and nothing that would command the terminal."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in words))


def _print(renderable: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    console.print(renderable)
