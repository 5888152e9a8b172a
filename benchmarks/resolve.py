"""What resolving an identifier costs, through the whole function: CPU, requests to DynamoDB, how many one processor does a second.

CPU is that of this process (`time.process_time`), the least of several rounds. With records in memory our own code is left; with a
DynamoDB in a process of its own, signing, sending and reading count as well. Requests a second are by the clock, so they hold the
time that the database takes too. Beside it stands what the SDK would take for the same read.
"""

from __future__ import annotations

import io
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any
from unittest import mock

from benchmarks import stand
from benchmarks.engines import engine
from benchmarks.report import Report
from benchmarks.stand import Ask, Context
from functions.resolver import app
from pidstack.bootstrap import system_clock
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.resolver.dispatch import Desk
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.lean import LeanRecords, Place

ROUNDS, REQUESTS, RECORDS = 5, 200, 200
# A real EZID's resolver, measured on this kind of machine.
EZID_A_SECOND = (370, 500)
_ARK, _DOI = "ark:/12345/x1r{:04}", "doi:10.12345/X1R{:04}"
_GET, _BATCH = "GetItem", "BatchGetItem"
_DESCRIBED = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance of things past",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Book",
}
_CASES: dict[str, tuple[str, Mapping[str, str], tuple[str, ...]]] = {
    # what is asked, its path (a number is filled in) and headers, what it may ask of DynamoDB
    "an ARK": ("/ark:/12345/x1r{:04}", {}, (_GET,)),
    "a DOI, by a browser": ("/10.12345/x1r{:04}", {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, (_GET,)),
    "an ARK and something behind it": ("/ark:/12345/x1r{:04}/page/7?size=full", {}, (_BATCH,)),
    "an ARK and 80 characters behind it": ("/ark:/12345/x1r{:04}/" + "s" * 80, {}, (_GET, _BATCH)),
    "nothing": ("/10.12345/none{:04}", {}, (_GET,)),
    "a DOI, as BibTeX": ("/10.12345/x1r{:04}", {"Accept": "application/x-bibtex"}, (_GET,)),
    "an ARK, with ?info": ("/ark:/12345/x1r{:04}?info", {}, (_GET,)),
}


class _Records:
    """Records in memory, and what would have been asked of DynamoDB."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = {record.identifier: record for record in records}
        self.operations: list[str] = []

    def get(self, identifier: Identifier) -> Record | None:
        self.operations.append(_GET)
        return self._records.get(identifier)

    def those_of(self, identifiers: Sequence[Identifier]) -> list[Record]:
        self.operations.append(_BATCH)
        return [self._records[identifier] for identifier in identifiers if identifier in self._records]


class _Counted(LeanRecords):
    """The real reader, counting."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, system_clock, self._note)
        self.operations: list[str] = []

    def _note(self, operation: str, _headers: Mapping[str, str], _body: bytes) -> None:
        self.operations.append(operation)


def run(engine_name: str) -> Report:
    """Measure all cases; without an engine of its own process, only our own code."""
    report = Report(
        "resolve", {"engine": engine_name, "rounds": ROUNDS, "requests a round": REQUESTS, "EZID a second": EZID_A_SECOND}
    )
    with stand.surroundings(), redirect_stdout(io.StringIO()):
        own = {name: _measure(name, _Records(_records()), report) for name in _CASES}
        stored, sdk = ({}, None) if engine_name == "moto" else _with_store(engine_name, report)
    rows = [_row(name, own[name], stored.get(name), report) for name in _CASES]
    columns = ("asked", "requests", "own CPU us", "with DynamoDB CPU us", "a second, one at a time", "median ms", "budget")
    report.table("one warm request; budget: the requests named, and more a second than EZID", columns, rows)
    if sdk is not None:
        report.table("the same read of one record", ("reader", "CPU us"), sdk)
    return report


def _records() -> list[Record]:
    usual: dict[str, Any] = {"owner": stand.ACCOUNT, "group": "demo", "created_s": 1, "updated_s": 1, "state": State.FINDABLE}
    names = [form.format(number) for form in (_ARK, _DOI) for number in range(RECORDS)]
    return [Record(Identifier(name), target=f"https://example.org/{name}", elements=_DESCRIBED, **usual) for name in names]


def _with_store(engine_name: str, report: Report) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    with engine(engine_name):
        stand.furnish()
        store = DynamoIdentifiers(system_clock)
        for record in _records():
            store.create(record)
        reader = _Counted(Place.from_environment(stand.TABLE))
        stored = {name: _measure(name, reader, report) for name in _CASES}
        one = Identifier(_ARK.format(7))
        sdk = [
            {"reader": "without the SDK", "CPU us": _least(lambda: reader.get(one))},
            {"reader": "pynamodb and botocore", "CPU us": _least(lambda: store.get(one))},
        ]
    return stored, sdk


def _measure(name: str, store: Any, report: Report) -> dict[str, Any]:
    path, headers, expected = _CASES[name]
    events = [_event(path.format(number % RECORDS), headers) for number in range(REQUESTS)]
    desk = Desk(store, "benchmark")
    with mock.patch.object(app, "service", return_value=desk):
        app.lambda_handler(events[0], Context)
        store.operations.clear()
        app.lambda_handler(events[1], Context)
        asked = tuple(store.operations)
        rounds = [_round(events) for _ in range(ROUNDS)]
    report.require(asked == expected, f"{name}: {asked} instead of {expected}")
    return {
        "requests": " + ".join(asked),
        "CPU us": round(min(cpu for cpu, _ in rounds) / REQUESTS * 1e6, 1),
        "a second": round(REQUESTS / min(sum(spent) for _, spent in rounds)),
        "median ms": round(statistics.median(each for _, spent in rounds for each in spent) * 1e3, 2),
    }


def _round(events: Sequence[dict[str, Any]]) -> tuple[float, list[float]]:
    begun, spent = time.process_time(), []
    for event in events:
        at = time.perf_counter()
        answer = app.lambda_handler(event, Context)
        spent.append(time.perf_counter() - at)
        if answer["statusCode"] >= 500:
            raise RuntimeError(json.dumps(answer))
    return time.process_time() - begun, spent


def _least(read: Callable[[], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(REQUESTS):
            read()
        rounds.append(time.process_time() - begun)
    return round(min(rounds) / REQUESTS * 1e6, 1)


def _event(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    event = Ask("GET", f"/status?{path.partition('?')[2]}").event()
    return {**event, "resource": "/{proxy+}", "path": path.partition("?")[0], "headers": dict(headers), **_query(path)}


def _query(path: str) -> dict[str, Any]:
    """`?info` has a name and no value, which `parse_qs` drops."""
    query = path.partition("?")[2]
    return {"multiValueQueryStringParameters": {"info": [""]}} if query == "info" else {}


def _row(name: str, own: Mapping[str, Any], stored: Mapping[str, Any] | None, report: Report) -> dict[str, Any]:
    row = {"asked": name, "requests": own["requests"], "own CPU us": own["CPU us"], "with DynamoDB CPU us": None}
    if stored is None:
        return row
    is_redirect = name in ("an ARK", "a DOI, by a browser")
    row |= {
        "with DynamoDB CPU us": stored["CPU us"],
        "a second, one at a time": stored["a second"],
        "median ms": stored["median ms"],
    }
    if is_redirect:
        faster = 1e6 / stored["CPU us"]
        holds = faster > EZID_A_SECOND[1]
        row["budget"] = report.require(holds, f"{name}: {faster:.0f} a second of CPU instead of {EZID_A_SECOND[1]}")
    return row
