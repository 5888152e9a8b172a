"""CPU per record for the metadata element of a harvest page, in each format: passed on as it was kept, or written anew.

Times are of this process (`time.process_time`), the least of several rounds. The DataCite records are those of `metadata`, the
Crossref deposit is one of the tests' own; what cannot be passed on in a format is written from the description.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.metadata import _NAME, _documents, _least
from benchmarks.report import Report
from pidstack.domain.record import Record
from pidstack.services.documents import with_documents
from pidstack.services.payload import METADATA_FORMATS, Facts, payload

ROUNDS = 200
PASSED_ON_MS, WRITTEN_MS = 0.02, 0.3
_DEPOSIT = Path(__file__).parents[1] / "tests" / "vectors" / "crossref" / "conference_paper.xml"
_PASSED_ON = {"median example": ("datacite", "oai_datacite"), "deposit": ("cr_unixml", "cr_unixsd")}
_WRITTEN = {"median example": ("oai_dc", "cr_unixml", "cr_unixsd")}
_FACTS = Facts("https://example.org/tides", "Harbour Institute", "Harbour Journals", "HARBOUR.TIDES")


def run() -> Report:
    """Measure; the budgets are those of a page of 250 records that is to take well under a second of a small function."""
    report = Report("payloads", {"rounds": ROUNDS, "budget, passed on, ms": PASSED_ON_MS, "budget, written, ms": WRITTEN_MS})
    rows = [{"record": name, **_costs(record)} for name, record in _records().items()]
    report.table("milliseconds of CPU for one metadata element", tuple(rows[0]), rows)
    for budget, wanted in ((PASSED_ON_MS, _PASSED_ON), (WRITTEN_MS, _WRITTEN)):
        for row in rows:
            for prefix in wanted.get(row["record"], ()):
                sentence = f"payloads: {prefix} of the {row['record']} took {row[prefix]:.4f} ms of CPU"
                report.require(row[prefix] <= budget, sentence)
    return report


def _records() -> dict[str, Record]:
    documents = {name: xml for name, xml in _documents().items() if len(xml) < 100_000}
    described = {name: _record("datacite", xml.decode("utf-8-sig")) for name, xml in documents.items()}
    itemised = {"datacite.creator": "Miller, Elizabeth", "datacite.title": "Tides", "datacite.publicationyear": "2021"}
    return {
        **described,
        "deposit": with_documents(_record("crossref", _DEPOSIT.read_text(encoding="utf-8")), None),
        "three elements": Record(_NAME, "demo", "demo", 0, 0, elements=itemised),
    }


def _record(profile: str, given: str) -> Record:
    return Record(_NAME, "demo", "demo", 0, 0, profile=profile, elements={profile: given}, target="https://example.org/tides")


def _costs(record: Record) -> dict[str, Any]:
    return {prefix: round(_least(partial(payload, record, prefix, _FACTS), ROUNDS), 4) for prefix in METADATA_FORMATS}


if __name__ == "__main__":
    run().write()
