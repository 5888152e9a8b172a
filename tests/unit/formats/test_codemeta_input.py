"""CodeMeta objects become descriptions, in the words of its first version and of later ones."""

import json
from typing import Any

import pytest

from pidstack.domain.metadata import Agent, Date, NameIdentifier, Publisher, Rights, Subject, Title
from pidstack.formats.codemeta_in import is_codemeta, read_codemeta
from pidstack.formats.codemeta_out import codemeta, write_codemeta
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.cited_examples import ARTICLE
from tests.unit.formats.foreign_fixtures import DATACITE, needs_fixtures

CONTEXT = "https://doi.org/10.5063/schema/codemeta-2.0"
ANA = {"@type": "person", "name": "Ana Lima", "@id": "http://orcid.org/0000-0001-5000-0007"}
WORDS: dict[str, dict[str, Any]] = {
    "first version": {"agents": [ANA], "title": "Tides", "tags": ["tide", "sea"], "licenseId": "Apache-2.0"},
    "second version": {"authors": [ANA], "name": "Tides", "tags": ["tide", "sea"], "licenseId": "Apache-2.0"},
    "third version": {"author": ANA, "name": "Tides", "keywords": "tide, sea", "licenseId": "Apache-2.0"},
}


@pytest.mark.parametrize("version", WORDS)
def test_all_versions_say_the_same(version: str) -> None:
    told = {
        "@context": CONTEXT,
        "identifier": "10.5072/x",
        "datePublished": "2024-02-29",
        "publisher": "The Press",
        **WORDS[version],
    }

    read = read_codemeta(json.dumps(told))

    orcid = NameIdentifier("https://orcid.org/0000-0001-5000-0007", "ORCID", "https://orcid.org")
    assert read.creators == (Agent("Lima, Ana", "Personal", "Ana", "Lima", (orcid,)),)
    assert (read.titles, read.subjects) == ((Title("Tides"),), (Subject("tide"), Subject("sea")))
    assert (read.publisher, read.publication_year) == (Publisher("The Press"), "2024")
    assert (read.dates, read.types.general) == ((Date("2024-02-29", "Issued"),), "Software")
    assert read.rights == (Rights(identifier="Apache-2.0", identifier_scheme="SPDX"),)
    assert read.alternate_identifiers == ()


def test_what_we_write_is_read_back() -> None:
    read = read_codemeta(write_codemeta(ARTICLE))

    assert [agent.name for agent in read.creators] == [agent.name for agent in ARTICLE.metadata.creators]
    assert read.subjects == (Subject("computing"), Subject("looms & cards"))
    assert (read.types.schema_org, read.publication_year) == ("ScholarlyArticle", "1843")


def test_lists_of_the_first_version_are_lists_even_of_one() -> None:
    told = codemeta(ARTICLE)

    assert [agent["name"] for agent in told["authors"]] == [agent.name for agent in ARTICLE.creators]
    assert told["tags"] == ["computing", "looms & cards"]
    assert told["codeRepository"] == ARTICLE.url


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (CONTEXT, True),
        (["https://schema.org", CONTEXT], True),
        ("https://w3id.org/codemeta/3.0", True),
        ("https://schema.org", False),
        (None, False),
    ],
)
def test_codemeta_is_known_by_its_context(context: object, expected: bool) -> None:
    assert is_codemeta({"@context": context}) is expected


def test_what_says_nothing_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_codemeta(json.dumps({"@context": CONTEXT, "version": "1"}))

    assert refused.value.reason is Reason.WRONG_RECORD


@needs_fixtures
@pytest.mark.parametrize("name", ["codemeta.json", "codemeta_v2.json"])
def test_objects_of_other_programs_are_read(name: str) -> None:
    read = read_codemeta((DATACITE / "bolognese" / name).read_bytes())

    assert [agent.name_type for agent in read.creators] == ["Personal", "Personal", "Organizational"]
    assert read.titles == (Title("R Interface to the DataONE REST API"),)
    assert (read.version, len(read.subjects), len(read.dates)) == ("2.0.0", 3, 3)
