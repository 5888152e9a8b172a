"""What a name leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.records import MOST_NAMES
from pidstack.services.resolve import resolve
from tests.builders import a_record

LONG = "ark:/99999/fk4" + "x" * 200


class Records:
    """Records in a dict, and what was asked for."""

    def __init__(self, *records: Record) -> None:
        self._records = {record.identifier: record for record in records}
        self.asked: list[list[Identifier]] = []

    def get(self, identifier: Identifier) -> Record | None:
        self.asked.append([identifier])
        return self._records.get(identifier)

    def those_of(self, identifiers: Sequence[Identifier]) -> list[Record]:
        self.asked.append(list(identifiers))
        return [self._records[identifier] for identifier in identifiers if identifier in self._records]


def found(name: str, *records: Record, query: str = "") -> tuple[str, str] | None:
    leads_to = resolve(name, query, Records(*records))
    return (str(leads_to.record.identifier), leads_to.rest) if leads_to else None


@pytest.mark.parametrize(
    "name",
    [
        "ark:/12345/x1abc",
        "ark:12345/x1abc",
        "ARK:/12345/x1-ab-c",
        "ark%3A%2F12345%2Fx1abc",
        "ark:/12345/x1%61bc",
        "ark:/12345/x1%E2%80%90abc",
        "ark:/12345/x1abc/",
    ],
)
def test_an_ark_is_found_however_it_is_written(name: str) -> None:
    records = Records(a_record("ark:/12345/x1abc"))

    leads_to = resolve(name, "", records)

    assert leads_to is not None
    assert leads_to.rest == ""
    assert records.asked == [[Identifier("ark:/12345/x1abc")]], "one read of one record"


@pytest.mark.parametrize(
    "name", ["10.5072/fk2a", "doi:10.5072/FK2A", "DOI:10.5072/fk2A", "doi%3A10.5072%2Ffk2a", "10.5072%2Ffk2a", "ark:/b5072/fk2a"]
)
def test_a_doi_is_found_however_it_is_written(name: str) -> None:
    assert found(name, a_record("doi:10.5072/FK2A")) == ("doi:10.5072/FK2A", "")


@pytest.mark.parametrize(
    ("name", "query", "rest"),
    [
        ("ark:/12345/x1/page/7", "", "/page/7"),
        ("ark:12345/x1.v2", "", ".v2"),
        ("ark:/12345/x1abc", "", "abc"),
        ("ark:/12345/x1/a%2Fb%20c", "", "/a%2Fb%20c"),
        ("ark:/12345/x1/my-file.txt", "", "/my-file.txt"),
        ("ark:/12345/x1", "size=full&page=2", "?size=full&page=2"),
        ("ark:/12345/x1/a", "b=c-d", "/a?b=c-d"),
        ("ark%3A%2F12345%2Fx1/a", "", "/a"),
        ("ark:/12345/x1/" + "y" * 900, "", "/" + "y" * 900),
    ],
)
def test_what_follows_a_registered_ark_is_kept_as_it_was_sent(name: str, query: str, rest: str) -> None:
    assert found(name, a_record("ark:/12345/x1"), query=query) == ("ark:/12345/x1", rest)


def test_the_longest_start_wins() -> None:
    records = (a_record("ark:/12345/x1"), a_record("ark:/12345/x1/a"))

    assert found("ark:/12345/x1/a/b", *records) == ("ark:/12345/x1/a", "/b")


def test_a_start_costs_one_batched_read_of_bounded_size() -> None:
    records = Records(a_record("ark:/99999/fk4x"))

    leads_to = resolve(LONG, "", records)

    assert leads_to is not None
    assert [len(names) for names in records.asked] == [1, MOST_NAMES - 1], "the whole name was asked for already"


def test_a_long_name_is_found_by_a_start_that_ends_before_a_separator() -> None:
    record = a_record(LONG)

    assert found(f"{LONG}/page/7", record) == (LONG, "/page/7")


def test_a_name_with_an_encoded_question_mark_is_found_before_the_one_without() -> None:
    records = (a_record("ark:/12345/x1"), a_record("ark:/12345/x1%3fv%3d2".replace("%3d", "=")))

    assert found("ark:/12345/x1", *records, query="v=2") == ("ark:/12345/x1%3fv=2", "")


def test_nothing_is_passed_behind_a_doi() -> None:
    assert found("10.5072/fk2a/page", a_record("doi:10.5072/FK2A")) is None


def test_the_query_behind_a_doi_does_not_count() -> None:
    assert found("10.5072/fk2a", a_record("doi:10.5072/FK2A"), query="a=b") == ("doi:10.5072/FK2A", "")


@pytest.mark.parametrize("fields", [{"state": State.DRAFT}, {"agent_role": "user"}], ids=["draft", "agent"])
def test_what_the_public_may_not_know_is_not_there(fields: dict[str, Any]) -> None:
    hidden = a_record("ark:/12345/x1abc", **fields)

    assert found("ark:/12345/x1abc", hidden) is None
    assert found("ark:/12345/x1abc/a", hidden) is None
    assert found("ark:/12345/x1abc", hidden, a_record("ark:/12345/x1")) == ("ark:/12345/x1", "abc"), "as if it were not there"


@pytest.mark.parametrize("rest", ["/../secret", "/%2e%2E/secret", "/a/..", "/./a"])
def test_what_follows_never_leads_out_of_the_target(rest: str) -> None:
    assert found(f"ark:/12345/x1{rest}", a_record("ark:/12345/x1")) is None


@pytest.mark.parametrize(
    "name", ["ark:/", "ark:/12345/", "ark:/1/x", "doi:10.5072", "10.5072/", "doi:10.5072/a%0Ab", "ark:/12345/%ff%fe", ""]
)
def test_what_is_no_identifier_leads_nowhere(name: str) -> None:
    assert found(name, a_record("ark:/12345/x1")) is None


def test_an_unavailable_record_is_found() -> None:
    assert found("ark:/12345/x1", a_record("ark:/12345/x1", state=State.REGISTERED)) == ("ark:/12345/x1", "")
