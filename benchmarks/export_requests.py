"""What an export asks of S3 and DynamoDB: all of its steps, the real handlers, over a table and a bucket of an engine."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore
from botocore.session import Session

from benchmarks import stand
from benchmarks.engines import engine
from pidstack import bootstrap, config
from pidstack.domain.export import Export, Form, Order
from tests import every_kind

RECORDS, SEGMENT = 10_000, 5_000
_ENVIRONMENT = {
    "EXPORT_BUCKET": "exports",
    "EXPORT_MACHINE": "",
    "EXPORT_SENDER": "",
    "EXPORT_SEGMENT_RECORDS": f"{SEGMENT}",
    "EXPORT_CONCURRENCY": "2",
    "EVENT_BUS": "changes",
}
_SERVICES = ("dynamodb", "s3")


class _Listener:
    """Counts requests by service and kind, those that are repeated as well."""

    def __init__(self) -> None:
        self.heard: Counter[tuple[str, str]] = Counter()

    def watch(self, session: Session) -> None:
        for service in _SERVICES:
            session.register(f"request-created.{service}", self._count)

    def _count(self, **event: Any) -> None:
        self.heard[_service_of(event["request"]), event["operation_name"]] += 1


def rows(engine_name: str) -> list[dict[str, Any]]:
    """Make one export and tell what each of its steps asked for."""
    listener = _Listener()
    with stand.surroundings(**_ENVIRONMENT), engine(engine_name), _listening(listener):
        dynamodb = stand.furnish()
        every_kind.load(dynamodb, stand.TABLE, every_kind.records(RECORDS, "keeper", "demo"))
        made = importlib.import_module("tests.exporting").Machine()
        name = bootstrap.exports().take(Order("keeper", ("keeper",), Form.ANVL, base_url="https://ids.example.org"), 1).name
        return list(_steps(made, name, listener))


def _steps(machine: Any, name: str, listener: _Listener) -> Iterator[dict[str, Any]]:
    planned, row = _step("plan", lambda: machine.plan(name), listener)
    yield row
    items = machine.items(planned)
    _, row = _step(f"write, {len(items)} segments", lambda: [machine.write(item) for item in items], listener)
    yield row
    _, row = _step("assemble, report", lambda: machine.finish(planned), listener)
    yield row
    export: Export | None = bootstrap.exports().get(name)
    assert export is not None
    assert export.records == RECORDS


def _step(title: str, do: Callable[[], Any], listener: _Listener) -> tuple[Any, dict[str, Any]]:
    listener.heard.clear()
    answer = do()
    row: dict[str, Any] = {"step": title}
    for service, shown in zip(_SERVICES, ("DynamoDB", "S3"), strict=True):
        heard = {kind: number for (of, kind), number in listener.heard.items() if of == service}
        row[shown] = " + ".join(f"{number} {kind}" for kind, number in sorted(heard.items())) or "none"
        row[f"{shown} a thousand records"] = sum(heard.values()) * 1000 / RECORDS
    return answer, row


def _service_of(request: Any) -> str:
    return "dynamodb" if "X-Amz-Target" in request.headers else "s3"


@contextmanager
def _listening(listener: _Listener) -> Iterator[None]:
    """Let all clients that are made meanwhile be heard; those made before are forgotten."""
    botocore.register_initializer(listener.watch)
    _forget()
    try:
        yield
    finally:
        botocore.unregister_initializer(listener.watch)
        _forget()


def _forget() -> None:
    for kept in (*vars(bootstrap).values(), *vars(config).values()):
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
