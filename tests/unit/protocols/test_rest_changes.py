"""What a change altered, in the names of DataCite's record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.change import Change, changes_between
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.rest.changes import changes_of, digests_of
from tests.builders import NOW_S, a_record

ITEMISED = {"datacite.creator": "Proust, Marcel", "datacite.title": "Remembrance", "datacite.publisher": "Random House"}
OLD = a_record("doi:10.5072/FK2A", token="1", elements=ITEMISED)


def a_document(title: str = "Remembrance", year: str = "1922") -> str:
    return f"""<?xml version="1.0"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
  <identifier identifierType="DOI">10.5072/FK2A</identifier>
  <creators><creator><creatorName>Proust, Marcel</creatorName></creator></creators>
  <titles><title>{title}</title></titles>
  <publisher>Random House</publisher>
  <publicationYear>{year}</publicationYear>
  <resourceType resourceTypeGeneral="Text">Book</resourceType>
</resource>"""


def a_change(old: Record | None, **fields: Any) -> Change:
    new = replace(OLD if old is None else replace(old, version=old.version + 1), token="2", **fields)
    (change,) = changes_between(old, new, by="alice", via="rest", at_s=NOW_S)
    return change


def titles(*each: str) -> list[list[dict[str, str]]]:
    return [[{"title": title}] if title else [] for title in each]


def issued(year: str) -> list[dict[str, str]]:
    return [{"date": year, "dateType": "Issued"}]


DESCRIBED = {"datacite": a_document()}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            {},
            {"state": State.REGISTERED, "reason": "moved"},
            {"aasm_state": ["findable", "registered"], "reason": [None, "moved"]},
            id="state",
        ),
        pytest.param({}, {"target": "https://example.org/"}, {"url": [None, "https://example.org/"]}, id="target"),
        pytest.param({}, {"elements": {**ITEMISED, "datacite.title": "R"}}, {"titles": titles("Remembrance", "R")}, id="a title"),
        pytest.param(
            {},
            {"elements": {k: ITEMISED[k] for k in ITEMISED if k != "datacite.title"}},
            {"titles": titles("Remembrance", "")},
            id="a title that goes",
        ),
        pytest.param(
            {}, {"elements": {**ITEMISED, "datacite.publisher": "Bell"}}, {"publisher": ["Random House", "Bell"]}, id="a publisher"
        ),
        pytest.param({}, {"owner": "bob", "group": "groupb", "exported": False}, {}, id="what DataCite has no name for"),
        pytest.param({}, {}, {}, id="nothing"),
        pytest.param(
            {"elements": DESCRIBED},
            {"elements": {"datacite": a_document("R", "1923")}},
            {"titles": titles("Remembrance", "R"), "publication_year": [1922, 1923], "dates": [issued("1922"), issued("1923")]},
            id="a document",
        ),
        pytest.param(
            {"elements": DESCRIBED}, {"elements": {**DESCRIBED, "datacite.title": "R"}}, {}, id="an element that a document hides"
        ),
        pytest.param(
            {"elements": {**DESCRIBED, "datacite.title": "R"}},
            {"elements": {"datacite": a_document("S"), "datacite.title": "R"}},
            {"titles": titles("Remembrance", "S")},
            id="a document that hides an element",
        ),
        pytest.param(
            {"profile": "dc", "elements": {"dc.title": "R"}},
            {"elements": {"dc.title": "S"}},
            {"titles": titles("R", "S")},
            id="another profile",
        ),
        pytest.param(
            {"elements": {"datacite": "no document"}},
            {"elements": {"datacite": "nor this"}},
            {},
            id="documents that nobody can read",
        ),
    ],
)
def test_an_update_tells_values_before_and_after(before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]) -> None:
    assert changes_of(a_change(replace(OLD, **before), **after)) == expected


def test_a_document_that_goes_uncovers_the_elements() -> None:
    old = replace(OLD, elements={"datacite": a_document("Covered"), **ITEMISED})

    told = changes_of(a_change(old, elements=ITEMISED))

    assert told["titles"] == titles("Covered", "Remembrance")
    assert "creators" not in told


def test_a_creation_tells_values_alone() -> None:
    told = changes_of(a_change(None, state=State.DRAFT))

    assert (told["doi"], told["url"], told["aasm_state"], told["source"]) == ("10.5072/FK2A", None, "draft", "api")
    assert (told["titles"], told["publisher"], told["publication_year"]) == (titles("Remembrance")[0], "Random House", None)
    assert {"version_info", "rights_list", "related_identifiers", "identifiers"} <= told.keys()
    assert {"version", "alternate_identifiers"} & told.keys() == set()


def test_a_publisher_may_be_an_object() -> None:
    change = a_change(OLD, elements={**ITEMISED, "datacite.publisher": "Bell"})

    assert changes_of(change, publisher_as_object=True) == {"publisher": [{"name": "Random House"}, {"name": "Bell"}]}


def test_where_there_is_no_room_a_document_is_told_by_its_digest() -> None:
    change = a_change(replace(OLD, elements=DESCRIBED), elements={"datacite": a_document("R")}, target="https://example.org/")

    told = digests_of(change)

    assert told["url"] == [None, "https://example.org/"]
    assert [each["length"] for each in told["xml"]] == [len(a_document()), len(a_document("R"))]
    assert len({each["sha256"] for each in told["xml"]}) == 2
