"""What a page of a harvest costs, through the whole function: DynamoDB requests, capacity units, CPU, bytes; in two sizes of table.

CPU is that of this process (`time.process_time`), SDK included, the least of all rounds of some seconds; and of a later page the
instructions that it takes, which tell two states of the code apart on a machine that is not quiet. The answer is not compressed.
The last page of a list is asked for with a token made here, since to come to it takes as many requests as the list has pages.
"""

from __future__ import annotations

import base64
import importlib
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import urlencode

from benchmarks import library, stand
from benchmarks.capacity import indexes_of
from benchmarks.engines import engine
from benchmarks.instructions import counter
from benchmarks.meter import Call, Meter, in_words, kinds, metering
from benchmarks.report import Report
from benchmarks.stand import Ask, Context
from pidstack import bootstrap, config
from pidstack.domain.placement import Kind, Publication
from pidstack.domain.recipient import Recipient
from pidstack.ports.harvest import Position
from pidstack.services import resource, unixref
from pidstack.services.harvest import everybody_may_see
from pidstack.services.subscribe import create_recipient, create_token
from pidstack.store.publications import DynamoPublications
from pidstack.store.subscriptions import DynamoSubscriptions

SIZES = (10_000, 200_000)
PAGE, ROUNDS = 250, 3
PASSES, SPAN_S = 20, 0.25  # seconds for each page in each pass over the formats
STORED_MS, GENERATED_MS = 0.1, 0.4
# EZID's own OAI server, PyPI's oaipmh and django-oai-pmh, on this kind of machine, in records a second.
OTHERS = {"EZID": 8_700, "oaipmh": 4_400, "django-oai-pmh": 43}
_JOURNAL = f"J:{library.PREFIXES[0]}:{library.JOURNAL_TITLE}"
_BOOK = f"B:{library.PREFIXES[0]}:{library.BOOK_TITLE}"
_PASSED_ON, _KEPT, _ANEW = "passed on", "kept", "written anew"
_BUDGETS = {_PASSED_ON: STORED_MS, _KEPT: STORED_MS, _ANEW: GENERATED_MS}
_WRITTEN = ((_BOOK, "cr_unixsd"), (_BOOK, "cr_unixml"), (_JOURNAL, "datacite"), (_JOURNAL, "oai_datacite"))
_FORMATS = (
    # what is listed, its format, and where that comes from
    (_JOURNAL, "cr_unixsd", _PASSED_ON),
    (_JOURNAL, "cr_unixml", _PASSED_ON),
    (_BOOK, "datacite", _PASSED_ON),
    (_BOOK, "oai_datacite", _PASSED_ON),
    (_JOURNAL, "oai_dc", _KEPT),
    (_BOOK, "oai_dc", _KEPT),
    *((spec, prefix, source) for source in (_KEPT, _ANEW) for spec, prefix in _WRITTEN),
)
_COLUMNS = (
    "format",
    "document",
    "ms/record",
    "instructions",
    "first page",
    "later page",
    "records/s",
    "bytes/record",
    "budget",
    "holds",
)
_ENVIRONMENT = {
    "CROSSREF_OAI": "yes",
    "DATACITE_OAI": "yes",
    "ADMIN_EMAIL": "admin@example.org",
    "OAI_DEFAULT_SET": "",
    "OAI_PAGE_SIZE": f"{PAGE}",
    "OAI_CONCURRENT_REQUESTS": "3",
    "OAI_RETRY_AFTER_S": "10",
    "OAI_TOKEN_HOURS": "48",
    "HARVEST_SETTLE_S": "30",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: records, bytes of the document, and the token for the next page."""

    records: int
    size: int
    token: str


class Stand:
    """The function, warm, and a subscriber's token.

    It forgets whatever the process has made so far, and makes clients of its own, so that those who listen hear of them.
    """

    def __init__(self, token: str) -> None:
        # Imported where the environment keeps its logger quiet.
        self.app = importlib.import_module("functions.oai.app")
        for each in (*vars(bootstrap).values(), *vars(config).values(), self.app.service):
            if hasattr(each, "cache_clear"):
                each.cache_clear()
        self._headers = {"Crossref-Plus-API-Token": f"Bearer {token}"}

    def ask(self, verb: str, **arguments: str) -> dict[str, Any]:
        """Write a request as the gateway hands it over."""
        query = urlencode({"verb": verb, **{name.rstrip("_"): value for name, value in arguments.items()}})
        return Ask("GET", f"/oai?{query}", "", self._headers).event()

    def answer(self, event: dict[str, Any]) -> Answer:
        """Answer a request.

        Raises:
            RuntimeError: it was refused.
        """
        told = self.app.lambda_handler(event, Context)
        document = base64.b64decode(told["body"]) if told["isBase64Encoded"] else told["body"].encode()
        records = document.count(b"<header")
        if told["statusCode"] != 200 or not records:
            raise RuntimeError(document[:500])
        return Answer(
            records, len(document), document.partition(b"<resumptionToken")[2].partition(b">")[2].partition(b"<")[0].decode()
        )

    def last_page(self, event: dict[str, Any], tail: str) -> dict[str, Any]:
        """Make the request for the last page of the list that a request begins: as full a page as a list can end with.

        Args:
            tail: a partition of its index from which on there is a page at least, and not much more.
        """
        repository = self.app.service()["/oai"]
        first = repository.tokens.read(self.answer(event).token, int(time.time()))
        harvest, selection = repository.harvest, repository.sets.selection(first.set_spec)
        window = harvest.window(first.from_s, first.until_s, first.asked_s)
        found: list[Position] = []
        position: Position | None = Position(tail, "0")
        while position is not None:
            headers, position = harvest.store.headers(selection, window, position, 3999, everybody_may_see)
            found = (found + [header.position for header in headers if header.position])[-PAGE:]
        last = replace(first, partition=found[0].partition, sort=found[0].sort, cursor=10**6)
        return self.ask(first.verb, resumptionToken=repository.tokens.write(last))


def run(engine_name: str, sizes: Sequence[int] = SIZES) -> Report:
    """Measure both sizes, and hold the budgets."""
    report = Report("harvest", {"engine": engine_name, "sizes": list(sizes), "page": PAGE, "seconds a page": PASSES * SPAN_S})
    pages: list[dict[str, Any]] = []
    formats: list[dict[str, Any]] = []
    for size in sizes:
        with stand.surroundings(**_ENVIRONMENT), engine(engine_name):
            begun = time.monotonic()
            library.fill(stand.furnish(), size)
            _register_books()
            report.conditions[f"seconds to fill {size}"] = round(time.monotonic() - begun)
            token = _subscriber()
            pages += [{"size": size, **row} for row in _pages(token)]
            formats = _formats(token)
    report.table("pages", ("list", "page", "size", "records", "requests", "RCU", "ms/record", "KB"), sorted(pages, key=_by_list))
    report.table("formats", _COLUMNS, formats)
    _judge(report, pages, formats)
    return report


def _register_books() -> None:
    """Enter the books' title, as the first record of it would."""
    for prefix in library.PREFIXES:
        DynamoPublications().restore(Publication(Kind.BOOK, prefix, library.BOOK_TITLE, "A title"))


def _subscriber() -> str:
    keeper = DynamoSubscriptions()
    create_recipient(Recipient("harvester", "Harvester"), keeper, window_days=0)
    return create_token("harvester", "first", keeper, int(time.time()))[1]


def _lists(hands: Stand) -> Mapping[str, tuple[dict[str, Any], str]]:
    """Give requests that begin a list, and where each list draws to its end."""
    day = datetime.fromtimestamp(library.last_day_s(), UTC).strftime("%Y-%m-%d")
    usual = {"metadataPrefix": "cr_unixsd"}
    last_branch = f"J:{library.PREFIXES[-1]}"
    return {
        "everything": (hands.ask("ListRecords", **usual), f"{last_branch}#3"),
        "journals": (hands.ask("ListRecords", set="J", **usual), f"{last_branch}#3"),
        "a prefix": (hands.ask("ListRecords", set=f"J:{library.PREFIXES[0]}", **usual), f"J:{library.PREFIXES[0]}#3"),
        "a title": (hands.ask("ListRecords", set=_JOURNAL, **usual), f"{_JOURNAL}#3"),
        "a day": (hands.ask("ListRecords", from_=day, until=day, **usual), f"J:{library.PREFIXES[0]}#0"),
        "headers of everything": (hands.ask("ListIdentifiers", **usual), f"{last_branch}#3"),
    }


def _pages(token: str) -> list[dict[str, Any]]:
    counted, rows = _measured(token, metering(indexes_of(stand.table_definition()))), []
    timed = _measured(token, nullcontext())
    for key, row in counted.items():
        rows.append({"list": key[0], "page": key[1], **row, "ms/record": timed[key]["ms/record"]})
    return rows


def _measured(token: str, watching: AbstractContextManager[Meter | None]) -> dict[tuple[str, str], dict[str, Any]]:
    """Measure each list's first and last page; requests where somebody counts them, and then CPU means nothing."""
    found = {}
    with watching as meter:
        hands = Stand(token)
        for name, (first, tail) in _lists(hands).items():
            for page, event in (("first", first), ("last", hands.last_page(first, tail))):
                answer, calls = _fewest_calls(hands, event, meter)
                found[name, page] = {
                    "records": answer.records,
                    "requests": in_words(kinds(calls)),
                    "RCU": sum(call.reported or 0 for call in calls if call.is_read),
                    "KB": round(answer.size / 1000),
                    "ms/record": 0 if meter else round(_least_ms(hands, event) / answer.records, 4),
                }
    return found


def _fewest_calls(hands: Stand, event: dict[str, Any], meter: Meter | None) -> tuple[Answer, list[Call]]:
    """Answer some times: what is remembered for seconds only, such as accounts, may have to be read again in one of them."""
    tries = []
    for _ in range(3):
        begun = len(meter.calls) if meter else 0
        tries.append((hands.answer(event), meter.calls[begun:] if meter else []))
    return min(tries, key=lambda each: len(each[1]))


def _least_ms(hands: Stand, event: dict[str, Any]) -> float:
    """Answer again and again, for a while."""
    rounds: list[float] = []
    end = time.monotonic() + SPAN_S
    while len(rounds) < ROUNDS or time.monotonic() < end:
        begun = time.process_time()
        hands.app.lambda_handler(event, Context)
        rounds.append(time.process_time() - begun)
    return min(rounds) * 1000


def _instructions(hands: Stand, event: dict[str, Any]) -> int | None:
    """Count what is carried out for an answer, which does not depend on how busy the machine is; None where nothing tells."""
    retired, rounds = counter(), []
    if retired is None:
        return None
    for _ in range(ROUNDS):
        begun = retired()
        hands.app.lambda_handler(event, Context)
        rounds.append(retired() - begun)
    return min(rounds)


def _formats(token: str) -> list[dict[str, Any]]:
    """Measure all formats in turn, and again: where others share the machine, only some seconds of a minute are undisturbed."""
    hands = Stand(token)
    pages = [_FormatPages.of(hands, *each) for each in _FORMATS]
    for _ in range(PASSES):
        for each in pages:
            each.measure(hands)
    return [each.row() for each in pages]


@dataclass(slots=True)
class _FormatPages:
    """The first and a later page of a list in a format, and what they have taken so far."""

    spec: str
    prefix: str
    source: str
    events: tuple[dict[str, Any], dict[str, Any]]
    answers: tuple[Answer, Answer]
    instructions: int | None
    ms: tuple[float, float] = (math.inf, math.inf)

    @classmethod
    def of(cls, hands: Stand, spec: str, prefix: str, source: str) -> Self:
        with _kept_as(source):
            first = hands.ask("ListRecords", set=spec, metadataPrefix=prefix)
            answer = hands.answer(first)
            later = hands.ask("ListRecords", resumptionToken=answer.token)
            return cls(spec, prefix, source, (first, later), (answer, hands.answer(later)), _instructions(hands, later))

    def measure(self, hands: Stand) -> None:
        with _kept_as(self.source):
            first, later = (_least_ms(hands, event) for event in self.events)
        self.ms = min(self.ms[0], first), min(self.ms[1], later)

    def row(self) -> dict[str, Any]:
        first, later = (ms / answer.records for ms, answer in zip(self.ms, self.answers, strict=True))
        # Nearly all pages of a harvest go on with a list, but the budget is for each.
        cost, budget = max(first, later), _BUDGETS[self.source]
        return {
            "format": self.prefix,
            "document": f"{'Crossref' if self.spec == _JOURNAL else 'DataCite'}, {self.source}",
            "ms/record": round(cost, 4),
            "instructions": round(self.instructions / self.answers[1].records) if self.instructions else "not counted",
            "first page": round(first, 4),
            "later page": round(later, 4),
            "records/s": round(1000 / cost),
            "bytes/record": round(self.answers[0].size / self.answers[0].records),
            "budget": budget,
            "holds": cost <= budget,
        }


def _kept_as(source: str) -> AbstractContextManager[None]:
    return _out_of_date() if source == _ANEW else nullcontext()


@contextmanager
def _out_of_date() -> Iterator[None]:
    """Let what is kept be that of another version of its writers, as it is after they have changed, until records change, too."""
    with patch.object(resource, "WRITER_VERSION", -1), patch.object(unixref, "WRITER_VERSION", -1):
        yield


def _by_list(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return row["list"], row["page"], row["size"]


def _judge(report: Report, pages: Sequence[Mapping[str, Any]], formats: Sequence[Mapping[str, Any]]) -> None:
    asked: dict[tuple[str, str], set[str]] = {}
    for row in pages:
        asked.setdefault((row["list"], row["page"]), set()).add(row["requests"])
    for (name, page), requests in asked.items():
        report.require(len(requests) == 1, f"harvest: the {page} page of {name} asks {' or '.join(sorted(requests))}")
    for row in formats:
        sentence = f"harvest: {row['format']} ({row['document']}) takes {row['ms/record']} ms a record, {row['budget']} are allowed"
        report.require(row["holds"], sentence)
    slowest = min(row["records/s"] for row in formats if row["format"] == "oai_dc")
    for name, rate in OTHERS.items():
        report.require(slowest > rate, f"harvest: {slowest} records/s of oai_dc; {name} serves {rate}")
