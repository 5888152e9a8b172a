"""The publisher in process: how many records of the stream it takes a second, and what it asks of AWS for each.

The deployed handler runs with its own clients, and AWS answers at once from this process: all is as on Lambda but for the time on
the way. No webhook is registered.
"""

from __future__ import annotations

import base64
import importlib
import io
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from benchmarks import stand
from benchmarks.meter import in_words
from benchmarks.report import Report
from pidstack import bootstrap, config
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.store import identifiers

BATCHES = (1, 10, 100)
ROUNDS = 5
# Two transactions, ten PutEvents and ten PublishBatch for a hundred creations; some more to look for webhooks.
MOST_REQUESTS_A_RECORD = 0.3
_NOW_S = 1_800_000_000
_ELEMENTS = {"erc.who": "Proust, Marcel", "erc.what": "Remembrance of Things Past", "erc.when": "1922"}
_ENVIRONMENT = {
    "EVENT_BUS": "changes",
    "CHANGE_TOPIC": "arn:aws:sns:us-east-1:000000000000:changes.fifo",
    "WEBHOOK_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/webhooks.fifo",
}
_serial = itertools.count(1)

Entry = dict[str, Any]


@dataclass(slots=True)
class InstantAws:
    """Answers what the publisher asks, without leaving the process: everything is done as asked. Counts requests by kind."""

    requests: Counter[str] = field(default_factory=Counter)

    def watch(self, session: botocore.session.Session) -> None:
        """Take the place of the network for a botocore session."""
        listener: Any = self._answer
        session.register("before-send", listener)

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        self.requests[operation] += 1
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(_ANSWERS[operation](request.body)))


class _Raw(io.BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _events_taken(body: bytes) -> bytes:
    return json.dumps({"FailedEntryCount": 0, "Entries": [{"EventId": "0"}] * len(json.loads(body)["Entries"])}).encode()


_ANSWERS: Mapping[str, Callable[[bytes], bytes]] = {
    "TransactWriteItems": lambda _: b"{}",
    "Query": lambda _: b'{"Items": [], "Count": 0, "ScannedCount": 0}',
    "PutEvents": _events_taken,
    "PublishBatch": lambda _: b"<PublishBatchResponse><PublishBatchResult><Failed/></PublishBatchResult></PublishBatchResponse>",
}


def run() -> Report:
    """Measure batches of three kinds in three sizes."""
    report = Report("feed", {"AWS": "answers at once, in process", "rounds": ROUNDS})
    rows: list[dict[str, Any]] = []
    with _publisher() as (handle, aws):
        for name, tell in _KINDS.items():
            rows += [_row(name, size, tell, handle, aws) for size in BATCHES]
    report.table("the publisher, warm", ("batch", "records", "records/s", "CPU us a record", "requests", "a record"), rows)
    largest = next(row for row in rows if (row["batch"], row["records"]) == ("creations", BATCHES[-1]))
    sentence = f"{largest['a record']:.2f} requests a record, where {MOST_REQUESTS_A_RECORD} are allowed"
    report.require(largest["a record"] <= MOST_REQUESTS_A_RECORD, sentence)
    return report


def _row(name: str, size: int, tell: Callable[[int], list[Entry]], handle: stand.Handler, aws: InstantAws) -> dict[str, Any]:
    handle({"Records": tell(size)}, stand.Context)
    events = [{"Records": tell(size)} for _ in range(ROUNDS * max(1, 100 // size))]
    aws.requests.clear()
    walls, cpus = [], []
    for event in events:
        began, worked = time.perf_counter(), time.process_time()
        answer = handle(event, stand.Context)
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - worked)
        assert answer == {"batchItemFailures": []}
    counted = {kind: count / len(events) for kind, count in aws.requests.items()}
    return {
        "batch": name,
        "records": size,
        "records/s": round(size / min(walls)),
        "CPU us a record": min(cpus) / size * 1e6,
        "requests": in_words({kind: round(count) for kind, count in counted.items()}),
        "a record": sum(counted.values()) / size,
    }


@contextmanager
def _publisher() -> Iterator[tuple[stand.Handler, InstantAws]]:
    """Give the handler as it is, and not a copy: it imports its outlets when it first needs them."""
    aws = InstantAws()
    with stand.surroundings(**_ENVIRONMENT):
        botocore.register_initializer(aws.watch)
        _forget()
        try:
            yield importlib.import_module("functions.publish_changes.app").lambda_handler, aws
        finally:
            botocore.unregister_initializer(aws.watch)
            _forget()


def _forget() -> None:
    """Let the next one who asks make clients anew."""
    for kept in (config.config, config.feed_config, bootstrap.registry, bootstrap.outlets):
        kept.cache_clear()


def _creations(size: int) -> list[Entry]:
    return [_entry(None, _record()) for _ in range(size)]


def _changes(size: int) -> list[Entry]:
    return [_entry(old, _next(old)) for old in (_record() for _ in range(size))]


def _changes_of_one(size: int) -> list[Entry]:
    record, entries = _record(), []
    for _ in range(size):
        old, record = record, _next(record)
        entries.append(_entry(old, record))
    return entries


_KINDS: Mapping[str, Callable[[int], list[Entry]]] = {
    "creations": _creations,
    "publications of drafts": _changes,
    "changes of one identifier": _changes_of_one,
}


def _record() -> Record:
    number = next(_serial)
    return Record(
        Identifier(f"{stand.SHOULDERS[0]}/n{number:06}"),
        owner=f"demo.{number % 3}",
        group="demo",
        created_s=_NOW_S,
        updated_s=_NOW_S,
        state=State.DRAFT,
        # What harvesters see is in more counts than what they do not: the costlier case.
        placement=Placement(Kind.BOOK, "10.12345", publication=number % 3 + 1, series=4),
        elements=_ELEMENTS,
        changed_by=f"demo.{number % 3}",
        changed_via="ezid",
        token=f"{number}",
    )


def _next(old: Record) -> Record:
    elements = {**old.elements, "erc.when": f"{old.version}"}
    return replace(old, state=State.FINDABLE, elements=elements, version=old.version + 1, token=f"{next(_serial)}")


def _entry(old: Record | None, new: Record) -> Entry:
    """Write a record of the stream as Lambda's event source hands it over."""
    images = {name: _image(record) for name, record in (("OldImage", old), ("NewImage", new)) if record is not None}
    return {
        "eventID": f"{next(_serial):032x}",
        "eventName": "MODIFY" if old else "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": _NOW_S,
            "Keys": {"pk": {"S": new.identifier.name}, "sk": {"S": "record"}},
            "SequenceNumber": f"{next(_serial):021}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **images,
        },
    }


def _image(record: Record) -> dict[str, Any]:
    item = identifiers._item(record)  # noqa: SLF001 - what the store would write
    item.token = record.token
    return {name: _in_json(value) for name, value in item.serialize().items()}


def _in_json(value: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: base64.b64encode(held).decode() if kind == "B" else held for kind, held in value.items()}
