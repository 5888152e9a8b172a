"""The operator keeps recipients, gives them tokens, and writes down what depositors decide about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypedDict, TypeVar, Unpack

from pidstack.domain.accounts import account_name
from pidstack.domain.errors import AlreadyExists, Busy, Invalid, NotFound
from pidstack.domain.placement import Kind, Publication
from pidstack.domain.recipient import (
    EVERYTHING,
    Network,
    OptOut,
    Recipient,
    Scope,
    Token,
    new_token_text,
    token_digest,
)
from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.publications import Publications
from pidstack.ports.subscriptions import SubscriptionKeeper
from pidstack.services.hand_out import prefix_name
from pidstack.services.keep import the_account

MAX_NAME_LENGTH = 200
MAX_NETWORKS = 100
MAX_TOKENS = 20
_DAY_S = 24 * 3600
_TRIES = 5
_T = TypeVar("_T")


class RecipientChanges(TypedDict, total=False):
    """What may change in a recipient."""

    name: str
    networks: tuple[Network, ...]
    opt_in: bool
    since_s: int


def the_recipient(recipient_id: str, keeper: SubscriptionKeeper) -> Recipient:
    """Give a recipient.

    Raises:
        NotFound: there is none.
    """
    return _found(keeper.recipient(account_name(recipient_id)), f"There is no recipient {recipient_id}.")


def create_recipient(wanted: Recipient, keeper: SubscriptionKeeper, *, window_days: int) -> Recipient:
    """Keep a new recipient.

    Args:
        wanted: its `created_s` is now.
        window_days: how long depositors have for their decisions before it sees anything.
    Raises:
        Invalid: its id, its name or its addresses break a rule.
        AlreadyExists: one of this id exists.
    """
    since_s = wanted.created_s + window_days * _DAY_S
    recipient = _checked(replace(wanted, id=account_name(wanted.id), since_s=since_s), keeper)
    keeper.create(recipient)
    return recipient


def change_recipient(recipient_id: str, keeper: SubscriptionKeeper, **changes: Unpack[RecipientChanges]) -> Recipient:
    """Change a recipient; it is given as it is afterwards."""

    def change() -> Recipient:
        old = the_recipient(recipient_id, keeper)
        new = _checked(replace(old, **changes), keeper)
        if new != old:
            keeper.change(old, new)
        return new

    return _persistently(change)


def remove_recipient(recipient_id: str, keeper: SubscriptionKeeper) -> Recipient:
    """Forget a recipient, its tokens and what was decided about it."""

    def remove() -> Recipient:
        recipient = the_recipient(recipient_id, keeper)
        keeper.remove(recipient)
        return recipient

    return _persistently(remove)


def create_token(recipient_id: str, name: str, keeper: SubscriptionKeeper, now_s: int) -> tuple[Token, str]:
    """Make a token for a recipient.

    Returns:
        the token, and its text, which nobody can tell again.
    Raises:
        NotFound: there is no such recipient.
        AlreadyExists: it has a token of this name.
        Invalid: the name breaks a rule, or it has too many tokens.
    """
    recipient, name = the_recipient(recipient_id, keeper), account_name(name)
    others = keeper.tokens(recipient.id)
    if any(other.name == name for other in others):
        raise AlreadyExists(f"Recipient {recipient.id} has a token {name} already.")
    if len(others) >= MAX_TOKENS:
        raise Invalid(f"Recipient {recipient.id} has {MAX_TOKENS} tokens already.")
    text = new_token_text(recipient.id)
    token = Token(recipient.id, name, token_digest(text), now_s)
    _persistently(lambda: keeper.add_token(token))
    return token, text


def revoke_token(recipient_id: str, name: str, keeper: SubscriptionKeeper) -> Token:
    """Forget a token.

    Raises:
        NotFound: there is no such recipient, or no token of this name.
    """
    recipient = the_recipient(recipient_id, keeper)
    found = [token for token in keeper.tokens(recipient.id) if token.name == account_name(name)]
    for token in found:  # two operators at once can have made two of one name
        _revoke(token, keeper)
    return _found(found[0] if found else None, f"Recipient {recipient.id} has no token {name}.")


def decide(wanted: OptOut, keeper: SubscriptionKeeper, directory: DirectoryKeeper, publications: Publications) -> OptOut:
    """Write down what is decided about a recipient.

    Args:
        wanted: its account and its scope are looked up, so that a mistyped one does not stay without effect.
    Raises:
        NotFound: there is no such recipient, account, prefix or title.
        Invalid: it is about everything of everybody, which is for the recipient itself to say.
    """
    recipient = the_recipient(wanted.recipient, keeper)
    account = the_account(wanted.account, directory).name if wanted.account else ""
    if wanted.scope == EVERYTHING and not account:
        raise Invalid("Say whose records, or which; the default of a recipient is changed with the recipient.", "scope")
    opt_out = replace(wanted, recipient=recipient.id, account=account, scope=_existing(wanted.scope, directory, publications))
    _persistently(lambda: keeper.decide(opt_out))
    return opt_out


def take_back(recipient_id: str, account: str, scope: Scope, keeper: SubscriptionKeeper) -> OptOut:
    """Forget what was decided about a recipient by an account, or by nobody in particular, and for a scope.

    Raises:
        NotFound: there is no such recipient, or nothing was decided.
    """
    recipient = the_recipient(recipient_id, keeper)
    name = account_name(account) if account else ""
    made = [each for each in keeper.opt_outs(recipient.id) if (each.account, each.scope) == (name, scope)]
    by = f" by {name}" if name else ""
    found = _found(made[0] if made else None, f"Nothing was decided about {recipient.id} for {scope}{by}.")
    _persistently(lambda: keeper.take_back(found))
    return found


def scope_of(prefix: str, title: str) -> Scope:
    """Read what a decision is about, as people write it.

    Args:
        prefix: `10.5072`, `ark:/99999`; empty if it is not about one.
        title: the set of a title, `J:10.5072:4`; empty if it is not about one.
    Raises:
        Invalid: they are neither, or both are given.
    """
    if prefix and title:
        raise Invalid("a decision is about a prefix or a title, not both", "scope")
    if title:
        scope = Scope.parse(title.strip())
        if not scope.number:
            raise Invalid(f"{title!r} is not the set of a title, such as J:10.5072:4", "title")
        return scope
    return Scope(prefix_name(prefix).removeprefix("doi:")) if prefix else EVERYTHING


def choices_of(account: str, keeper: SubscriptionKeeper, recipients: Iterable[Recipient]) -> list[OptOut]:
    """List what was decided about recipients, by one account if it is named."""
    name = account_name(account) if account else ""
    return [each for recipient in recipients for each in keeper.opt_outs(recipient.id) if name in ("", each.account)]


def _checked(recipient: Recipient, keeper: SubscriptionKeeper) -> Recipient:
    name = " ".join(recipient.name.split())
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise Invalid(f"A recipient's name has 1 to {MAX_NAME_LENGTH} visible characters.", "name")
    networks = tuple(dict.fromkeys(recipient.networks))
    if len(networks) > MAX_NETWORKS:
        raise Invalid(f"A recipient has up to {MAX_NETWORKS} networks.", "networks")
    for other in keeper.recipients():
        shared = [network for network in networks if network in other.networks and other.id != recipient.id]
        if shared:
            raise Invalid(f"{shared[0]} is the network of recipient {other.id}.", "networks")
    return replace(recipient, name=name, networks=networks)


def _existing(scope: Scope, directory: DirectoryKeeper, publications: Publications) -> Scope:
    if scope.number:
        return replace(scope, kind=_publication(scope, publications).kind)
    if scope.prefix:
        root = scope.prefix if ":" in scope.prefix else f"doi:{scope.prefix}"
        _found(directory.prefix(root), f"There is no prefix {root}.")
    return scope


def _publication(scope: Scope, publications: Publications) -> Publication:
    """Find a title; the set of a series has two names, as books' and as series'."""
    found = publications.publication(scope.kind, scope.prefix, scope.number)
    if found is None and scope.kind is Kind.BOOK:
        found = publications.publication(Kind.SERIES, scope.prefix, scope.number)
    return _found(found, f"There is no title {scope}.")


def _found(thing: _T | None, otherwise: str) -> _T:
    if thing is None:
        raise NotFound(otherwise)
    return thing


def _revoke(token: Token, keeper: SubscriptionKeeper) -> None:
    _persistently(lambda: keeper.remove_token(token))


def _persistently(write: Callable[[], _T]) -> _T:
    """Do it again where another operator was faster, a few times."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except Busy:
            continue
    return write()
