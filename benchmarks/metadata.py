"""CPU per record for reading, validating and writing descriptions in all forms, over DataCite's published examples; and what
importing that costs.

Times are of this process (`time.process_time`), the least of several rounds. The examples lie beside the checkout; without them
small records of our own are measured, and the table says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import Report
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Affiliation, Agent, Metadata, NameIdentifier, Publisher, Title, Types
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.formats import attributes, datacite_schema, datacite_xml, normalise, safe_xml
from pidstack.services.describe import described_in_full
from pidstack.services.render import FORMS, render

ROUNDS, LARGE_ROUNDS, STARTS = 50, 3, 9
PARSE_AND_VALIDATE_MS, COLD_IMPORT_MS = 5.0, 150.0
CREATORS = 3_000

_EXAMPLES = Path(__file__).parents[2] / "shared" / "data" / "datacite-schema"
_NAME = Identifier.parse("doi:10.5072/FK2BENCH")
_IMPORT = """
import json, time
begun = time.process_time()
from pidstack.formats import datacite_schema, datacite_xml
imported = time.process_time()
datacite_schema.validate({document!r}.encode())
print(json.dumps([(imported - begun) * 1e3, (time.process_time() - imported) * 1e3]))
"""


def run() -> Report:
    """Measure records of all sizes, and the first one of a cold process."""
    documents = _documents()
    report = Report("metadata", {"rounds": ROUNDS, "examples": _EXAMPLES.is_dir(), "kernel": "4.7"})
    rows = [{"record": name, "KB": round(len(xml) / 1e3, 1), **_costs(xml)} for name, xml in documents.items()]
    report.table("milliseconds of CPU per record", tuple(rows[0]), rows)
    forms = [{"record": name, **_rendered(xml)} for name, xml in documents.items()]
    report.table("milliseconds of CPU to show a kept record in a form, reading included", tuple(forms[0]), forms)
    median = next(row for row in rows if row["record"].startswith("median"))
    both = median["parse"] + median["validate"]
    report.require(both <= PARSE_AND_VALIDATE_MS, f"metadata: parse and validate of the median record took {both:.2f} ms of CPU")
    cold = _cold(documents[median["record"]].decode())
    report.table(f"milliseconds of CPU, cold process, least of {STARTS}", ("what", "CPU ms"), cold)
    imported = cold[0]["CPU ms"]
    report.require(imported <= COLD_IMPORT_MS, f"metadata: importing took {imported:.0f} ms of CPU")
    return report


def _documents() -> dict[str, bytes]:
    """Give records by what they are: the smallest, the median and the largest valid example, and one with a crowd of creators."""
    found = sorted((path.read_bytes() for path in _EXAMPLES.glob("kernel-4.*/example/*.xml")), key=len)
    valid = [xml for xml in found if not datacite_schema.problems(safe_xml.parse(xml))]
    if not valid:
        valid = [datacite_xml.write(_with_creators(number), _NAME) for number in (1, 5, 80)]
    return {
        "smallest example": valid[0],
        "median example": valid[len(valid) // 2],
        "largest example": valid[-1],
        f"{CREATORS} creators": datacite_xml.write(_with_creators(CREATORS), _NAME),
    }


def _with_creators(many: int) -> Metadata:
    creators = tuple(
        Agent(
            f"Family{number}, Given{number}",
            "Personal",
            f"Given{number}",
            f"Family{number}",
            (NameIdentifier(f"https://orcid.org/0000-0001-{number:04}-0000", "ORCID", "https://orcid.org"),),
            (Affiliation("Institute of Tides", "https://ror.org/04wxnsj81", "ROR"),),
        )
        for number in range(many)
    )
    return Metadata(creators, (Title("Tides"),), Publisher("Harbour Institute"), "2021", Types("Dataset"))


def _costs(xml: bytes) -> dict[str, Any]:
    root = safe_xml.parse(xml)
    description = datacite_xml.read(root)
    shown = normalise.as_read(description)
    sent = attributes.write(shown)
    steps: dict[str, Callable[[], object]] = {
        "parse": lambda: safe_xml.parse(xml),
        "validate": lambda: datacite_schema.problems(root),
        "read": lambda: datacite_xml.read(root),
        "normalise": lambda: normalise.as_read(description),
        "to attributes": lambda: attributes.write(shown),
        "from attributes": lambda: attributes.read(sent),
        "write XML": lambda: datacite_xml.write(description, _NAME),
        "put identifier right": lambda: datacite_xml.with_identifier(xml.decode("utf-8-sig"), _NAME),
    }
    return {name: round(_least(step, _rounds(xml)), 3) for name, step in steps.items()}


def _rendered(xml: bytes) -> dict[str, Any]:
    """Time each form of a record of this document; `datacite-xml` is written anew, for a kept document costs nothing."""
    elements = {"datacite": datacite_xml.with_identifier(xml.decode("utf-8-sig"), _NAME)}
    record = Record(_NAME, "demo", "demo", 0, 0, elements=elements, agency=Agency.DATACITE)
    steps: dict[str, Callable[[], object]] = {form: partial(render, record, form, url="https://example.org/") for form in FORMS}
    steps["datacite-xml"] = lambda: datacite_xml.write(described_in_full(record), _NAME)
    return {form: round(_least(step, _rounds(xml)), 3) for form, step in steps.items()}


def _rounds(xml: bytes) -> int:
    return ROUNDS if len(xml) < 100_000 else LARGE_ROUNDS


def _least(step: Callable[[], object], rounds: int) -> float:
    """Give the least CPU time of several runs, in milliseconds; the first run, which fills caches, does not count."""
    step()
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        step()
        times.append(time.process_time() - begun)
    return min(times) * 1e3


def _cold(document: str) -> list[dict[str, Any]]:
    program = _IMPORT.format(document=document)
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", program])) for _ in range(STARTS)]  # noqa: S603
    imported, first = (min(values) for values in zip(*runs, strict=True))
    return [
        {"what": "import of the XML reader and the validator", "CPU ms": round(imported, 1)},
        {"what": "first record: compile the schema, parse, validate", "CPU ms": round(first, 1)},
    ]


if __name__ == "__main__":
    run().write()
