"""Checks of a registry's parts, asked all at once as the page of its health does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Lock
from types import SimpleNamespace
from typing import Any

import pytest

from pidstack.store.health import health_checks


class _Session:
    """Makes clients for one thread at a time, as botocore's sessions do; whoever comes in between finds it unready."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.machine = "ACTIVE"
        self._lock, self._others = Lock(), Barrier(2)

    def create_client(self, service: str, **_: Any) -> Any:
        assert self._lock.acquire(blocking=False), "two threads at once"
        with suppress(BrokenBarrierError):
            self._others.wait(timeout=0.05)  # for whoever comes in between, if anybody can
        self.made.append(service)
        self._lock.release()
        return SimpleNamespace(
            head_bucket=lambda Bucket: None,  # noqa: N803
            describe_state_machine=lambda stateMachineArn: {"status": self.machine},  # noqa: N803
        )


def test_parts_that_are_asked_at_once_share_their_clients() -> None:
    session: Any = _Session()
    checks = health_checks(session, buckets={"a": "1", "b": "2"}, machines={"c": "3", "d": "4"})
    del checks["records"]

    with ThreadPoolExecutor(max_workers=len(checks)) as threads:
        list(threads.map(lambda check: check(), checks.values()))
    for check in checks.values():
        check()

    assert sorted(session.made) == ["s3", "stepfunctions"]


def test_a_machine_that_is_being_deleted_does_not_work() -> None:
    session: Any = _Session()
    session.machine = "DELETING"

    with pytest.raises(RuntimeError, match="DELETING"):
        health_checks(session, buckets={}, machines={"c": "3"})["c"]()
