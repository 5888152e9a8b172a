"""What a page of a list of DOIs costs, through the whole function: DynamoDB requests, capacity units, CPU; in two sizes of table.

CPU is that of this process (`time.process_time`), SDK included, the least of several rounds; the answer is not compressed. A page
has a budget of one query, one batched read of records and one of counts, by cursor and newest first, and the same in a small table
and a large one. A page by a high number passes over what comes before it: there DynamoDB Local ends an answer after a megabyte of
whole records, DynamoDB itself after a megabyte of the index, so only capacity is comparable.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from benchmarks import library, stand
from benchmarks.capacity import indexes_of
from benchmarks.engines import engine
from benchmarks.meter import Meter, in_words, kinds, metering
from benchmarks.report import Report
from benchmarks.stand import Ask, Context
from pidstack.domain.counting import LISTED, Tally, of_group, of_owner, of_prefix, of_type
from pidstack.store.counters import counter_item, gain_of

SIZES = (10_000, 200_000)
PAGE, ROUNDS = 100, 7
MOST_MS = 0.5
ALLOWED = {"2 BatchGetItem + 1 Query", "1 BatchGetItem + 1 Query"}  # nothing counts some lists
_ENVIRONMENT = {"TOKEN_KEY_SECRET": "", "TOKEN_AUDIENCE": "live"}
_FILTERS = {
    "everything": "",
    "a client": "&client-id=demo.one",
    "a prefix": f"&prefix={library.PREFIXES[0]}",
    "a type": "&resource-type-id=dataset",
    "a state": "&state=findable",
    "a span": "&query=updated:[2020-01-01+TO+*]",
}
_DEEP = "newest first, page 20"
_PAGES = {"by cursor": "&page[cursor]=1", "newest first": "", _DEEP: "&page[number]=20"}


def run(engine_name: str, sizes: Sequence[int] = SIZES) -> Report:
    """Measure both sizes, and hold the budgets."""
    report = Report("lists", {"engine": engine_name, "sizes": list(sizes), "page": PAGE, "rounds": ROUNDS})
    rows: list[dict[str, Any]] = []
    for size in sizes:
        with stand.surroundings(**_ENVIRONMENT), engine(engine_name):
            library.fill(stand.furnish(), size)
            _count(size)
            rows += [{"size": size, **row} for row in _rows()]
    report.table("lists", ("list", "page", "size", "records", "requests", "RCU", "ms/record", "KB"), sorted(rows, key=_by_list))
    _judge(report, rows)
    return report


def _count(size: int) -> None:
    """Keep the counts as the feed would."""
    share = {LISTED: size, of_owner(stand.ACCOUNT): size, of_group("demo"): size, of_type("Dataset"): size // 2}
    share |= {of_prefix(prefix): size // len(library.PREFIXES) for prefix in library.PREFIXES}
    for key, number in share.items():
        counter_item(key, 0).update(actions=gain_of(Tally(findable=number)))


def _rows() -> list[dict[str, Any]]:
    counted = _measured(metering(indexes_of(stand.table_definition())))
    timed = _measured(nullcontext())
    return [{"list": key[0], "page": key[1], **row, "ms/record": timed[key]["ms/record"]} for key, row in counted.items()]


def _measured(watching: AbstractContextManager[Meter | None]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    with watching as meter, _fresh() as app:
        for name, chosen in _FILTERS.items():
            for page, paging in _PAGES.items():
                event = Ask("GET", f"/dois?page[size]={PAGE}{chosen}{paging}").event()
                told = _answer(app, event)
                begun = len(meter.calls) if meter else 0
                told = _answer(app, event)
                calls = meter.calls[begun:] if meter else []
                records = len(json.loads(told)["data"])
                found[name, page] = {
                    "records": records,
                    "requests": in_words(kinds(calls)),
                    "RCU": sum(call.reported or 0 for call in calls if call.is_read),
                    "KB": round(len(told) / 1000),
                    "ms/record": 0 if meter else round(_least_ms(app, event) / records, 4),
                }
    return found


@contextmanager
def _fresh() -> Iterator[Any]:
    """Give the function with copies of all our modules, those included that it imports when it is asked."""
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in {"functions", "pidstack"}}
    try:
        yield importlib.import_module("functions.rest_api.app")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in {"functions", "pidstack"}]:
            del sys.modules[name]
        sys.modules.update(before)


def _answer(app: Any, event: dict[str, Any]) -> str:
    """Answer a request.

    Raises:
        RuntimeError: it was refused, or the page is not full.
    """
    told = app.lambda_handler(event, Context)
    body = base64.b64decode(told["body"]).decode() if told["isBase64Encoded"] else str(told["body"])
    if told["statusCode"] != 200 or len(json.loads(body)["data"]) != PAGE:
        raise RuntimeError(body[:500])
    return body


def _least_ms(app: Any, event: dict[str, Any]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        app.lambda_handler(event, Context)
        rounds.append(time.process_time() - begun)
    return min(rounds) * 1000


def _by_list(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return row["list"], row["page"], row["size"]


def _judge(report: Report, rows: Sequence[Mapping[str, Any]]) -> None:
    asked: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        asked.setdefault((row["list"], row["page"]), set()).add(row["requests"])
        sentence = (
            f"lists: {row['list']}, {row['page']}, of {row['size']} takes {row['ms/record']} ms a record, {MOST_MS} are allowed"
        )
        report.require(row["ms/record"] < MOST_MS, sentence)
    for (name, page), requests in asked.items():
        if page != _DEEP:
            as_allowed = len(requests) == 1 and requests <= ALLOWED
            report.require(as_allowed, f"lists: {name}, {page}, asks {' or '.join(sorted(requests))}")
        taken = sorted(row["RCU"] for row in rows if (row["list"], row["page"]) == (name, page))
        report.require(taken[-1] <= 1.05 * taken[0], f"lists: {name}, {page}, takes {taken[0]} to {taken[-1]} read units")
