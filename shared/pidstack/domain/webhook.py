"""Webhooks: who wants to be told of which changes, how a delivery went, and when it is tried again."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import ShoulderName

GONE = 410
_ID_BYTES = 6
_SPREAD = 0.2  # share by which waits differ, so that what failed together does not come back together


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver that is told of the changes to an account's identifiers.

    Attributes:
        id: the account's name, a dot and hexadecimal digits.
        account: owner of the identifiers.
        url: where deliveries go; as `pidstack.domain.address.ReceiverUrl` writes it.
        secret: signs deliveries; shown once, when it is made.
        events: kinds of change that it wants; all if empty.
        prefixes: what the identifiers that it is told of begin with, as `parse_prefix` writes it; all if empty.
        disabled: why it gets nothing; empty if it does.
    """

    id: str
    account: str
    url: str
    secret: str = field(repr=False)
    events: frozenset[ChangeKind] = frozenset()
    prefixes: frozenset[str] = frozenset()
    disabled: str = ""
    created_s: int = 0

    def wants(self, change: Change) -> bool:
        """Tell whether a delivery is to be made of this change."""
        if self.disabled or change.owner != self.account or (self.events and change.kind not in self.events):
            return False
        return not self.prefixes or any(map(str(change.identifier).startswith, self.prefixes))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change on its way to one webhook.

    Attributes:
        id: of the change; receivers know repeats by it.
        webhook: id of the webhook.
        order: stands for the identifier; what has it in common with the webhook is delivered in order.
        body: what is sent, the same at every attempt.
        queued_s: since when it waits, Unix seconds.
        first_tried_s: when it first came out of the queue.
        turn: what the queue calls it; another one when it is sent again.
    """

    id: str
    webhook: str
    order: str
    body: str
    queued_s: int = 0
    first_tried_s: int = 0
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt at a delivery went.

    Attributes:
        status: HTTP status of the answer; 0 if there was none.
        problem: what kept it from being delivered; empty if it was.
    """

    delivery: str
    at_s: int
    status: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a delivery is tried, all in seconds.

    Attributes:
        first_s: wait before the second attempt.
        longest_s: longest wait between two attempts.
        give_up_s: age at which it is given up.
    """

    first_s: int
    longest_s: int
    give_up_s: int

    def wait_s(self, delivery: Delivery, now_s: int) -> int | None:
        """Tell how long to wait after an attempt that failed now, or None to give up.

        A delivery waits about as long as it has been tried for, so that each wait is twice the last one; the last attempt is
        made when the time is up. What comes out of the queue too old, because another was tried before it, gets one attempt.
        """
        left_s = delivery.queued_s + self.give_up_s - now_s
        if left_s <= 0:
            return None
        wait_s = min(self.longest_s, max(self.first_s, now_s - delivery.first_tried_s))
        spread = zlib.crc32(f"{delivery.id}{delivery.webhook}".encode()) / 2**32 * _SPREAD
        return min(left_s, round(wait_s * (1 + spread)))


def new_id(account: str) -> str:
    """Make up the id of a webhook of `account`."""
    return f"{account}.{secrets.token_hex(_ID_BYTES)}"


def account_of(webhook_id: str) -> str:
    """Tell whose a webhook is by its id."""
    return webhook_id.rpartition(".")[0]


def parse_prefix(text: str) -> str:
    """Give the canonical form of a prefix (`doi:10.5072`), NAAN or shoulder that a webhook is limited to: what names begin with.

    Raises:
        Invalid: it is neither.
    """
    scheme, _, rest = text.strip().partition(":")
    name = f"{scheme.lower()}:{rest.upper() if scheme.lower() == 'doi' else rest}"
    whole = name if "/" in rest.removeprefix("/") or not rest else f"{name}/"
    try:
        return str(ShoulderName.parse(whole))
    except Invalid as error:
        raise Invalid(f"{text!r} is no prefix and no shoulder", "prefixes") from error
