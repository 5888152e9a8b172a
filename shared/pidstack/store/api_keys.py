"""API keys in the table: one item to recognise a key by, found by its digest, and one to list it, beside its account's others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from pidstack.domain.api_key import ApiKey
from pidstack.domain.errors import Busy
from pidstack.ports.api_keys import Check
from pidstack.store.tables import ApiKeyCheckItem, ApiKeyItem, transaction_connection

_SORT_KEY = "key"
_CONDITION_FAILED = "ConditionalCheckFailed"


class DynamoApiKeys:
    """`pidstack.ports.api_keys.ApiKeys` on DynamoDB."""

    def check(self, digest: str) -> Check | None:
        """See the port. One GetItem."""
        try:
            item = ApiKeyCheckItem.get(_check_key(digest), _SORT_KEY, consistent_read=True)
        except DoesNotExist:
            return None
        return Check(digest, item.account, item.key_id, int(item.used_s or 0))

    def of(self, account: str) -> list[ApiKey]:
        """See the port. One Query."""
        keys = [_key(account, item) for item in ApiKeyItem.query(_keys_of(account), consistent_read=True)]
        return sorted(keys, key=lambda key: (key.created_s, key.id))

    def create(self, key: ApiKey) -> None:
        """See the port. One TransactWriteItems."""
        listed = ApiKeyItem(
            _keys_of(key.account),
            key.id,
            title=key.name,
            shown=key.shown,
            digest=key.digest,
            created_s=key.created_s,
            updated_s=key.updated_s,
        )
        checked = ApiKeyCheckItem(_check_key(key.digest), _SORT_KEY, account=key.account, key_id=key.id)
        with TransactWrite(connection=transaction_connection()) as transaction:
            transaction.save(listed, condition=ApiKeyItem.pk.does_not_exist())
            transaction.save(checked, condition=ApiKeyCheckItem.pk.does_not_exist())

    def revoke(self, key: ApiKey, at_s: int) -> None:
        """See the port. One TransactWriteItems."""
        listed = ApiKeyItem(_keys_of(key.account), key.id)
        ended: list[Action] = [ApiKeyItem.revoked_s.set(at_s), ApiKeyItem.updated_s.set(at_s)]
        still = ApiKeyItem.pk.exists() & ApiKeyItem.revoked_s.does_not_exist()
        with _unless_too_late() as transaction:
            transaction.update(listed, ended, condition=still)
            transaction.delete(ApiKeyCheckItem(_check_key(key.digest), _SORT_KEY))

    def note_use(self, check: Check, at_s: int) -> None:
        """See the port. One TransactWriteItems."""
        listed = ApiKeyItem(_keys_of(check.account), check.id)
        checked = ApiKeyCheckItem(_check_key(check.digest), _SORT_KEY)
        with _unless_too_late() as transaction:
            transaction.update(listed, [ApiKeyItem.used_s.set(at_s)], condition=ApiKeyItem.pk.exists())
            transaction.update(checked, [ApiKeyCheckItem.used_s.set(at_s)], condition=ApiKeyCheckItem.pk.exists())


@contextmanager
def _unless_too_late() -> Iterator[TransactWrite]:
    """Write what is put into the transaction; nothing if a condition says that it is too late.

    Raises:
        Busy: another writer was at the same items.
    """
    try:
        with TransactWrite(connection=transaction_connection()) as transaction:
            yield transaction
    except TransactWriteError as error:
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        if _CONDITION_FAILED in codes:
            return
        if "TransactionConflict" in codes:
            raise Busy("the key is being changed") from error
        raise


def _keys_of(account: str) -> str:
    return f"api-keys#{account}"


def _check_key(digest: str) -> str:
    return f"api-key#{digest}"


def _key(account: str, item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        id=item.sk,
        account=account,
        name=item.title,
        shown=item.shown,
        digest=item.digest,
        created_s=int(item.created_s),
        updated_s=int(item.updated_s),
        used_s=int(item.used_s or 0),
        revoked_s=int(item.revoked_s or 0),
    )
