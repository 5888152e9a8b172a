"""The key pairs that sign tokens, in a secret of Secrets Manager: its current version signs, the one before it is still good."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from pidstack.domain.token_key import TokenKey
from pidstack.ports.clock import Clock
from pidstack.store.tables import sdk_session

REMEMBERED_S = 300
_ASKED_AGAIN_S = 10  # after a token of an unknown key; else everybody could let us ask as often as they like
_CURRENT, _PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class _Secret:
    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id

    @cached_property
    def _client(self) -> Any:
        return sdk_session().create_client("secretsmanager")


class SecretTokenKeys(_Secret):
    """`pidstack.ports.token_keys.TokenKeys` in Secrets Manager."""

    def __init__(self, secret_id: str, clock: Clock) -> None:
        super().__init__(secret_id)
        self._clock = clock
        self._read_s = 0
        self._keys: dict[str, TokenKey] = {}

    def current(self) -> TokenKey:
        """See the port. Two GetSecretValue in five minutes.

        Raises:
            LookupError: no pair was ever put there.
        """
        if self._clock() - self._read_s >= REMEMBERED_S:
            self._read()
        if _CURRENT not in self._keys:
            raise LookupError("the secret of tokens is empty: the stack makes the key pair when it is deployed")
        return self._keys[_CURRENT]

    def find(self, key_id: str) -> TokenKey | None:
        """See the port. Asks again for a pair that it does not know, at most every ten seconds."""
        known = next((key for key in self._keys.values() if key.id == key_id), None)
        age_s = self._clock() - self._read_s
        if age_s < (_ASKED_AGAIN_S if known is None else REMEMBERED_S):
            return known
        self._read()
        return next((key for key in self._keys.values() if key.id == key_id), None)

    def _read(self) -> None:
        found = {stage: self._version(stage) for stage in (_CURRENT, _PREVIOUS)}
        self._keys = {stage: TokenKey.parse(text) for stage, text in found.items() if text}
        self._read_s = self._clock()

    def _version(self, stage: str) -> str:
        try:
            answer = self._client.get_secret_value(SecretId=self._secret_id, VersionStage=stage)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return ""  # there was no pair before the first
            raise
        return str(answer.get("SecretString", ""))


class SecretTokenKeyKeeper(_Secret):
    """`pidstack.ports.token_keys.TokenKeyKeeper` in Secrets Manager."""

    def put(self, key: TokenKey, request: str) -> None:
        """See the port. One PutSecretValue; the name of the wish is the version's.

        Args:
            request: 32 to 64 characters, as a UUID has.
        """
        try:
            self._client.put_secret_value(SecretId=self._secret_id, SecretString=str(key), ClientRequestToken=request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceExistsException":
                raise
