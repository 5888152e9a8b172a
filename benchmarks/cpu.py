"""Own CPU time per operation, in process: with records in memory, which leaves our code, and with a real DynamoDB on the loopback.

Times are of this process (`time.process_time`), the least of several rounds, so that other work on the machine disturbs little.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import stand
from benchmarks.engines import engine
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.report import Report
from benchmarks.stand import Ask, Context, Pair, basic
from pidstack.bootstrap import system_clock
from pidstack.domain.passwords import hash_password, is_password
from pidstack.protocols.clients import Clients
from pidstack.protocols.ezid.dispatch import answer
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.gateway import read_request
from pidstack.services.authenticate import Authenticator
from pidstack.services.registry import Registry
from pidstack.services.sessions import Sessions
from tests.fakes.directory import MemoryDirectory
from tests.fakes.identifiers import MemoryIdentifiers
from tests.fakes.publications import MemoryCalendar, MemoryPublications
from tests.fakes.sessions import MemorySessions, key

ROUNDS, REQUESTS = 5, 100
_MEASURED = ("view", "view, third start of the name", "create", "create, DOI", "modify", "mint", "delete")
_PROFILED = ("view", "create", "modify")


def run(engine_name: str) -> Report:
    """Measure the operations; without an engine of its own process, what the store takes is left out."""
    report = Report("cpu", {"engine": engine_name, "rounds": ROUNDS, "requests a round": REQUESTS})
    operations = [operation for operation in OPERATIONS if operation.name in _MEASURED]
    # A service name of its own gives a logger of its own: one that exists already keeps its level and where it writes.
    logs = {"POWERTOOLS_LOG_LEVEL": "INFO", "POWERTOOLS_SERVICE_NAME": "benchmark_cpu"}
    with stand.surroundings(**logs), redirect_stdout(io.StringIO()):
        with _in_memory() as (pair, service):
            own = {operation.name: _least(_dispatching(service), operation, pair) for operation in operations}
            handled = {operation.name: _least(pair.api, operation, pair) for operation in operations}
            authorized = _authorizer(pair)
        stored, shares = ({}, {}) if engine_name == "moto" else _with_store(engine_name, operations)
    report.table(
        "microseconds of CPU per warm request",
        ("operation", "own code", "with logging", "with DynamoDB", "pynamodb and botocore"),
        [_row(operation.name, own, handled, stored) for operation in operations],
    )
    report.table("microseconds of CPU, authorizer", ("request", "CPU"), authorized)
    report.table(
        "where the CPU of a request goes, percent (profiled)",
        ("operation", "package", "percent"),
        [{"operation": name, "package": package, "percent": part} for name, parts in shares.items() for package, part in parts],
    )
    return report


@contextmanager
def _in_memory() -> Iterator[tuple[Pair, Service]]:
    """Give the handlers over fakes of the stores."""
    from functions.authorizer import app as authorizer
    from functions.ezid_api import app as api

    directory = MemoryDirectory(stand.entries())
    authenticator = Authenticator(directory, system_clock)
    sessions = Sessions(MemorySessions(), directory, key, system_clock)
    registry = Registry(MemoryIdentifiers(system_clock), directory, system_clock, MemoryPublications(), MemoryCalendar())
    service = Service(registry, authenticator, sessions)
    with (
        mock.patch.object(api, "service", _giving(service)),
        mock.patch.object(authorizer, "clients", _giving(Clients(authenticator))),
        mock.patch.object(authorizer, "sessions", _giving(sessions)),
    ):
        yield Pair(authorizer.lambda_handler, api.lambda_handler), service


def _giving(thing: object) -> Callable[[], object]:
    return lambda: thing


def _with_store(engine_name: str, operations: Sequence[Operation]) -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
    with engine(engine_name):
        stand.furnish()
        pair = Pair()
        stored = {operation.name: _least(pair.api, operation, pair) for operation in operations}
        shares = {operation.name: _shares(operation, pair) for operation in operations if operation.name in _PROFILED}
    return stored, shares


def _dispatching(service: Service) -> Callable[[dict[str, Any], object], object]:
    def handle(event: dict[str, Any], _: object) -> object:
        return answer(read_request(event, stand.ENVIRONMENT["PUBLIC_URL"]), service).event()

    return handle


def _events(operation: Operation, pair: Pair) -> list[dict[str, Any]]:
    asks = [operation.prepare(pair) for _ in range(REQUESTS)]
    return [ask.event(pair.authorize(ask)) for ask in asks]


def _least(handle: Callable[[dict[str, Any], object], object], operation: Operation, pair: Pair) -> float:
    """Give microseconds a request, in the fastest round."""
    rounds = []
    for _ in range(ROUNDS):
        events = _events(operation, pair)
        begun = time.process_time()
        for event in events:
            handle(event, Context)
        rounds.append(time.process_time() - begun)
    return round(min(rounds) / REQUESTS * 1e6, 1)


def _authorizer(pair: Pair) -> list[dict[str, Any]]:
    cookie = pair.send(Ask("GET", "/login", "", basic()))["headers"]["Set-Cookie"].partition(";")[0]
    path = f"/shoulder/{stand.SHOULDERS[0]}"
    stored = hash_password(stand.PASSWORD)
    requests: dict[str, tuple[Callable[[], object], int]] = {
        "password, known": (partial(pair.authorizer, Ask("POST", path, "", basic()).event(), Context), REQUESTS),
        "session cookie": (partial(pair.authorizer, Ask("POST", path, "", {"Cookie": cookie}).event(), Context), REQUESTS),
        "password, first time (scrypt alone)": (partial(is_password, stand.PASSWORD, stored), 1),
    }
    return [{"request": name, "CPU": _repeated(call, times)} for name, (call, times) in requests.items()]


def _repeated(call: Callable[[], object], times: int) -> float:
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(times):
            call()
        rounds.append(time.process_time() - begun)
    return round(min(rounds) / times * 1e6, 1)


def _row(name: str, own: dict[str, float], handled: dict[str, float], stored: dict[str, float]) -> dict[str, Any]:
    whole = stored.get(name)
    return {
        "operation": name,
        "own code": own[name],
        "with logging": handled[name],
        "with DynamoDB": whole,
        "pynamodb and botocore": None if whole is None else round(whole - handled[name], 1),
    }


def _shares(operation: Operation, pair: Pair) -> list[tuple[str, float]]:
    """Tell which packages the time is spent in, as a profiler sees it."""
    events = _events(operation, pair)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for event in events:
        pair.api(event, Context)
    profile.disable()
    spent: Counter[str] = Counter()
    for (file, _, function), (_, _, own_time, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_package(file, function)] += own_time
    total = sum(spent.values())
    return [(package, round(100 * part / total, 1)) for package, part in spent.most_common(8)]


def _package(file: str, function: str) -> str:
    parts = Path(file).parts
    if file == "~":
        return f"built in {function.strip('<>')}"[:60] if "socket" in function or "ssl" in function else "built in"
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    return "pidstack" if "pidstack" in parts or "functions" in parts else "standard library"
