"""Ended sessions in the table, and the signing key in Secrets Manager."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pynamodb.exceptions import DoesNotExist

from pidstack.store.tables import SessionItem, sdk_session

_SORT_KEY = "revoked"


class DynamoSessions:
    """`pidstack.ports.sessions.SessionStore` on DynamoDB, which deletes the items when their time is over."""

    def revoke(self, session_id: str, until_s: int) -> None:
        """See the port. One PutItem."""
        SessionItem(_key(session_id), _SORT_KEY, expires_s=until_s).save()

    def is_revoked(self, session_id: str) -> bool:
        """See the port. One GetItem."""
        try:
            SessionItem.get(_key(session_id), _SORT_KEY, consistent_read=True)
        except DoesNotExist:
            return False
        return True


class SecretKey:
    """`pidstack.ports.sessions.SigningKey` kept in Secrets Manager."""

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id

    def __call__(self) -> bytes:
        """See the port. One GetSecretValue in the life of a warm function."""
        return self._key

    @cached_property
    def _key(self) -> bytes:
        client: Any = sdk_session().create_client("secretsmanager")
        answer = client.get_secret_value(SecretId=self._secret_id)
        return str(answer["SecretString"]).encode()


def _key(session_id: str) -> str:
    return f"session#{session_id}"
