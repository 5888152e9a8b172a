"""Requests to DynamoDB without the SDK: signed, over kept connections, again where that may help; answers are the JSON they are.

botocore makes each request and takes each answer apart by its description of the service, value by value, and looks up again every
time where to send it. That takes more processor time than all else that is done with what is read.
Who has no SDK sends like this (`store.lean`), and who reads many items (`store.wire`): docs/decisions/0005-reads-without-sdk.md.
"""

from __future__ import annotations

import http.client
import random
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import orjson

from pidstack.store.aws_signature import Credentials, signed_headers
from pidstack.store.record_items import Item

# What one BatchGetItem takes. Rule: Amazon DynamoDB API reference, "BatchGetItem".
MOST_KEYS = 100
# Before the third attempt; doubled before each further one, and a random part of it is waited.
_PAUSE_S, _LONGEST_PAUSE_S = 0.12, 10.0
# What a later attempt may bring. Rule: Amazon DynamoDB developer guide, "Error handling", "Error messages and codes".
_PASSING = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)

Told = tuple[int, bytes]
"""The status and the body of an answer."""
Instead = Callable[[str, Mapping[str, str], bytes], Told | None]
"""Answers a request (operation, headers, body) in DynamoDB's stead; None leaves it to DynamoDB."""


class TableError(Exception):
    """The table did not answer, or refused.

    Attributes:
        code: DynamoDB's name for what is wrong; empty if it gave none.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Sender:
    """Sends requests; several threads may use it, each of them over a connection of its own.

    Args:
        endpoint: URL of DynamoDB, without a path.
        credentials: asked for each request.
        attempts: how often a request is sent at most.
        timeout_s: that an answer, or a connection, may take.
        instead: asked before anything leaves the process.
    """

    def __init__(
        self,
        endpoint: str,
        region: str,
        credentials: Callable[[], Credentials],
        *,
        attempts: int = 4,
        timeout_s: float = 4.0,
        instead: Instead | None = None,
    ) -> None:
        parts = urlsplit(endpoint)
        self._host, self._is_secure = parts.netloc, parts.scheme == "https"
        self._region, self._credentials = region, credentials
        self._attempts, self._timeout_s, self._instead = attempts, timeout_s, instead
        self._idle: deque[http.client.HTTPConnection] = deque()
        weakref.finalize(self, _close, self._idle)

    def ask(self, operation: str, asked: Mapping[str, Any]) -> Any:
        """Send a request, again where it may help, and give its answer.

        Raises:
            TableError: no attempt succeeded, or no other one would.
        """
        body = orjson.dumps(asked)
        problem = code = ""
        for attempt in range(self._attempts):
            if attempt > 1:  # the second one at once: mostly, the kept connection was closed meanwhile
                _pause(attempt - 2)
            try:
                status, answer = self._send(operation, body)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                problem, code = f"{type(error).__name__}: {error}", ""
                continue
            if status == http.client.OK:
                return _read(operation, answer)
            problem, code = f"{status} {answer[:300]!r}", _code(answer)
            if status < http.client.INTERNAL_SERVER_ERROR and code not in _PASSING:
                break
        raise TableError(f"{operation}: {problem}", code)

    def items(
        self, table: str, keys: Sequence[Mapping[str, Any]], *, consistent: bool = False, only: Sequence[str] = ()
    ) -> list[Item]:
        """Read items by their keys, in no order; those that are not there are left out.

        One BatchGetItem for each hundred or 16 MB, whatever is filled first.

        Args:
            only: paths of the attributes to read; none for all.
        Raises:
            TableError: as of `ask`, or keys are left unread again and again.
        """
        found: list[Item] = []
        how = {"ConsistentRead": consistent, **_projection(only)}
        for start in range(0, len(keys), MOST_KEYS):
            left: Any = {table: {"Keys": list(keys[start : start + MOST_KEYS]), **how}}
            in_vain = 0
            while left:
                if in_vain == self._attempts:
                    raise TableError("BatchGetItem left keys unread")
                if in_vain:
                    _pause(in_vain - 1)
                answer = self.ask("BatchGetItem", {"RequestItems": left})
                some = answer["Responses"].get(table, ())
                found += some
                in_vain = 0 if some else in_vain + 1
                left = answer.get("UnprocessedKeys")
        return found

    def open(self) -> None:
        """Open a connection, so that the first request need not. A failure is left to the first request."""
        connection = self._connection()
        try:
            connection.connect()
        except OSError:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the connections that nobody uses at the moment."""
        _close(self._idle)

    def _send(self, operation: str, body: bytes) -> Told:
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = signed_headers(self._host, self._region, operation, body, self._credentials(), moment)
        if self._instead is not None and (told := self._instead(operation, headers, body)) is not None:
            return told
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connection()
        try:
            connection.request("POST", "/", body, headers)
            response = connection.getresponse()
            answer = response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return response.status, answer

    def _connection(self) -> http.client.HTTPConnection:
        if self._is_secure:
            return http.client.HTTPSConnection(self._host, timeout=self._timeout_s, context=_tls())
        return http.client.HTTPConnection(self._host, timeout=self._timeout_s)


@cache
def _tls() -> ssl.SSLContext:
    """Read the certificates that are trusted, once: left to itself, each connection does, which takes longer than most answers."""
    return ssl.create_default_context()


def _close(idle: deque[http.client.HTTPConnection]) -> None:
    while idle:
        try:
            idle.pop().close()
        except IndexError:  # another thread was faster
            return


def _projection(paths: Sequence[str]) -> dict[str, Any]:
    """Write what an answer is to have of each item; names stand behind aliases, as any may be a word of the language."""
    if not paths:
        return {}
    names = sorted({name for path in paths for name in path.split(".")})
    aliases = {name: f"#{number}" for number, name in enumerate(names)}
    return {
        "ProjectionExpression": ",".join(".".join(aliases[name] for name in path.split(".")) for path in paths),
        "ExpressionAttributeNames": {alias: name for name, alias in aliases.items()},
    }


def _pause(turn: int) -> None:
    spread = random.random()  # noqa: S311 - spreads attempts, hides nothing
    time.sleep(spread * min(_PAUSE_S * 2**turn, _LONGEST_PAUSE_S))


def _read(operation: str, answer: bytes) -> Any:
    try:
        return orjson.loads(answer)
    except ValueError as error:
        raise TableError(f"{operation}: the answer is no JSON: {error}") from error


def _code(answer: bytes) -> str:
    try:
        told = orjson.loads(answer)
    except ValueError:  # from whoever stands between
        return ""
    return str(told.get("__type", "")).rpartition("#")[2] if isinstance(told, dict) else ""
