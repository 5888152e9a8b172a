"""`pidstack account`. A password comes from standard input, a prompt or the generator, never from the command line."""

from __future__ import annotations

import sys
from typing import cast

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import account_facts, show, show_all
from pidstack.domain.accounts import Account, parse_domains
from pidstack.domain.passwords import generate_password
from pidstack.services import keep

_PASSWORD_HELP = "Make up a password and print it, once."  # noqa: S105 - help, not a password
_DOMAINS_HELP = "Hosts that its targets may have in DataCite's REST API: example.org,*.example.org"


@click.group(cls=Group)
def account() -> None:
    """Accounts: EZID's users and DataCite's clients."""


@account.command()
@click.argument("name")
@click.option("--group", required=True, help="The group it is in, for good.")
@click.option("--title", default="", help="Its name for people, such as the repository's.")
@click.option("--email", default="", help="Where to reach whoever uses it.")
@click.option("--url", default="", help="Its website.")
@click.option("--domains", default="", metavar="HOSTS", help=_DOMAINS_HELP)
@click.option("--group-admin", is_flag=True, help="May change what the accounts of its group own.")
@click.option("--realm-admin", is_flag=True, help="May change what the accounts of its realm own.")
@click.option("--superuser", is_flag=True, help="May do everything.")
@click.option("--proxy-of", multiple=True, metavar="NAME", help="May act for this account; repeatable.")
@click.option("--generate", is_flag=True, help=_PASSWORD_HELP)
def create(
    name: str,
    group: str,
    title: str,
    email: str,
    url: str,
    domains: str,
    group_admin: bool,
    realm_admin: bool,
    superuser: bool,
    proxy_of: tuple[str, ...],
    generate: bool,
) -> None:
    """Make an account. Its password is one line on standard input, prompted for on a terminal, or generated."""
    wanted = Account(
        name,
        group,
        email=email,
        title=title,
        url=url,
        domains=parse_domains(domains),
        proxy_of=frozenset(proxy_of),
        group_admin=group_admin,
        realm_admin=realm_admin,
        superuser=superuser,
        created_s=where.now_s(),
    )
    keeper = where.keeper()
    password = _password(generate=generate)
    kept = keep.create_account(wanted, password, keeper)
    show(account_facts(kept) | _told(password, generate), f"Account {kept.name} is made.")


@account.command("list")
@click.option("--group", help="Only the accounts of this group.")
def list_(group: str | None) -> None:
    """List accounts."""
    keeper = where.keeper()
    only = keep.the_group(group, keeper).name if group else None
    found = [account_facts(each) for each in keeper.accounts() if only in (None, each.group)]
    show_all(found, ("name", "title", "group", "email", "shoulders", "proxy_of", "roles", "disabled"))


@account.command("show")
@click.argument("name")
def show_(name: str) -> None:
    """Show an account."""
    show(account_facts(keep.the_account(name, where.keeper())))


@account.command()
@click.argument("name")
@click.option("--title", help="Its name for people.")
@click.option("--email", help="Where to reach whoever uses it.")
@click.option("--url", help="Its website.")
@click.option("--domains", metavar="HOSTS", help=f"{_DOMAINS_HELP} Empty for all.")
@click.option("--group-admin/--no-group-admin", default=None, help="May change what the accounts of its group own.")
@click.option("--realm-admin/--no-realm-admin", default=None, help="May change what the accounts of its realm own.")
@click.option("--superuser/--no-superuser", default=None, help="May do everything.")
@click.option("--proxy-of", multiple=True, metavar="NAME", help="May act for this account and no other; repeatable for several.")
@click.option("--no-proxies", is_flag=True, help="May act for no other account.")
def change(
    name: str,
    title: str | None,
    email: str | None,
    url: str | None,
    domains: str | None,
    group_admin: bool | None,
    realm_admin: bool | None,
    superuser: bool | None,
    proxy_of: tuple[str, ...],
    no_proxies: bool,
) -> None:
    """Change an account.

    Its name and its group stay: every identifier that it owns carries both.
    """
    if proxy_of and no_proxies:
        raise click.UsageError("--proxy-of and --no-proxies exclude each other.")
    given = {
        "title": title,
        "email": email,
        "url": url,
        "domains": None if domains is None else parse_domains(domains),
        "group_admin": group_admin,
        "realm_admin": realm_admin,
        "superuser": superuser,
        "proxy_of": frozenset(proxy_of) if proxy_of or no_proxies else None,
    }
    changes = cast(keep.AccountChanges, {name: value for name, value in given.items() if value is not None})
    if not changes:
        raise click.UsageError("Nothing to change: see pidstack account change --help.")
    changed = keep.change_account(name, where.keeper(), **changes)
    show(account_facts(changed), f"Account {changed.name} is changed.")


@account.command("password")
@click.argument("name")
@click.option("--generate", is_flag=True, help=_PASSWORD_HELP)
def password_(name: str, generate: bool) -> None:
    """Give an account a new password, which comes as for `account create`. The old one and its sessions end."""
    keeper = where.keeper()
    keep.the_account(name, keeper)
    new = _password(generate=generate)
    changed = keep.change_password(name, new, keeper)
    show(account_facts(changed) | _told(new, generate), f"Account {changed.name} has a new password.")


@account.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let nobody sign in as this account. Its identifiers stay."""
    changed = keep.change_account(name, where.keeper(), disabled=True)
    show(account_facts(changed), f"Account {changed.name} is disabled.")


@account.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled account sign in again."""
    changed = keep.change_account(name, where.keeper(), disabled=False)
    show(account_facts(changed), f"Account {changed.name} is enabled.")


def _password(*, generate: bool) -> str:
    if generate:
        return generate_password()
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.buffer.readline()
    if not line:
        raise click.ClickException("No password: give it as one line on standard input, or use --generate.")
    try:
        return line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise click.ClickException("The password on standard input is not UTF-8.") from error


def _told(password: str, generated: bool) -> dict[str, str]:
    return {"password": password} if generated else {}
