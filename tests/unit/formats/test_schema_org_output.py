"""schema.org JSON-LD: the keys that search engines read."""

from typing import Any

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    Container,
    GeoLocation,
    Metadata,
    NameIdentifier,
    Publisher,
    RelatedIdentifier,
    Rights,
    Types,
)
from pidstack.formats.cited import Cited
from pidstack.formats.schema_org_out import schema_org


def written(**properties: Any) -> Any:
    """Give the JSON-LD of something that has these properties only."""
    return schema_org(Cited(Metadata(**properties), Identifier.parse("doi:10.5072/FK2X")))


def test_the_least_says_what_it_is_and_nothing_empty() -> None:
    assert written(types=Types("Dataset")) == {
        "@context": "http://schema.org",
        "@type": "Dataset",
        "@id": "https://doi.org/10.5072/fk2x",
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "https://doi.org/10.5072/fk2x"},
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


def test_a_list_of_one_is_the_one() -> None:
    one = written(rights=(Rights(uri="https://example.org/a"),))
    two = written(rights=(Rights(uri="https://example.org/a"), Rights("words only"), Rights(uri="https://example.org/b")))

    assert one["license"] == "https://example.org/a"
    assert two["license"] == ["https://example.org/a", "https://example.org/b"]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        pytest.param(
            Agent("Proust, Marcel", name_identifiers=(NameIdentifier("https://orcid.org/0000-0001-5000-0007"),)),
            {
                "@type": "Person",
                "@id": "https://orcid.org/0000-0001-5000-0007",
                "name": "Marcel Proust",
                "givenName": "Marcel",
                "familyName": "Proust",
            },
            id="person",
        ),
        pytest.param(Agent("The Lab", "Organizational"), {"@type": "Organization", "name": "The Lab"}, id="organisation"),
        pytest.param(Agent("TOPMed"), {"name": "TOPMed"}, id="nobody knows"),
        pytest.param(
            Agent("The Lab", "Organizational", affiliations=(Affiliation("Uni"),)),
            {"@type": "Organization", "name": "The Lab", "affiliation": {"@type": "Organization", "name": "Uni"}},
            id="with an affiliation",
        ),
    ],
)
def test_an_author_is_a_person_or_an_organisation(agent: Any, expected: dict[str, Any]) -> None:
    assert written(creators=(agent,))["author"] == expected


@pytest.mark.parametrize(
    ("related", "key", "expected"),
    [
        pytest.param(
            RelatedIdentifier("1234-5678", "ISSN", "IsPartOf"),
            "isPartOf",
            {"@type": "Periodical", "issn": "1234-5678"},
            id="journal",
        ),
        pytest.param(
            RelatedIdentifier("https://doi.org/10.5072/A", "DOI", "Cites"),
            "citation",
            {"@type": "CreativeWork", "@id": "https://doi.org/10.5072/a"},
            id="DOI given as a link",
        ),
        pytest.param(
            RelatedIdentifier("arXiv:1234.5678", "arXiv", "IsIdenticalTo"),
            "sameAs",
            {"@type": "CreativeWork", "@id": "https://arxiv.org/abs/1234.5678"},
            id="arXiv",
        ),
        pytest.param(
            RelatedIdentifier("19478877", "PMID", "HasPart", "Dataset"),
            "hasPart",
            {"@type": "Dataset", "identifier": {"@type": "PropertyValue", "propertyID": "PMID", "value": "19478877"}},
            id="no link",
        ),
        pytest.param(
            RelatedIdentifier("not a DOI", "DOI", "HasPart"),
            "hasPart",
            {"@type": "CreativeWork", "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "not a DOI"}},
            id="DOI that is none",
        ),
    ],
)
def test_a_related_work_is_named_by_a_link_where_there_is_one(related: Any, key: str, expected: dict[str, Any]) -> None:
    assert written(related_identifiers=(related,))[key] == expected


def test_what_refers_to_it_is_said_the_other_way_round() -> None:
    found = written(related_identifiers=(RelatedIdentifier("10.5072/a", "DOI", "IsSupplementTo"),))

    assert found["@reverse"] == {"isBasedOn": {"@type": "CreativeWork", "@id": "https://doi.org/10.5072/a"}}


@pytest.mark.parametrize(
    ("general", "key", "kind"), [("Dataset", "includedInDataCatalog", "DataCatalog"), ("JournalArticle", "periodical", "Journal")]
)
def test_a_data_set_is_in_a_catalogue_and_an_article_in_a_periodical(general: str, key: str, kind: str) -> None:
    found = written(types=Types(general), container=Container("Journal", "Tides"))

    assert found[key] == {"@type": kind, "name": "Tides"}
    assert len({"includedInDataCatalog", "periodical"} & found.keys()) == 1


def test_a_place_by_name_only_is_a_place() -> None:
    found = written(geo_locations=(GeoLocation("Gabon"),))

    assert found["spatialCoverage"] == {"@type": "Place", "geo": {"@type": "GeoCoordinates", "address": "Gabon"}}


def test_a_publisher_that_is_only_a_code_is_left_out() -> None:
    assert "publisher" not in written(publisher=Publisher("(:unav)"))
