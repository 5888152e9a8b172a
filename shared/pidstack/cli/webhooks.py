"""`pidstack webhook`. A webhook's secret is printed once, when it is made."""

from __future__ import annotations

import click

from pidstack.cli import where
from pidstack.cli.commands import Group
from pidstack.cli.output import attempt_facts, show, show_all, webhook_facts
from pidstack.services import keep
from pidstack.services import webhooks as service

_ATTEMPTS = 20


@click.group(cls=Group)
def webhook() -> None:
    """Webhooks: receivers that are told of the changes to an account's identifiers."""


@webhook.command()
@click.argument("url")
@click.option("--account", required=True, help="Whose identifiers.")
@click.option("--events", multiple=True, metavar="KIND,...", help="created, changed, state-changed, deleted; all by default.")
@click.option("--prefix", multiple=True, metavar="PREFIX", help="Only identifiers under this prefix or shoulder; repeatable.")
def add(url: str, account: str, events: tuple[str, ...], prefix: tuple[str, ...]) -> None:
    """Make a webhook, and print the secret by which its receiver checks signatures."""
    from pidstack.store.receivers import resolve

    kinds = tuple(kind for some in events for kind in some.split(",") if kind.strip())
    wanted = service.Wanted(account, url, kinds, prefix)
    made = service.add_webhook(
        wanted,
        where.keeper(),
        where.webhooks(),
        resolve,
        allow_loopback=where.allows_loopback(),
        now_s=where.now_s(),
    )
    show(webhook_facts(made) | {"secret": made.secret}, f"Webhook {made.id} is made. Its secret is not shown again.")


@webhook.command("list")
@click.option("--account", help="Only those of this account.")
def list_(account: str | None) -> None:
    """List webhooks."""
    keeper, webhooks = where.keeper(), where.webhooks()
    names = [keep.the_account(account, keeper).name] if account else [each.name for each in keeper.accounts()]
    found = [webhook_facts(each) for name in names for each in webhooks.of(name)]
    show_all(found, ("webhook", "url", "events", "prefixes", "disabled"))


@webhook.command("show")
@click.argument("webhook_id", metavar="ID")
def show_(webhook_id: str) -> None:
    """Show a webhook and the last attempts at deliveries to it, newest first."""
    webhooks = where.webhooks()
    found = service.the_webhook(webhook_id, webhooks)
    attempts = [attempt_facts(each) for each in webhooks.attempts(found.id, _ATTEMPTS)]
    if where.is_given("json"):
        return show(webhook_facts(found) | {"attempts": attempts})
    show(webhook_facts(found))
    return show_all(attempts, ("at_s", "event", "status", "result"))


@webhook.command()
@click.argument("webhook_id", metavar="ID")
def remove(webhook_id: str) -> None:
    """Forget a webhook. What still waits for it is dropped."""
    gone = service.remove_webhook(webhook_id, where.webhooks())
    show(webhook_facts(gone), f"Webhook {gone.id} is removed.")


@webhook.command()
@click.argument("webhook_id", metavar="ID")
def disable(webhook_id: str) -> None:
    """Deliver nothing to a webhook. What still waits for it is given up; `redrive` sends it again."""
    changed = service.disable_webhook(webhook_id, where.webhooks())
    show(webhook_facts(changed), f"Webhook {changed.id} is disabled.")


@webhook.command()
@click.argument("webhook_id", metavar="ID")
def enable(webhook_id: str) -> None:
    """Deliver to a disabled webhook again. Changes of the meantime are not made up for, but for what `redrive` finds."""
    changed = service.enable_webhook(webhook_id, where.webhooks())
    show(webhook_facts(changed), f"Webhook {changed.id} is enabled.")


@webhook.command()
@click.argument("webhook_id", metavar="[ID]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only list what was given up, with its reason.")
def redrive(webhook_id: tuple[str, ...], dry_run: bool) -> None:
    """Send again what was given up, to these webhooks or to all."""
    given_up = where.given_up()
    if dry_run:
        found = service.list_given_up(given_up, webhook_id)
        facts = [{"webhook": delivery.webhook, "event": delivery.id, "reason": reason} for delivery, reason in found]
        return show_all(facts, ("webhook", "event", "reason"))
    sent = service.send_again(given_up, webhook_id)
    return show_all([{"webhook": name, "sent_again": number} for name, number in sorted(sent.items())], ("webhook", "sent_again"))
