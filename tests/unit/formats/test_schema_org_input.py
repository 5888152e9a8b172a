"""schema.org objects become descriptions, in whichever of its many shapes a value comes."""

import json
from typing import Any

import pytest

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Box,
    Container,
    Date,
    Description,
    FundingReference,
    GeoLocation,
    Metadata,
    NameIdentifier,
    Point,
    Polygon,
    Publisher,
    RelatedIdentifier,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.schema_org_in import read_schema_org
from tests.unit.formats.foreign_fixtures import DATACITE, needs_fixtures

LIMA = NameIdentifier("https://orcid.org/0000-0003-1419-2405", "ORCID", "https://orcid.org")
DATASET = {
    "@context": "http://schema.org",
    "@type": "Dataset",
    "@id": "https://doi.org/10.5072/tides",
    "identifier": [
        {"@type": "PropertyValue", "propertyID": "md5", "value": "f9e72bdf"},
        {"@type": "PropertyValue", "propertyID": "doi", "value": "https://doi.org/10.5072/tides"},
        "https://example.org/tides/1",
    ],
    "additionalType": "Time series",
    "name": "Tides of a year",
    "alternateName": "TOY",
    "author": [
        {
            "@type": "Person",
            "@id": "http://orcid.org/0000-0003-1419-2405",
            "givenName": "Ana",
            "familyName": "Lima",
            "affiliation": {"@type": "Organization", "@id": "https://ror.org/04wxnsj81", "name": "University of Tides"},
        },
        {"@type": "Organization", "name": "Tide Watchers"},
        {"@type": ["Person"], "name": "Jan van der Berg", "affiliation": "Coast Society"},
    ],
    "editor": {"@type": "Person", "name": "Lund, Eva"},
    "publisher": {"@type": "Organization", "@id": "https://ror.org/04z8jg394", "name": "Ocean Office"},
    "datePublished": "2019-03-02",
    "dateCreated": "2018",
    "dateModified": "2020-01-01",
    "temporalCoverage": "2017-01-01/2017-12-31",
    "keywords": "tide, sea level",
    "inLanguage": {"@type": "Language", "alternateName": "en", "name": "English"},
    "contentSize": "3 MB",
    "encodingFormat": "text/csv",
    "distribution": [{"@type": "DataDownload", "fileFormat": "application/zip"}],
    "version": 2,
    "license": ["https://creativecommons.org/licenses/by/4.0/", {"name": "Be nice", "url": "https://example.org/nice"}],
    "description": "One reading an hour.",
    "spatialCoverage": [
        {"@type": "Place", "geo": {"@type": "GeoCoordinates", "address": "Shore", "latitude": "49.28", "longitude": -123.12}},
        {"@type": "Place", "name": "Bay", "geo": {"@type": "GeoShape", "box": "-64.3 -168.5 79.6 174.9"}},
        {"@type": "Place", "geo": {"@type": "GeoShape", "polygon": "1 2 3 4 5 6 1 2"}},
        "The sea",
    ],
    "isPartOf": {"@type": "Dataset", "@id": "https://doi.org/10.5072/ALL-TIDES"},
    "citation": ["https://doi.org/10.5072/method", {"@type": "CreativeWork", "name": "A book without a link"}],
    "@reverse": {"isBasedOn": {"@id": "https://doi.org/10.5072/paper", "@type": "ScholarlyArticle"}},
    "includedInDataCatalog": {"@type": "DataCatalog", "name": "Tide Archive", "url": "https://example.org/"},
    "funder": {"@type": "Organization", "@id": "https://doi.org/10.13039/100000050", "name": "Sea Fund"},
    "funding": {
        "@type": "Grant",
        "identifier": "SF-1",
        "name": "Shores",
        "url": "https://example.org/sf-1",
        "funder": {"name": "Coast Trust", "@id": "https://ror.org/04wxnsj81"},
    },
}


def read(**changed: Any) -> Any:
    """Read the data set with some of its values changed; None takes one away."""
    return read_schema_org(json.dumps({key: value for key, value in {**DATASET, **changed}.items() if value is not None}))


def test_a_data_set_is_read_whole() -> None:
    assert read() == Metadata(
        creators=(
            Agent(
                "Lima, Ana",
                "Personal",
                "Ana",
                "Lima",
                (LIMA,),
                (Affiliation("University of Tides", "https://ror.org/04wxnsj81", "ROR", "https://ror.org"),),
            ),
            Agent("Tide Watchers", "Organizational"),
            Agent("van der Berg, Jan", "Personal", "Jan", "van der Berg", affiliations=(Affiliation("Coast Society"),)),
        ),
        titles=(Title("Tides of a year"), Title("TOY", "AlternativeTitle")),
        publisher=Publisher("Ocean Office", "https://ror.org/04z8jg394", "ROR", "https://ror.org"),
        publication_year="2019",
        types=Types("Dataset", "Time series", "Dataset"),
        subjects=(Subject("tide"), Subject("sea level")),
        contributors=(Agent("Lund, Eva", "Personal", "Eva", "Lund", contributor_type="Editor"),),
        dates=(
            Date("2019-03-02", "Issued"),
            Date("2018", "Created"),
            Date("2020-01-01", "Updated"),
            Date("2017-01-01/2017-12-31", "Coverage"),
        ),
        language="en",
        alternate_identifiers=(AlternateIdentifier("f9e72bdf", "md5"), AlternateIdentifier("https://example.org/tides/1", "URL")),
        related_identifiers=(
            RelatedIdentifier("10.5072/all-tides", "DOI", "IsPartOf", "Dataset"),
            RelatedIdentifier("10.5072/method", "DOI", "References"),
            RelatedIdentifier("10.5072/paper", "DOI", "IsSupplementTo", "JournalArticle"),
        ),
        sizes=("3 MB",),
        formats=("text/csv", "application/zip"),
        version="2",
        rights=(Rights(uri="https://creativecommons.org/licenses/by/4.0/"), Rights("Be nice", "https://example.org/nice")),
        descriptions=(Description("One reading an hour.", "Abstract"),),
        geo_locations=(
            GeoLocation("Shore", Point("49.28", "-123.12")),
            GeoLocation("Bay", box=Box("-168.5", "174.9", "-64.3", "79.6")),
            GeoLocation(polygons=(Polygon((Point("1", "2"), Point("3", "4"), Point("5", "6"), Point("1", "2"))),)),
            GeoLocation("The sea"),
        ),
        funding_references=(
            FundingReference("Sea Fund", "https://doi.org/10.13039/100000050", "Crossref Funder ID"),
            FundingReference(
                "Coast Trust",
                "https://ror.org/04wxnsj81",
                "ROR",
                award_number="SF-1",
                award_uri="https://example.org/sf-1",
                award_title="Shores",
            ),
        ),
        container=Container("DataRepository", "Tide Archive", "https://example.org/", "URL"),
    )


@pytest.mark.parametrize(
    ("kind", "general"),
    [
        ("Dataset", "Dataset"),
        ("DataSet", "Dataset"),
        ("https://schema.org/SoftwareSourceCode", "Software"),
        ("schema:ScholarlyArticle", "JournalArticle"),
        (["Thing", "Thesis"], "Dissertation"),
        ("Unheard", "Other"),
    ],
    ids=str,
)
def test_the_class_says_what_kind_of_thing_it_is(kind: list[Any] | str, general: str) -> None:
    assert read(**{"@type": kind}).types.general == general


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Lima, A., Berg, J.", Agent("Lima, A., Berg, J.")),
        ({"name": "Somebody"}, Agent("Somebody")),
        ({"@type": "Person", "name": "Plato"}, Agent("Plato", "Personal", "", "Plato")),
        ({"familyName": "Lima", "givenName": "Ana", "@id": "https://orcid.org/"}, Agent("Lima, Ana", "Personal", "Ana", "Lima")),
        ({"@list": [{"@type": "Organization", "name": "TOPMed"}]}, Agent("TOPMed", "Organizational")),
    ],
    ids=["text", "untyped", "one-word", "empty-orcid", "ordered"],
)
def test_authors_come_in_many_shapes(given: dict[str, Any] | str, expected: Any) -> None:
    assert read(author=given).creators == (expected,)


def test_an_article_says_which_journal_issue_it_is_in() -> None:
    found = read(
        **{"@type": "ScholarlyArticle"},
        pagination="4-9",
        isPartOf={
            "@type": "PublicationIssue",
            "issueNumber": 3,
            "isPartOf": {
                "@type": "PublicationVolume",
                "volumeNumber": "12",
                "isPartOf": {"@type": "Periodical", "name": "Annals of Tide Pools", "issn": ["20493630", "1234-5679"]},
            },
        },
    )

    assert found.container == Container(
        "Journal", "Annals of Tide Pools", "2049-3630", "ISSN", "12", "3", first_page="4", last_page="9"
    )


@pytest.mark.parametrize(
    "polygon",
    ["1 2 3 4 5 6 1 2", "1,2 3,4 5,6 1,2", [["2", "1"], [4, 3], ["6", "5"], ["2", "1"]]],
    ids=["blanks", "commas", "pairs"],
)
def test_a_polygon_comes_in_three_shapes(polygon: list[Any] | str) -> None:
    place = {"@type": "Place", "geo": {"@type": "GeoShape", "polygon": polygon}}

    (found,) = read(spatialCoverage=place).geo_locations

    assert found.polygons == (Polygon((Point("1", "2"), Point("3", "4"), Point("5", "6"), Point("1", "2"))),)


@pytest.mark.parametrize("polygon", ["1 2 3", "north", [["1"], ["2"]], [], None, [[]]], ids=str)
def test_what_is_no_polygon_is_left_out(polygon: list[Any] | str | None) -> None:
    place = {"@type": "Place", "name": "Bay", "geo": {"@type": "GeoShape", "polygon": polygon}}

    assert read(spatialCoverage=place).geo_locations == (GeoLocation("Bay"),)


@pytest.mark.parametrize(
    ("published", "year"), [("2019.04.10", "2019"), ("2013", "2013"), ("2017-11-30T10:00:00Z", "2017"), ("spring", "")]
)
def test_the_year_is_that_of_publication(published: str, year: str) -> None:
    assert read(datePublished=published).publication_year == year


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", Reason.NOT_WELL_FORMED),
        ("[]", Reason.SHAPE),
        ("[{}, {}]", Reason.SHAPE),
        ("7", Reason.SHAPE),
        ('{"name": "no type"}', Reason.WRONG_RECORD),
        ('{"@type": "Dataset"}', Reason.WRONG_RECORD),
        ('{"@type": "Dataset", "name": NaN}', Reason.NOT_WELL_FORMED),
        ('{"@type": "Dataset", "name": "a", "name": "b"}', Reason.NOT_WELL_FORMED),
        (b'{"@type": "\xff"}', Reason.NOT_UTF8),
        ('{"@type": "\\ud800"}', Reason.NOT_UTF8),
        ('{"name":' * 100 + "1" + "}" * 100, Reason.TOO_LARGE),
        ("[" * 1_000_000, Reason.TOO_LARGE),
        (" " * 2_100_000, Reason.TOO_LARGE),
        ('{"@type": "Dataset", "name": [' + "1," * 100_000 + "1]}", Reason.TOO_LARGE),
        ("1" * 10_000, Reason.NOT_WELL_FORMED),
    ],
    ids=str.split("broken empty two number untyped nameless nan twice latin surrogate deep brackets huge many digits"),
)
def test_what_is_no_schema_org_object_is_refused(text: bytes | str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_schema_org(text)

    assert refused.value.reason is reason
    assert refused.value.field == "schema_org"


def test_a_mistake_is_named_by_its_place() -> None:
    with pytest.raises(Unreadable) as refused:
        read_schema_org('{"@type": "Dataset",\n "name" "x"}')

    assert (refused.value.line, refused.value.column) == (2, 9)


@needs_fixtures
@pytest.mark.parametrize(
    ("name", "types", "count", "first", "title", "year", "publisher"),
    [
        ("schema_org", "Text/BlogPosting", 1, "Fenner, Martin", "Eating your own Dog Food", "2016", "DataCite"),
        ("schema_org_type_as_array", "Text/BlogPosting", 1, "Fenner, Martin", "Eating your own Dog Food", "2016", "DataCite"),
        ("schema_org_gtex", "Dataset/Dataset", 1, "The GTEx Consortium", "Fully processed", "2017", "GTEx"),
        ("schema_org_topmed", "Dataset/Dataset", 1, "TOPMed IRC", "NWD165827.recab.cram", "2017", "TOPMed"),
        ("schema_org_geolocation", "Dataset/Dataset", 6, "Bales, Roger", "Southern Sierra", "2013", "UC Merced"),
        ("schema_org_geoshape", "Dataset/Dataset", 2, "Tara Oceans Consortium, Coordinators", "Registry of all", "2015", "PANGAEA"),
        ("aida", "Dataset/Dataset", 4, "Lindman, Karin", "Ovary data", "2019", "AIDA"),
    ],
)
def test_real_objects_are_read_as_datacite_reads_them(
    name: str, types: str, count: int, first: str, title: str, year: str, publisher: str
) -> None:
    found = read_schema_org((DATACITE / "bolognese" / f"{name}.json").read_bytes())

    assert f"{found.types.general}/{found.types.schema_org}" == types
    assert (len(found.creators), found.creators[0].name) == (count, first)
    assert found.titles[0].title.startswith(title)
    assert found.publication_year == year
    assert found.publisher.name == publisher


@needs_fixtures
def test_no_real_json_stops_the_reader() -> None:
    outcomes: dict[str, Any] = {}
    for path in sorted(DATACITE.glob("**/*.json")):
        try:
            outcomes[path.name] = read_schema_org(path.read_bytes())
        except Unreadable as refused:
            outcomes[path.name] = refused.reason

    real = {name: outcome for name, outcome in outcomes.items() if name.startswith("schema_org")}
    assert len(real) > 10
    assert {name for name, outcome in real.items() if not isinstance(outcome, Metadata)} == {"schema_org_list.json"}
    assert all(outcome.titles and outcome.creators for outcome in real.values() if isinstance(outcome, Metadata))


@needs_fixtures
def test_each_object_of_a_list_is_read() -> None:
    listed = json.loads((DATACITE / "bolognese" / "schema_org_list.json").read_text(encoding="utf-8"))
    found = [read_schema_org(json.dumps(one)) for one in listed]

    assert [one.titles[0].title for one in found] == [one["name"] for one in listed]
    assert {one.creators[0].name for one in found} == {"TOPMed"}
