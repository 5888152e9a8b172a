"""CSL-JSON items become descriptions, those of Crossref's REST API included."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    Container,
    Date,
    Description,
    FundingReference,
    Metadata,
    NameIdentifier,
    Publisher,
    RelatedIdentifier,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.crossref_xml import read_crossref
from pidstack.formats.csl_in import read_csl
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.schema_org_in import read_schema_org
from tests.unit.formats.foreign_fixtures import CROSSREF, DATACITE, needs_fixtures

ARTICLE = {
    "type": "article-journal",
    "id": "https://doi.org/10.5072/atp.7.12",
    "DOI": "10.5072/atp.7.12",
    "title": "Low tide, high tide",
    "title-short": "Tides",
    "author": [
        {
            "family": "Berg",
            "given": "Jan",
            "non-dropping-particle": "van der",
            "ORCID": "http://orcid.org/0000-0003-1419-2405",
            "affiliation": [{"name": "University of Tides"}],
        },
        {"literal": "Tide Watchers"},
    ],
    "translator": [{"family": "Okafor"}],
    "issued": {"date-parts": [[2024, 2, 29]]},
    "submitted": {"date-parts": [["2023", "12"]]},
    "container-title": "Annals of Tide Pools",
    "ISSN": "20493630",
    "volume": 7,
    "issue": "2",
    "page": "12-19",
    "publisher": "The Press",
    "abstract": "About tides.",
    "keyword": "tide; sea level",
    "language": "en",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "funder": [{"name": "Sea Fund", "DOI": "10.13039/501100000780", "award": ["SF-1", "SF-2"]}],
    "reference": [{"key": "r1", "DOI": "10.5072/Cited.One"}, {"key": "r2", "unstructured": "A book"}],
}


def read(**changed: Any) -> Any:
    """Read the article with some of its values changed; None takes one away."""
    return read_csl(json.dumps({key: value for key, value in {**ARTICLE, **changed}.items() if value is not None}))


def test_an_article_is_read_whole() -> None:
    orcid = NameIdentifier("https://orcid.org/0000-0003-1419-2405", "ORCID", "https://orcid.org")
    fund = ("Sea Fund", "https://doi.org/10.13039/501100000780", "Crossref Funder ID")

    assert read() == Metadata(
        creators=(
            Agent("van der Berg, Jan", "Personal", "Jan", "van der Berg", (orcid,), (Affiliation("University of Tides"),)),
            Agent("Tide Watchers", "Organizational"),
        ),
        titles=(Title("Low tide, high tide"), Title("Tides", "AlternativeTitle")),
        publisher=Publisher("The Press"),
        publication_year="2024",
        types=Types("JournalArticle", "JournalArticle", "ScholarlyArticle", "article-journal"),
        subjects=(Subject("tide"), Subject("sea level")),
        contributors=(Agent("Okafor", "Personal", "", "Okafor", contributor_type="Translator"),),
        dates=(Date("2024-02-29", "Issued"), Date("2023-12", "Submitted")),
        language="en",
        related_identifiers=(
            RelatedIdentifier("2049-3630", "ISSN", "IsPartOf", "Collection"),
            RelatedIdentifier("10.5072/cited.one", "DOI", "References"),
        ),
        rights=(Rights(uri="https://creativecommons.org/licenses/by/4.0/"),),
        descriptions=(Description("About tides.", "Abstract"),),
        funding_references=(FundingReference(*fund, award_number="SF-1"), FundingReference(*fund, award_number="SF-2")),
        container=Container("Journal", "Annals of Tide Pools", "2049-3630", "ISSN", "7", "2", first_page="12", last_page="19"),
    )


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ({"date-parts": [[2012]]}, "2012"),
        ({"date-parts": [[2012, 3]]}, "2012-03"),
        ({"date-parts": [["2012", "3", "4"]]}, "2012-03-04"),
        ({"date-parts": [[2012, 3], [2012, 5]]}, "2012-03/2012-05"),
        ({"date-parts": [[2012, 21]]}, "2012"),
        ({"date-parts": [[None]]}, ""),
        ({"date-parts": []}, ""),
        ({"date-parts": [["soon"]]}, ""),
        ({"raw": "2012-03-04"}, "2012-03-04"),
        ("2012", "2012"),
        ("soon", ""),
    ],
    ids=str,
)
def test_dates_come_in_many_shapes(issued: dict[str, Any] | str, expected: str) -> None:
    assert [date.date for date in read(issued=issued, submitted=None).dates] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("kind", "general"),
    [
        ("book", "Book"),
        ("chapter", "BookChapter"),
        ("paper-conference", "ConferencePaper"),
        ("thesis", "Dissertation"),
        ("report", "Report"),
        ("dataset", "Dataset"),
        ("software", "Software"),
        ("post-weblog", "Text"),
        ("proceedings-article", "ConferencePaper"),
        ("unheard-of", "Other"),
    ],
)
def test_the_type_says_what_kind_of_thing_it_is(kind: str, general: str) -> None:
    assert read(type=kind).types.general == general


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", Reason.NOT_WELL_FORMED),
        ("[]", Reason.SHAPE),
        ('{"title": "no type"}', Reason.WRONG_RECORD),
        ('{"type": "book"}', Reason.WRONG_RECORD),
        ('{"type": "book", "id": "a", "id": "b"}', Reason.NOT_WELL_FORMED),
    ],
    ids=["broken", "empty", "untyped", "nameless", "twice"],
)
def test_what_is_no_csl_item_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_csl(text)

    assert refused.value.reason is reason
    assert refused.value.field == "citeproc"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["name", "@id", "@type", "date-parts", "geo"]), inside)
    ),
    max_leaves=8,
)
KEYS = [
    *ARTICLE,
    "@type",
    "name",
    "author",
    "identifier",
    "keywords",
    "license",
    "spatialCoverage",
    "isPartOf",
    "citation",
    "funding",
]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(item=st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_json_whatever_stops_either_reader(item: Any) -> None:
    text = json.dumps({"type": "book", "id": "x", "@type": "Dataset", "@id": "x", **item})

    assert isinstance(outcome(read_csl, text), Metadata | Reason)
    assert isinstance(outcome(read_schema_org, text), Metadata | Reason)


def outcome(reader: Any, text: str) -> Any:
    """Give what a reader reads, or why it refuses; anything else that it raises is a fault."""
    try:
        return reader(text)
    except Unreadable as refused:
        return refused.reason


def test_control_characters_do_not_get_in() -> None:
    assert read(title="a\x00b\x1fc", abstract="two\nlines").titles[0] == Title("a b c")
    assert read(abstract="two\nlines").descriptions == (Description("two\nlines", "Abstract"),)


@needs_fixtures
@pytest.mark.parametrize("name", ["citeproc", "citeproc-no-author", "citeproc-no-categories"])
def test_real_items_are_read_as_datacite_reads_them(name: str) -> None:
    found = read_csl((DATACITE / "bolognese" / f"{name}.json").read_bytes())

    assert found.types == Types("Text", "", "BlogPosting", "post-weblog")
    assert found.titles == (Title("Eating your own Dog Food"),)
    assert [agent.name for agent in found.creators] == ([] if name == "citeproc-no-author" else ["Fenner, Martin"])
    assert found.dates == (Date("2016-12-20", "Issued"),)
    assert found.publisher == Publisher("DataCite")
    assert found.container.title == "DataCite Blog"


@needs_fixtures
@pytest.mark.parametrize("name", ["citeproc_duplicate_keys", "citeproc_malformed"])
def test_real_items_that_datacite_refuses_are_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        read_csl((DATACITE / "lupo" / f"{name}.json").read_bytes())


@needs_fixtures
def test_crossrefs_json_says_what_its_xml_says() -> None:
    work = read_csl((CROSSREF / "commonmeta" / "crossref.json").read_bytes())
    record = read_crossref((CROSSREF / "commonmeta" / "crossref.xml").read_bytes())

    assert work.creators == record.creators
    assert work.titles == record.titles
    assert (work.publisher, work.publication_year, work.dates[0]) == (record.publisher, record.publication_year, record.dates[0])
    assert set(work.funding_references) == set(record.funding_references)
    assert set(work.rights) == set(record.rights)
    assert work.container.identifier == record.container.identifier
