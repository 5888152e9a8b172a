"""What each EZID operation asks of DynamoDB: requests by kind and capacity units, cold and warm, with few records and with many.

The budgets are those of docs/architecture.md. A warm function has answered the same kind of request within the last 30 seconds; a
cold one has just started, and reads the account, the prefix and its shoulders first; if harvesters are to see what it writes, also
the marks of the day, and the publication's number, all of which it then remembers.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

from benchmarks import stand
from benchmarks.capacity import indexes_of
from benchmarks.engines import engine
from benchmarks.meter import Call, Meter, in_words, kinds, metering
from benchmarks.report import Report
from benchmarks.stand import Ask, Pair, basic

SIZES = (100, 20_000)
BODY = "\n".join(
    (
        "_target: https://repository.example.org/objects/4711",
        "erc.who: Proust, Marcel; Moncrieff, Charles Kenneth Scott (translator)",
        "erc.what: Remembrance of Things Past, volume one: Swann's Way and Within a Budding Grove",
        "erc.when: 1922",
        "dc.publisher: Chatto and Windus",
    )
)
_CHANGE = "erc.when: 1923"
# The publisher comes last: a data set's title among the sets is its publisher's name.
_DESCRIBED = "\n".join(
    (
        "datacite.creator: Proust, Marcel",
        "datacite.title: Remembrance of Things Past",
        "datacite.publicationyear: 1922",
        "datacite.resourcetype: Dataset",
        "datacite.publisher: Chatto and Windus",
    )
)
_BATCH = 25
_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to use the API.

    Attributes:
        prepare: makes what the request needs, by another function than the measured one, and gives the request.
        allowed: calls that a warm answer may make, authorizer included.
        is_design: whether that is a budget of the design, or what the code's own words promise.
    """

    name: str
    prepare: Callable[[Pair], Ask]
    allowed: dict[str, int]
    is_design: bool = False


def _name(shoulder: str = stand.SHOULDERS[0]) -> str:
    return f"{shoulder}/n{next(_serial):06}"


def _made(hands: Pair, body: str = BODY) -> str:
    name = _name()
    hands.send(Ask("PUT", f"/id/{name}", body, basic()))
    return name


def _login(hands: Pair) -> dict[str, str]:
    return {"Cookie": hands.send(Ask("GET", "/login", "", basic()))["headers"]["Set-Cookie"].partition(";")[0]}


def _below(hands: Pair) -> Ask:
    """Ask for a name whose third start exists, the two longer ones not."""
    return Ask("GET", f"/id/{_made(hands)}abc?prefix_match=yes")


def _of_a_known_title(hands: Pair) -> Ask:
    hands.send(Ask("PUT", f"/id/{_name(stand.SHOULDERS[1])}", _DESCRIBED, basic()))
    return Ask("PUT", f"/id/{_name(stand.SHOULDERS[1])}", _DESCRIBED, basic())


_READ, _CREATE = {"GetItem": 1}, {"PutItem if": 1}
_MODIFY = {"GetItem": 1, "PutItem if": 1}

OPERATIONS = (
    Operation("view", lambda hands: Ask("GET", f"/id/{_made(hands)}"), _READ, is_design=True),
    Operation("view, third start of the name", _below, {"GetItem": 1, "BatchGetItem": 1}),
    Operation("create", lambda _: Ask("PUT", f"/id/{_name()}", BODY, basic()), _CREATE, is_design=True),
    Operation(
        "create, DOI",
        lambda _: Ask("PUT", f"/id/{_name(stand.SHOULDERS[1])}", f"_profile: dc\n_status: reserved\n{BODY}", basic()),
        _CREATE,
    ),
    Operation("create, DOI, public", _of_a_known_title, _CREATE),
    Operation(
        "create, DOI, of a new title",
        lambda _: Ask("PUT", f"/id/{_name(stand.SHOULDERS[1])}", f"{_DESCRIBED} {next(_serial)}", basic()),
        # Is the title there; its number; both items of it; then the record, as always.
        {"GetItem": 1, "UpdateItem": 1, "TransactWriteItems": 1, "PutItem if": 1},
    ),
    Operation("create, test shoulder", lambda _: Ask("PUT", f"/id/{_name(stand.TEST_SHOULDER)}", BODY, basic()), _CREATE),
    Operation(
        "create, update_if_exists, exists",
        lambda hands: Ask("PUT", f"/id/{_made(hands)}?update_if_exists=yes", _CHANGE, basic()),
        # Refused, the store reads whether an earlier try of its own has made the record; then the change reads and writes.
        {"GetItem": 2, "PutItem if": 2},
    ),
    Operation("modify", lambda hands: Ask("POST", f"/id/{_made(hands)}", _CHANGE, basic()), _MODIFY, is_design=True),
    Operation(
        "modify, by session cookie",
        lambda hands: Ask("POST", f"/id/{_made(hands)}", _CHANGE, _login(hands)),
        {"GetItem": 2, "PutItem if": 1},
    ),
    Operation("mint", lambda _: Ask("POST", f"/shoulder/{stand.SHOULDERS[0]}", BODY, basic()), _CREATE, is_design=True),
    Operation(
        "delete",
        lambda hands: Ask("DELETE", f"/id/{_made(hands, '_status: reserved')}", "", basic()),
        # The record goes and a note of who deleted it comes, together.
        {"GetItem": 1, "TransactWriteItems": 1},
    ),
    Operation("login", lambda _: Ask("GET", "/login", "", basic()), {}),
    Operation("logout", lambda hands: Ask("GET", "/logout", "", _login(hands)), {"PutItem": 1}),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request took, in the authorizer and in the API function."""

    authorizer: Sequence[Call]
    api: Sequence[Call]

    @property
    def calls(self) -> list[Call]:
        return [*self.authorizer, *self.api]

    @property
    def counted(self) -> Counter[str]:
        return kinds(self.calls)

    def reported(self, *, reads: bool) -> float | None:
        """Sum what the engine states; None where it states nothing of a call."""
        units = [call.reported for call in self.calls if call.is_read == reads]
        return None if None in units else sum(unit for unit in units if unit is not None)

    @property
    def signature(self) -> tuple[Any, ...]:
        """What must not grow with the number of records."""
        calls = self.calls
        return (
            sorted(self.counted.items()),
            sum(call.reads for call in calls),
            sum(call.writes + call.index_writes for call in calls),
        )


def run(engine_name: str, sizes: Sequence[int] = SIZES) -> Report:
    """Count every operation at every size."""
    report = Report("operations", {"engine": engine_name, "records": list(sizes)})
    with stand.surroundings(), engine(engine_name):
        dynamodb = stand.furnish()
        with metering(indexes_of(stand.table_definition())) as meter:
            hands = Pair()
            found: dict[int, dict[str, tuple[Cost, Cost]]] = {}
            for before, size in itertools.pairwise((0, *sizes)):
                _grow(dynamodb, hands, size - before)
                found[size] = {operation.name: _measured(operation, hands, meter) for operation in OPERATIONS}
    first = found[sizes[0]]
    report.table(
        "DynamoDB requests",
        ("operation", "cold authorizer", "cold function", "warm authorizer", "warm function", "allowed", "budget"),
        [_requests(operation, *first[operation.name], report) for operation in OPERATIONS],
    )
    report.table(
        f"capacity units of a warm request (RCU, WCU; reported by {engine_name}, computed by DynamoDB's rules)",
        ("operation", "RCU reported", "RCU computed", "WCU reported", "WCU computed", "of it table", "of it indexes"),
        [_capacity(operation.name, first[operation.name][1]) for operation in OPERATIONS],
    )
    if len(sizes) > 1:
        report.table(
            f"growth from {sizes[0]} to {sizes[-1]} records",
            ("operation", "few", "many", "budget"),
            [_growth(operation.name, first[operation.name], found[sizes[-1]][operation.name], report) for operation in OPERATIONS],
        )
    return report


def _measured(operation: Operation, hands: Pair, meter: Meter) -> tuple[Cost, Cost]:
    pair = Pair()
    cold = _cost(pair, operation.prepare(hands), meter)
    warm = _cost(pair, operation.prepare(hands), meter)
    return cold, warm


def _cost(pair: Pair, ask: Ask, meter: Meter) -> Cost:
    """Send a request a second after what it needs was made, so that a change moves the record in the indexes, as in life."""
    start = len(meter.calls)
    with mock.patch.object(time, "time", _a_second_later(time.time)):
        verified = pair.authorize(ask)
        between = len(meter.calls)
        pair.answer(ask, verified)
    return Cost(meter.calls[start:between], meter.calls[between:])


def _a_second_later(clock: Callable[[], float]) -> Callable[[], float]:
    return lambda: clock() + 1


def _requests(operation: Operation, cold: Cost, warm: Cost, report: Report) -> dict[str, Any]:
    holds = report.require(
        warm.counted == Counter(operation.allowed) and all(call.attempts == 1 for call in warm.calls),
        f"{operation.name}: {in_words(warm.counted)} instead of {in_words(operation.allowed)}",
    )
    return {
        "operation": operation.name,
        "cold authorizer": in_words(kinds(cold.authorizer)),
        "cold function": in_words(kinds(cold.api)),
        "warm authorizer": in_words(kinds(warm.authorizer)),
        "warm function": in_words(kinds(warm.api)),
        "allowed": in_words(operation.allowed) + (" (design)" if operation.is_design else ""),
        "budget": holds,
    }


def _capacity(name: str, warm: Cost) -> dict[str, Any]:
    table, indexes = (sum(getattr(call, what) for call in warm.calls) for what in ("writes", "index_writes"))
    return {
        "operation": name,
        "RCU reported": warm.reported(reads=True),
        "RCU computed": sum(call.reads for call in warm.calls),
        "WCU reported": warm.reported(reads=False),
        "WCU computed": table + indexes,
        "of it table": table,
        "of it indexes": indexes,
    }


def _growth(name: str, few: tuple[Cost, Cost], many: tuple[Cost, Cost], report: Report) -> dict[str, Any]:
    same = [cost.signature for cost in few] == [cost.signature for cost in many]
    return {
        "operation": name,
        "few": in_words(few[1].counted),
        "many": in_words(many[1].counted),
        "budget": report.require(same, f"{name}: the cost grows with the number of records"),
    }


def _grow(dynamodb: Any, hands: Pair, count: int) -> None:
    """Add records: copies of one that the API made, under other names."""
    model_name = _made(hands)
    model = dynamodb.get_item(TableName=stand.TABLE, Key={"pk": {"S": model_name}, "sk": {"S": "record"}})["Item"]
    copies = (_copy(model, model_name, number) for number in range(count))
    while batch := list(itertools.islice(copies, _BATCH)):
        dynamodb.batch_write_item(RequestItems={stand.TABLE: [{"PutRequest": {"Item": item}} for item in batch]})


def _copy(model: dict[str, Any], model_name: str, number: int) -> dict[str, Any]:
    name = f"{model_name}copy{number}"
    changed = {"pk": {"S": name}}
    for attribute in ("owner_sort", "harvest_sort"):
        if attribute in model:
            changed[attribute] = {"S": model[attribute]["S"].replace(model_name, name)}
    return {**model, **changed}
