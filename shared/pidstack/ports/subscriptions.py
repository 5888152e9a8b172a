"""The memory of recipients, their tokens, and what depositors have decided about them."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.recipient import OptOut, Recipient, Token


class Subscriptions(Protocol):
    """What request handling reads. Answers may be some seconds old until `refresh` is called."""

    def recipients(self) -> tuple[Recipient, ...]:
        """Give all recipients by id. One query."""

    def token(self, recipient: str, digest: str) -> Token | None:
        """Give the token of this digest, if it is this recipient's. One read."""

    def opt_outs(self, recipient: str) -> list[OptOut]:
        """List what was decided about a recipient; at least as new as the recipient's edition. One query."""

    def note_use(self, token: Token, day: str) -> None:
        """Remember that a token was seen on a UTC day; one that is gone stays gone. One write."""

    def refresh(self) -> bool:
        """Make the next answers current. False if none given so far could have been out of date."""


class SubscriptionKeeper(Subscriptions, Protocol):
    """What the operator does on top. Every write gives the recipient a new edition."""

    def recipient(self, recipient_id: str) -> Recipient | None:
        """Give a recipient. One read."""

    def create(self, recipient: Recipient) -> None:
        """Keep a new recipient.

        Raises:
            AlreadyExists: one of its id exists.
        """

    def change(self, old: Recipient, new: Recipient) -> None:
        """Replace `old` by `new`, which has its id.

        Raises:
            Busy: it, its tokens or the decisions about it were changed since `old` was read; nothing was changed.
        """

    def remove(self, recipient: Recipient) -> None:
        """Forget a recipient, its tokens first, and what was decided about it.

        Raises:
            Busy: as for `change`; some of its tokens and decisions may be gone.
        """

    def tokens(self, recipient: str) -> list[Token]:
        """List a recipient's tokens, oldest first. One query."""

    def add_token(self, token: Token) -> None:
        """Keep a new token.

        Raises:
            NotFound: there is no such recipient.
        """

    def remove_token(self, token: Token) -> None:
        """Forget a token. Safe to repeat.

        Raises:
            NotFound: there is no such recipient.
        """

    def decide(self, opt_out: OptOut) -> None:
        """Keep a decision in the place of the one of the same recipient, account and scope.

        Raises:
            NotFound: there is no such recipient.
        """

    def take_back(self, opt_out: OptOut) -> None:
        """Forget the decision of the same recipient, account and scope. Safe to repeat.

        Raises:
            NotFound: there is no such recipient.
        """
