"""A table full of records for benchmarks: journal articles with Crossref deposits and data sets with DataCite XML, half and half.

Documents are kept as a deposit keeps them. Each record is changed last at a time of its own, over `DAYS` days; the last of these
days has as many changes in a small library as in a large one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.metadata import _documents
from benchmarks.stand import TABLE
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.services.documents import with_documents
from pidstack.services.prepared import prepared_forms
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.identifiers import _item

PREFIXES = ("10.12345", "10.12346", "10.12347", "10.12348")
DAYS, ON_THE_LAST_DAY = 40, 1000
DAY_S = 24 * 3600
JOURNAL_TITLE, BOOK_TITLE = 1, 2
_DEPOSIT = Path(__file__).parents[1] / "tests" / "vectors" / "crossref" / "journal_article.xml"
_PLACEHOLDER = "10.12345/X1-0000000"
_BATCH, _WORKERS = 25, 4


def last_day_s() -> int:
    """Give the start of the last day with changes, which is yesterday, as Unix seconds."""
    return int(time.time()) // DAY_S * DAY_S - DAY_S


def fill(dynamodb: Any, count: int) -> None:
    """Put `count` records and their marks into an empty table."""
    calendar, marked = DynamoCalendar(), set()

    def send(batch: list[dict[str, Any]]) -> None:
        left = {TABLE: batch}
        while left:
            left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedKeys")

    records = _records(count)
    with ThreadPoolExecutor(_WORKERS) as pool:
        under_way: deque[Future[None]] = deque()
        while some := list(islice(records, _BATCH)):
            for record in some:
                if (day := (record.placement.branch if record.placement else "", record.updated_s // DAY_S)) not in marked:
                    calendar.mark(record)
                    marked.add(day)
            under_way.append(pool.submit(send, [{"PutRequest": {"Item": _raw(record)}} for record in some]))
            if len(under_way) > 2 * _WORKERS:  # records are made while others are sent, but not far ahead
                under_way.popleft().result()
        for sent in under_way:
            sent.result()


def _raw(record: Record) -> dict[str, Any]:
    item = _item(record)
    item.token = f"{record.updated_s:016x}"
    return item.serialize()


def _records(count: int) -> Iterator[Record]:
    patterns = (_pattern("crossref", _deposit()), _pattern("datacite", _documents()["median example"].decode("utf-8-sig")))
    places = (
        [Placement(Kind.JOURNAL, prefix, JOURNAL_TITLE, year=2024) for prefix in PREFIXES],
        [Placement(Kind.BOOK, prefix, BOOK_TITLE, year=2024) for prefix in PREFIXES],
    )
    end, early = last_day_s(), count - ON_THE_LAST_DAY
    for number in range(count):
        kind, prefix = number % 2, number // 2 % len(PREFIXES)
        doi = f"{PREFIXES[prefix]}/X1-{number:07d}"
        is_late = number >= early
        updated_s = end + (number - early) * 80 if is_late else end - (DAYS - 1) * DAY_S + number * (DAYS - 1) * DAY_S // early
        pattern = patterns[kind]
        elements = {name: text.replace(_PLACEHOLDER, doi) for name, text in pattern.elements.items()}
        yield replace(
            pattern,
            identifier=Identifier(f"doi:{doi}"),
            elements=elements,
            prepared={name: _renamed(form, doi) for name, form in pattern.prepared.items()},
            created_s=updated_s,
            updated_s=updated_s,
            placement=places[kind][prefix],
            resource_type=("JournalArticle", "Dataset")[kind],
        )


def _pattern(profile: str, document: str) -> Record:
    name = Identifier(f"doi:{_PLACEHOLDER}")
    target = "https://example.org/objects/1"
    record = Record(name, "demo.one", "demo", 0, 0, profile=profile, elements={profile: document}, target=target)
    record = replace(with_documents(record, None), placement=Placement(Kind.BOOK, PREFIXES[0], BOOK_TITLE, year=2024))
    return replace(record, prepared=prepared_forms(record, None))


def _renamed(form: bytes, doi: str) -> bytes:
    lower = form.replace(_PLACEHOLDER.lower().encode(), doi.lower().encode())
    return lower.replace(_PLACEHOLDER.encode(), doi.encode())


def _deposit() -> str:
    """Give a deposit of one article; the journal's own DOI goes, as a record holds a deposit of its own DOI alone."""
    of_journal = "<doi_data><doi>10.5072/atp</doi><resource>https://example.org/atp</resource></doi_data>"
    return _DEPOSIT.read_text(encoding="utf-8").replace(of_journal, "").replace("10.5072/ATP.7.12", _PLACEHOLDER)
