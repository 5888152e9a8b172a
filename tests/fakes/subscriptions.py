"""Recipients, their tokens, decisions about them, and leases, in dicts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from pidstack.domain.errors import AlreadyExists, Busy, NotFound
from pidstack.domain.recipient import OptOut, Recipient, Scope, Token
from pidstack.ports.clock import Clock
from pidstack.ports.leases import Lease


class MemorySubscriptions:
    """`pidstack.ports.subscriptions.SubscriptionKeeper` in memory; always current.

    Attributes:
        reads: how often it was asked for what requests ask for.
        writes: how many uses of tokens were noted.
    """

    def __init__(self) -> None:
        self._recipients: dict[str, Recipient] = {}
        self._tokens: dict[tuple[str, str], Token] = {}
        self._opt_outs: dict[tuple[str, str, Scope], OptOut] = {}
        self._editions = count(1)
        self.reads = 0
        self.writes = 0

    def recipients(self) -> tuple[Recipient, ...]:
        self.reads += 1
        return tuple(recipient for _, recipient in sorted(self._recipients.items()))

    def recipient(self, recipient_id: str) -> Recipient | None:
        return self._recipients.get(recipient_id)

    def token(self, recipient: str, digest: str) -> Token | None:
        self.reads += 1
        return self._tokens.get((recipient, digest))

    def tokens(self, recipient: str) -> list[Token]:
        found = [token for token in self._tokens.values() if token.recipient == recipient]
        return sorted(found, key=lambda token: (token.created_s, token.name))

    def opt_outs(self, recipient: str) -> list[OptOut]:
        self.reads += 1
        key = {each: (each.account, each.scope.prefix, each.scope.number) for each in self._opt_outs.values()}
        return sorted((each for each in key if each.recipient == recipient), key=key.__getitem__)

    def note_use(self, token: Token, day: str) -> None:
        self.writes += 1
        key = (token.recipient, token.digest)
        if key in self._tokens:
            self._tokens[key] = replace(self._tokens[key], used_day=day)

    def refresh(self) -> bool:
        return False

    def create(self, recipient: Recipient) -> None:
        if recipient.id in self._recipients:
            raise AlreadyExists(f"recipient {recipient.id} already exists")
        self._put(recipient)

    def change(self, old: Recipient, new: Recipient) -> None:
        self._require_edition(old)
        self._put(new)

    def remove(self, recipient: Recipient) -> None:
        self._tokens = {key: token for key, token in self._tokens.items() if key[0] != recipient.id}
        self._opt_outs = {key: each for key, each in self._opt_outs.items() if key[0] != recipient.id}
        self._require_edition(recipient)
        del self._recipients[recipient.id]

    def add_token(self, token: Token) -> None:
        self._touch(token.recipient)
        self._tokens[token.recipient, token.digest] = token

    def remove_token(self, token: Token) -> None:
        self._touch(token.recipient)
        self._tokens.pop((token.recipient, token.digest), None)

    def decide(self, opt_out: OptOut) -> None:
        self._touch(opt_out.recipient)
        self._opt_outs[opt_out.recipient, opt_out.account, opt_out.scope] = opt_out

    def take_back(self, opt_out: OptOut) -> None:
        self._touch(opt_out.recipient)
        self._opt_outs.pop((opt_out.recipient, opt_out.account, opt_out.scope), None)

    def _touch(self, recipient_id: str) -> None:
        if recipient_id not in self._recipients:
            raise NotFound(f"there is no recipient {recipient_id}")
        self._put(self._recipients[recipient_id])

    def _put(self, recipient: Recipient) -> None:
        self._recipients[recipient.id] = replace(recipient, edition=str(next(self._editions)))

    def _require_edition(self, recipient: Recipient) -> None:
        kept = self._recipients.get(recipient.id)
        if kept is None or kept.edition != recipient.edition:
            raise Busy(f"recipient {recipient.id} was changed meanwhile")


class MemoryLeases:
    """`pidstack.ports.leases.Leases` in memory."""

    def __init__(self, clock: Clock, *, places: int = 3, lasts_s: int = 30) -> None:
        self._clock = clock
        self._places = places
        self._lasts_s = lasts_s
        self._holders = count(1)
        self.taken: dict[tuple[str, int], tuple[str, int]] = {}

    def acquire(self, user: str) -> Lease | None:
        for slot in range(self._places):
            if self.taken.get((user, slot), ("", 0))[1] <= self._clock():
                lease = Lease(user, slot, str(next(self._holders)))
                self.taken[user, slot] = (lease.holder, self._clock() + self._lasts_s)
                return lease
        return None

    def release(self, lease: Lease) -> None:
        if self.taken.get((lease.user, lease.slot), ("", 0))[0] == lease.holder:
            del self.taken[lease.user, lease.slot]
