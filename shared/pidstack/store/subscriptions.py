"""Recipients, their tokens and what was decided about them in the table, and the short memory in front that requests read.

Every write about a recipient gives its item a new edition in the same transaction. So whoever knows the edition knows whether
what it remembers of tokens and decisions is still true, and nothing is written about a recipient that is gone.
"""

from __future__ import annotations

import secrets

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from pidstack.domain.errors import AlreadyExists, Busy, NotFound
from pidstack.domain.recipient import Choice, OptOut, Recipient, Scope, Token, parse_network
from pidstack.ports.clock import Clock
from pidstack.store.tables import Item, OptOutItem, RecipientItem, TokenItem, transaction_connection

REMEMBERED_S = 10
_MOST_REMEMBERED = 10_000
_RECIPIENTS = "registry#recipients"
_CONDITION_FAILED, _CONFLICT = "ConditionalCheckFailed", "TransactionConflict"


class DynamoSubscriptions:
    """`pidstack.ports.subscriptions.SubscriptionKeeper` on DynamoDB; always current."""

    def recipients(self) -> tuple[Recipient, ...]:
        """See the port. One Query."""
        return tuple(_recipient(item) for item in RecipientItem.query(_RECIPIENTS, consistent_read=True))

    def recipient(self, recipient_id: str) -> Recipient | None:
        """See the port. One GetItem."""
        try:
            return _recipient(RecipientItem.get(_RECIPIENTS, recipient_id, consistent_read=True))
        except DoesNotExist:
            return None

    def token(self, recipient: str, digest: str) -> Token | None:
        """See the port. One GetItem."""
        try:
            return _token(TokenItem.get(_tokens_of(recipient), digest, consistent_read=True))
        except DoesNotExist:
            return None

    def tokens(self, recipient: str) -> list[Token]:
        """See the port. One Query."""
        found = map(_token, TokenItem.query(_tokens_of(recipient), consistent_read=True))
        return sorted(found, key=lambda token: (token.created_s, token.name))

    def opt_outs(self, recipient: str) -> list[OptOut]:
        """See the port. One Query, a page for every 5,000 or so."""
        return [_opt_out(recipient, item) for item in OptOutItem.query(_opt_outs_of(recipient), consistent_read=True)]

    def note_use(self, token: Token, day: str) -> None:
        """See the port. One UpdateItem."""
        try:
            TokenItem(_tokens_of(token.recipient), token.digest).update(
                [TokenItem.used_day.set(day)], condition=TokenItem.pk.exists()
            )
        except UpdateError as error:
            if error.cause_response_code != f"{_CONDITION_FAILED}Exception":
                raise

    def refresh(self) -> bool:
        """See the port: nothing is remembered here."""
        return False

    def create(self, recipient: Recipient) -> None:
        """See the port. One PutItem."""
        try:
            _item(recipient).save(condition=Item.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code == f"{_CONDITION_FAILED}Exception":
                raise AlreadyExists(f"recipient {recipient.id} already exists") from error
            raise

    def change(self, old: Recipient, new: Recipient) -> None:
        """See the port. One PutItem."""
        try:
            _item(new).save(condition=RecipientItem.edition == old.edition)
        except PutError as error:
            if error.cause_response_code == f"{_CONDITION_FAILED}Exception":
                raise _meanwhile(old.id) from error
            raise

    def remove(self, recipient: Recipient) -> None:
        """See the port. Two Query, a BatchWriteItem for every 25 tokens and decisions, one DeleteItem."""
        for model, key in ((TokenItem, _tokens_of(recipient.id)), (OptOutItem, _opt_outs_of(recipient.id))):
            with model.batch_write() as batch:
                for item in model.query(key, consistent_read=True):
                    batch.delete(item)
        try:
            RecipientItem(_RECIPIENTS, recipient.id).delete(condition=RecipientItem.edition == recipient.edition)
        except DeleteError as error:
            if error.cause_response_code == f"{_CONDITION_FAILED}Exception":
                raise _meanwhile(recipient.id) from error
            raise

    def add_token(self, token: Token) -> None:
        """See the port. One TransactWriteItems."""
        _write(
            token.recipient, put=TokenItem(_tokens_of(token.recipient), token.digest, title=token.name, created_s=token.created_s)
        )

    def remove_token(self, token: Token) -> None:
        """See the port. One TransactWriteItems."""
        _write(token.recipient, delete=TokenItem(_tokens_of(token.recipient), token.digest))

    def decide(self, opt_out: OptOut) -> None:
        """See the port. One TransactWriteItems."""
        item = OptOutItem(
            *_opt_out_key(opt_out),
            account=opt_out.account or None,
            scope=str(opt_out.scope),
            choice=opt_out.choice.value,
            decided_s=opt_out.decided_s,
        )
        _write(opt_out.recipient, put=item)

    def take_back(self, opt_out: OptOut) -> None:
        """See the port. One TransactWriteItems."""
        _write(opt_out.recipient, delete=OptOutItem(*_opt_out_key(opt_out)))


class RememberingSubscriptions:
    """`pidstack.ports.subscriptions.Subscriptions` that remembers recipients and known tokens for `REMEMBERED_S`."""

    def __init__(self, source: DynamoSubscriptions, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._recipients: tuple[int, tuple[Recipient, ...]] = (0, ())
        self._tokens: dict[tuple[str, str], tuple[int, Token]] = {}
        self._used_memory = False

    def recipients(self) -> tuple[Recipient, ...]:
        """See the port."""
        until_s, recipients = self._recipients
        if until_s > self._clock():
            self._used_memory = True
            return recipients
        recipients = self._source.recipients()
        self._recipients = (self._clock() + REMEMBERED_S, recipients)
        return recipients

    def token(self, recipient: str, digest: str) -> Token | None:
        """See the port. One that is not known is asked for each time."""
        until_s, token = self._tokens.get((recipient, digest), (0, None))
        if until_s > self._clock():
            self._used_memory = True
            return token
        token = self._source.token(recipient, digest)
        if token is not None:
            self._remember(token, self._clock() + REMEMBERED_S)
        return token

    def opt_outs(self, recipient: str) -> list[OptOut]:
        """See the port; asked for each time."""
        return self._source.opt_outs(recipient)

    def note_use(self, token: Token, day: str) -> None:
        """See the port."""
        self._source.note_use(token, day)
        until_s, remembered = self._tokens.get((token.recipient, token.digest), (0, None))
        if remembered is not None:
            self._remember(Token(token.recipient, token.name, token.digest, token.created_s, day), until_s)

    def refresh(self) -> bool:
        """See the port."""
        was_used, self._used_memory = self._used_memory, False
        if was_used:
            self._recipients = (0, ())
            self._tokens.clear()
        return was_used

    def _remember(self, token: Token, until_s: int) -> None:
        if len(self._tokens) >= _MOST_REMEMBERED:
            self._tokens.clear()
        self._tokens[token.recipient, token.digest] = (until_s, token)


def _write(recipient: str, *, put: Item | None = None, delete: Item | None = None) -> None:
    """Put or delete an item of a recipient's, which must be there, and give the recipient a new edition."""
    owner = RecipientItem(_RECIPIENTS, recipient)
    try:
        with TransactWrite(connection=transaction_connection()) as transaction:
            transaction.update(owner, [RecipientItem.edition.set(_edition())], condition=RecipientItem.pk.exists())
            if put is not None:
                transaction.save(put)
            if delete is not None:
                transaction.delete(delete)
    except TransactWriteError as error:
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        if _CONDITION_FAILED in codes:
            raise NotFound(f"there is no recipient {recipient}") from error
        if _CONFLICT in codes:
            raise _meanwhile(recipient) from error
        raise


def _meanwhile(recipient: str) -> Busy:
    return Busy(f"recipient {recipient} was changed meanwhile")


def _edition() -> str:
    return secrets.token_hex(8)


def _tokens_of(recipient: str) -> str:
    return f"tokens#{recipient}"


def _opt_outs_of(recipient: str) -> str:
    return f"optouts#{recipient}"


def _opt_out_key(opt_out: OptOut) -> tuple[str, str]:
    scope = opt_out.scope
    return _opt_outs_of(opt_out.recipient), f"{opt_out.account}#{scope.prefix}#{scope.number}"


def _item(recipient: Recipient) -> RecipientItem:
    return RecipientItem(
        _RECIPIENTS,
        recipient.id,
        title=recipient.name,
        networks=[str(network) for network in recipient.networks],
        opt_in=recipient.opt_in,
        since_s=recipient.since_s,
        created_s=recipient.created_s,
        edition=_edition(),
    )


def _recipient(item: RecipientItem) -> Recipient:
    return Recipient(
        id=item.sk,
        name=item.title,
        networks=tuple(parse_network(str(network)) for network in item.networks or ()),
        opt_in=item.opt_in,
        since_s=int(item.since_s),
        created_s=int(item.created_s),
        edition=item.edition,
    )


def _token(item: TokenItem) -> Token:
    return Token(item.pk.partition("#")[2], item.title, item.sk, int(item.created_s), item.used_day or "")


def _opt_out(recipient: str, item: OptOutItem) -> OptOut:
    return OptOut(recipient, item.account or "", Scope.parse(item.scope), Choice(item.choice), int(item.decided_s))
