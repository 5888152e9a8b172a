"""Renewing kept forms: what another version's writers have kept, and nothing else of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pidstack.domain.change import changes_between
from pidstack.domain.errors import Busy
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.services import dublin_core
from pidstack.services import prepared as service
from pidstack.services.prepared import prepared_forms
from pidstack.services.renew import Renewal, renew
from tests.builders import NOW_S, a_record
from tests.fakes.identifiers import MemoryIdentifiers
from tests.fakes.snapshots import MemoryScan

NAMES = [f"doi:10.5072/FK2TIDE{number}" for number in range(7)]
PLACE = Placement(Kind.BOOK, "10.5072", 1)
DATACITE = (Path(__file__).parents[2] / "vectors" / "profiles" / "datacite.xml").read_text(encoding="utf-8")


@pytest.fixture
def scan() -> MemoryScan:
    return MemoryScan(page_size=3)


@pytest.fixture
def identifiers(scan: MemoryScan) -> MemoryIdentifiers:
    """Records with forms that are up to date."""
    identifiers = MemoryIdentifiers(lambda: NOW_S)
    for name in NAMES:
        record = a_record(name, elements={"datacite": DATACITE}, placement=PLACE, version=3)
        record = replace(record, prepared=prepared_forms(record, None))
        identifiers.create(record)
        scan.put(record)
    return identifiers


@pytest.fixture(autouse=True)
def _forms_are_forgotten() -> Iterator[None]:
    yield
    service._forms.cache_clear()


def a_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, Dublin Core is written otherwise."""
    monkeypatch.setattr(dublin_core, "WRITER_VERSION", 99)
    service._forms.cache_clear()


def kept(identifiers: MemoryIdentifiers) -> list[Record]:
    return [record for name in NAMES if (record := identifiers.get(Identifier(name)))]


def test_what_is_up_to_date_is_left_alone(scan: MemoryScan, identifiers: MemoryIdentifiers) -> None:
    writes = identifiers.writes

    assert renew(scan, identifiers, lambda _: None) == Renewal(7, 0)
    assert identifiers.writes == writes


def test_forms_of_another_version_are_written_anew_and_nothing_else_changes(
    scan: MemoryScan, identifiers: MemoryIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, told = kept(identifiers), list[Renewal]()
    a_release(monkeypatch)

    result = renew(scan, identifiers, told.append)

    assert result == told[-1] == Renewal(7, 7)
    assert [each.records for each in told] == [3, 6, 7]
    for old, new in zip(before, kept(identifiers), strict=True):
        assert (old.prepared["dublin_core"][:2], new.prepared["dublin_core"][:3]) == (b"1\n", b"99\n")
        assert {**new.prepared, "dublin_core": b""} == {**old.prepared, "dublin_core": b""}
        assert (new, new.version, changes_between(old, new, by="", via="", at_s=NOW_S)) == (old, 3, [])
    assert renew(scan, identifiers, told.append) == Renewal(7, 0)


def test_a_record_that_is_gone_or_changed_meanwhile_is_passed_over(
    scan: MemoryScan, identifiers: MemoryIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_release(monkeypatch)
    identifiers.delete(kept(identifiers)[0], by="alice", via="ezid")
    renew_it = identifiers.renew

    def renew_or_lose(record: Record) -> None:
        if str(record.identifier) == NAMES[1]:
            raise Busy("the record was changed meanwhile")
        renew_it(record)

    monkeypatch.setattr(identifiers, "renew", renew_or_lose)

    assert renew(scan, identifiers, lambda _: None) == Renewal(7, 5)
