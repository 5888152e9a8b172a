"""CSL-JSON: types and names that processors know."""

from typing import Any

import pytest
from hypothesis import given, settings

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, Date, Metadata, Publisher, Types
from pidstack.formats.cited import Cited
from pidstack.formats.csl_out import csl_item
from tests.unit.formats.builders import metadata

steady = settings(derandomize=True, deadline=None, max_examples=15)


def item(**properties: Any) -> Any:
    """Give the CSL-JSON of something that has these properties only."""
    return csl_item(Cited(Metadata(**properties), Identifier.parse("doi:10.5072/FK2X")))


@pytest.mark.parametrize(
    ("types", "version", "expected"),
    [
        pytest.param(Types("JournalArticle"), "", "article-journal", id="general type"),
        pytest.param(Types("Software"), "1.0", "book", id="software with a version"),
        pytest.param(Types("Software"), "", "article", id="software without a version"),
        pytest.param(Types("ConferencePaper"), "", "paper-conference", id="a type for which DataCite has none"),
        pytest.param(Types("Other", citeproc="post-weblog"), "", "post-weblog", id="type of its own"),
        pytest.param(Types("Other", citeproc="BlogPosting"), "", "article", id="unknown type of its own"),
    ],
)
def test_the_type_is_one_that_processors_know(types: Any, version: str, expected: str) -> None:
    assert item(types=types, version=version)["type"] == expected


def test_a_person_has_parts_and_an_organisation_has_none() -> None:
    agents = (Agent("Proust, Marcel"), Agent("Plato", "Personal", "", "Plato"), Agent("Lab, Inc.", "Organizational"))

    assert item(creators=agents)["author"] == [
        {"family": "Proust", "given": "Marcel"},
        {"family": "Plato"},
        {"literal": "Lab, Inc."},
    ]


def test_an_unknown_creator_is_no_author() -> None:
    assert "author" not in item(creators=(Agent(":(unav)"),))


def test_contributors_are_all_named_and_some_by_their_role() -> None:
    agents = (Agent("A, A", contributor_type="Editor"), Agent("B, B", contributor_type="Sponsor"))

    found = item(contributors=agents)

    assert [name["family"] for name in found["contributor"]] == ["A", "B"]
    assert [name["family"] for name in found["editor"]] == ["A"]


def test_an_article_without_a_journal_appeared_with_its_publisher() -> None:
    assert item(types=Types("JournalArticle"), publisher=Publisher("Taylor"))["container-title"] == "Taylor"
    assert "container-title" not in item(types=Types("Dataset"), publisher=Publisher("Taylor"))


@pytest.mark.parametrize(
    ("dates", "year", "expected"),
    [
        pytest.param((Date("2016-12-20", "Issued"),), "2015", [[2016, 12, 20]], id="date of issue"),
        pytest.param((Date("2016-12-20", "Created"),), "2015", [[2015]], id="another date"),
        pytest.param((Date("soon", "Issued"),), "2015", [[2015]], id="date that is none"),
    ],
)
def test_it_was_issued_as_precisely_as_is_known(dates: Any, year: str, expected: list[Any]) -> None:
    assert item(dates=dates, publication_year=year)["issued"] == {"date-parts": expected}


def test_an_unknown_year_is_left_out() -> None:
    assert "issued" not in item(publication_year="0000")


@steady
@given(metadata())
def test_nothing_empty_is_written(description: Any) -> None:
    found = csl_item(Cited(description, Identifier.parse("doi:10.5072/FK2X")))

    assert all(found.values())
    assert {"type", "id", "DOI"} <= found.keys()
