"""Whether the parts that a registry is made of answer: one cheap request each, and no search through anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any

from botocore.config import Config
from botocore.session import Session
from pynamodb.exceptions import DoesNotExist

from pidstack.store.tables import RECORD_SORT_KEY, RecordItem

# Whoever asks whether something works waits for no retries.
_IMPATIENT = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
# No identifier has this name, and reading it is as good a test as reading one that exists.
_NOBODY = "ark:/00000/health"


def health_checks(session: Session, *, buckets: Mapping[str, str], machines: Mapping[str, str]) -> dict[str, Callable[[], None]]:
    """Give one check a part, by the part's name. A check that does not raise has found its part working.

    Args:
        buckets: names by part.
        machines: ARNs by part.
    """
    clients = _Clients(session)
    checks: dict[str, Callable[[], None]] = {"records": _read_a_record}
    checks |= {part: partial(_see_bucket, clients, name) for part, name in buckets.items()}
    checks |= {part: partial(_see_machine, clients, arn) for part, arn in machines.items()}
    return checks


class _Clients:
    """Makes each client when it is first asked for, and once: parts are asked at the same time, and sessions are for one thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[str, Any] = {}
        self._turn = Lock()

    def of(self, service: str) -> Any:
        with self._turn:
            if service not in self._made:
                self._made[service] = self._session.create_client(service, config=_IMPATIENT)
            return self._made[service]


def _read_a_record() -> None:
    try:
        RecordItem.get(_NOBODY, RECORD_SORT_KEY, consistent_read=True)
    except DoesNotExist:
        return


def _see_bucket(clients: _Clients, name: str) -> None:
    clients.of("s3").head_bucket(Bucket=name)


def _see_machine(clients: _Clients, arn: str) -> None:
    status = clients.of("stepfunctions").describe_state_machine(stateMachineArn=arn)["status"]
    if status != "ACTIVE":
        raise RuntimeError(f"the state machine is {status}")
