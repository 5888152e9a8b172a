"""Who may have whole records? Whoever asks is nobody in particular, a recipient, or an account that asks for its own records.

A recipient is known by its token, or by the address that it asks from; an account by its password. As everywhere, what was just
allowed works at once, since a refusal is decided on fresh answers, and what was just taken away ends within seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address, IPv6Network

from pidstack.domain.accounts import Account
from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.domain.instant import instant
from pidstack.domain.recipient import (
    EVERYTHING,
    Choice,
    OptOut,
    Recipient,
    Token,
    address_of,
    bearer_of,
    recipient_at,
    token_digest,
)
from pidstack.ports.clock import Clock
from pidstack.ports.harvest import Header
from pidstack.ports.subscriptions import Subscriptions
from pidstack.services.authenticate import Authenticator
from pidstack.services.harvest import everybody_may_see

MaySee = Callable[[Header], bool]

_MOST_COMPILED = 100
_ONE_HOUSEHOLD = 64  # bits of an IPv6 address that tell one network's hosts from another's


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Nobody in particular, at an address."""

    address: str = ""

    @property
    def user(self) -> str:
        """Whose concurrent requests count together."""
        found = address_of(self.address)
        if isinstance(found, IPv6Address):
            return f"address:{IPv6Network((found, _ONE_HOUSEHOLD), strict=False)}"
        return f"address:{found or self.address}"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A recipient whose time has come.

    Attributes:
        token: by which it is known; None if by its address.
    """

    recipient: Recipient
    token: Token | None = None

    @property
    def user(self) -> str:
        """Whose concurrent requests count together: the token's, or the recipient's."""
        return f"token:{self.token.digest}" if self.token else f"recipient:{self.recipient.id}"


@dataclass(frozen=True, slots=True)
class Member:
    """An account that asks for what it keeps itself, or as a group's administrator for what its group keeps."""

    account: Account

    @property
    def user(self) -> str:
        """Whose concurrent requests count together."""
        return f"account:{self.account.name}"


Reader = Anonymous | Subscriber | Member


@dataclass(slots=True)
class Entitlement:
    """Tells readers, and what each may see."""

    subscriptions: Subscriptions
    authenticator: Authenticator
    clock: Clock
    _compiled: dict[tuple[str, str], MaySee] = field(default_factory=dict, repr=False)

    def reader_of(self, token: str | None, address: str, credentials: tuple[str, str] | None) -> Reader:
        """Tell who asks for whole records; `Anonymous` may not have any.

        Args:
            token: text of the token that was sent; None if none was. It counts before the address.
            address: that the request comes from, IPv4 or IPv6.
            credentials: name and password of an account, which count before all else; None if none were sent.
        Raises:
            Unauthenticated: the token is not known, or the account, or not by this password.
            Forbidden: the recipient is known, and its time has not come.
        """
        if credentials is not None:
            return Member(self.authenticator.account(*credentials))
        try:
            reader = self._subscriber(token, address)
        except (Unauthenticated, Forbidden):
            if not self.subscriptions.refresh():
                raise
            reader = self._subscriber(token, address)
        else:
            if reader is None and self.subscriptions.refresh():
                reader = self._subscriber(token, address)
        return self._seen(reader) if reader else Anonymous(address)

    def lister_of(self, token: str | None, address: str, credentials: tuple[str, str] | None) -> Reader:
        """Tell who asks for what is public: as `reader_of`, but a token or address that opens nothing is nobody's.

        Raises:
            Unauthenticated: the account is not known, or not by this password.
        """
        if credentials is None and token is None:
            return Anonymous(address)
        try:
            return self.reader_of(token, address, credentials)
        except (Unauthenticated, Forbidden):
            if credentials is not None:
                raise
            return Anonymous(address)

    def may_see(self, reader: Reader) -> MaySee:
        """Give a fast predicate that tells which records a reader may have, and whose deletions it is told of.

        It is right for as long as a request takes. No request to the store where it was made before for the same reader.
        """
        match reader:
            case Member(account):
                return _own(account)
            case Subscriber(recipient):
                return self._given_to(recipient)
            case Anonymous():
                return _nothing

    def _subscriber(self, token: str | None, address: str) -> Subscriber | None:
        recipients = self.subscriptions.recipients()
        if token is None:
            found, recipient = None, recipient_at(address, recipients)
        else:
            bearer = bearer_of(token)
            recipient = next((each for each in recipients if each.id == bearer), None)
            found = self.subscriptions.token(bearer, token_digest(token)) if recipient else None
            if found is None:
                raise Unauthenticated("unknown token")
        if recipient is None:
            return None
        if recipient.since_s > self.clock():
            raise Forbidden(f"records are open to {recipient.name} from {instant(recipient.since_s)}")
        return Subscriber(recipient, found)

    def _seen(self, subscriber: Subscriber) -> Subscriber:
        token, today = subscriber.token, instant(self.clock())[:10]
        if token is not None and token.used_day < today:
            self.subscriptions.note_use(token, today)
            return replace(subscriber, token=replace(token, used_day=today))
        return subscriber

    def _given_to(self, recipient: Recipient) -> MaySee:
        key = (recipient.id, recipient.edition)
        if key not in self._compiled:
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled.clear()
            self._compiled[key] = compiled(recipient, self.subscriptions.opt_outs(recipient.id))
        return self._compiled[key]


def compiled(recipient: Recipient, opt_outs: Iterable[OptOut]) -> MaySee:
    """Make of decisions a predicate that looks up no more than it must; it tells what a recipient gets once its time has come.

    The narrower decision counts: about the title, about the series that a book is in, about the prefix, about everything of the
    depositor's; then the recipient's default. Of two that are equally narrow the depositor's own counts.

    Args:
        opt_outs: all that was decided about this recipient.
    """
    said: dict[tuple[str, int], dict[str, bool]] = {}
    for each in opt_outs:
        said.setdefault((each.scope.prefix, each.scope.number), {})[each.account] = each.choice is Choice.IN
    whole = said.pop((EVERYTHING.prefix, EVERYTHING.number), {})
    default = whole.get("", recipient.opt_in)
    if not said and not whole:
        return everybody_may_see if default else _nothing
    prefixes = {prefix for prefix, _ in said}

    def may_see(header: Header) -> bool:
        owner, placement = header.owner, header.placement
        prefix = placement.prefix
        if prefix in prefixes:
            for number in (placement.publication or placement.series, placement.series, 0):
                by_account = said.get((prefix, number))
                decided = by_account.get(owner, by_account.get("")) if by_account else None
                if decided is not None:
                    return decided
        return whole.get(owner, default)

    return may_see


def _own(account: Account) -> MaySee:
    name, group = account.name, account.group
    if account.group_admin:
        return lambda header: header.owner == name or header.group == group
    return lambda header: header.owner == name


def _nothing(_: Header) -> bool:
    return False
