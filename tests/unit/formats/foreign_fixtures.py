"""Where real records of other registries lie, if they lie beside the checkout, and how to walk them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

DATA = Path(__file__).parents[4] / "shared" / "data"
CROSSREF = DATA / "fixtures" / "crossref"
DATACITE = DATA / "fixtures" / "datacite"

needs_fixtures = pytest.mark.skipif(not CROSSREF.is_dir(), reason="the real records are not here")


@cache
def crossref_documents() -> tuple[tuple[str, bytes], ...]:
    """Return every real Crossref record with a name for it; a page of many is taken apart into its records."""
    return tuple(_documents())


def _documents() -> Iterator[tuple[str, bytes]]:
    for path in sorted([*CROSSREF.glob("*/*.xml"), *CROSSREF.glob("*/*.xml.gz")]):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        root = etree.fromstring(data)
        records = list(root.iter("{*}record"))
        for number, record in enumerate(records):
            yield f"{path.parent.name}/{path.name}#{number}", etree.tostring(record, with_tail=False, encoding="utf-8")
        if not records:
            yield f"{path.parent.name}/{path.name}", etree.tostring(root, encoding="utf-8")
