"""UNIXREF written from descriptions: the right family, what it must have, in the order of the schema, and readable again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    FundingReference,
    NameIdentifier,
    RelatedIdentifier,
    Rights,
    Title,
    Types,
)
from pidstack.formats.crossref_xml import read_crossref
from pidstack.formats.datacite_lists import RESOURCE_TYPES
from pidstack.formats.unixref_kinds import kind_of
from pidstack.formats.unixref_out import NAMESPACE, SCHEMA, write_unixref
from pidstack.formats.xml_nodes import children, local
from tests.unit.formats.builders import a_description, metadata
from tests.unit.formats.cited_examples import ARTICLE, DATASET, HOSTILE
from tests.unit.formats.foreign_fixtures import crossref_documents, needs_fixtures
from tests.unit.formats.published_schemas import needs_schemas, schema

steady = settings(derandomize=True, deadline=None, max_examples=60)
ARTICLE_TYPE = Types("JournalArticle")
NAME = Identifier.parse("doi:10.5072/FK2TIDE")
TARGET = "https://example.org/tides?a=1&b=2"
JOURNAL = Container("Journal", "Annals of Tide Pools", "2049-3630", "ISSN", "7", "2", first_page="3", last_page="9")
BOOK = Container("Book", "The Shore", "978-3-16-148410-0", "ISBN", first_page="11")
SERIES = Container("Book Series", "Shores of the World", "1234-567X", "ISSN", volume="4")

# Types and container; the path from the family to the element that carries the DOI; its kind.
FAMILIES = {
    "article": (Types("JournalArticle"), JOURNAL, "journal/journal_article", "journal_article"),
    "article in nothing": (Types("JournalArticle"), None, "journal/journal_article", "journal_article"),
    "data paper": (Types("DataPaper"), JOURNAL, "journal/journal_article", "journal_article"),
    "text in a journal": (Types("Text"), JOURNAL, "journal/journal_article", "journal_article"),
    "issue": (Types("Text", "JournalIssue"), JOURNAL, "journal/journal_issue", "journal_issue"),
    "volume": (Types("Text", "JournalVolume"), JOURNAL, "journal/journal_issue/journal_volume", "journal_volume"),
    "journal": (Types("Journal"), None, "journal/journal_metadata", "journal_title"),
    "book": (Types("Book", "Monograph"), None, "book/book_metadata", "book_title"),
    "book in a series": (Types("Book"), SERIES, "book/book_series_metadata", "book_title"),
    "book series": (Types("Book", "BookSeries"), None, "book/book_series_metadata/series_metadata", "book_series"),
    "book set": (Types("Book", "BookSet"), None, "book/book_set_metadata/set_metadata", "book_title"),
    "chapter": (Types("BookChapter"), BOOK, "book/content_item", "book_content"),
    "reference entry": (Types("BookChapter", "ReferenceEntry"), BOOK, "book/content_item", "book_content"),
    "proceedings": (Types("ConferenceProceeding"), None, "conference/proceedings_metadata", "conference_title"),
    "paper": (Types("ConferencePaper"), BOOK, "conference/conference_paper", "conference_paper"),
    "dissertation": (Types("Dissertation"), None, "dissertation", "dissertation"),
    "report": (Types("Report"), None, "report-paper/report-paper_metadata", "report-paper_title"),
    "report in a series": (Types("Report"), SERIES, "report-paper/report-paper_metadata", "report-paper_title"),
    "part of a report": (Types("Report", "ReportComponent"), BOOK, "report-paper/content_item", "report-paper_content"),
    "standard": (Types("Standard"), None, "standard/standard_metadata", "standard_title"),
    "preprint": (Types("Preprint"), None, "posted_content", "posted_content"),
    "text": (Types("Text"), None, "posted_content", "posted_content"),
    "nothing known": (Types(), None, "posted_content", "posted_content"),
    "review": (Types("PeerReview"), None, "peer_review", "peer_review"),
    "dataset": (Types("Dataset"), None, "database/dataset", "dataset"),
    "software": (Types("Software"), None, "database/dataset", "dataset"),
    "database": (Types("Collection", "Database"), None, "database/database_metadata", "dataset"),
    "component": (Types("Other", "Component"), None, "sa_component/component_list/component", "component"),
}
# What the schema wants to stand in this order, of whatever is there.
ORDER = {
    "journal_article": """titles contributors abstract publication_date acceptance_date pages publisher_item program version_info
        doi_data citation_list""",
    "book_metadata": """contributors titles abstract edition_number publication_date acceptance_date isbn noisbn publisher
        publisher_item program doi_data citation_list""",
    "posted_content": """group_title contributors titles posted_date acceptance_date institution item_number abstract program
        version_info doi_data citation_list""",
    "dataset": """contributors titles database_date publisher_item description format program version_info doi_data
        citation_list""",
    "report-paper_metadata": """contributors series_metadata titles edition_number abstract publication_date isbn issn publisher
        publisher_item contract_number program version_info doi_data citation_list""",
}


def described(types: Any = ARTICLE_TYPE, container: Any = JOURNAL, **changes: Any) -> Any:
    """A description that says a little of everything."""
    return a_description(
        types=types,
        container=container,
        **{
            "titles": (Title("Low tide &amp; <i>high</i> tide"), Title("An essay", "Subtitle"), Title("Maré baixa", lang="pt")),
            "publisher": replace(a_description().publisher, name="Ocean Press"),
            "publication_year": "2024",
            "dates": (Date("2024-02-29", "Issued"), Date("2024-01", "Accepted")),
            "contributors": (Agent("Okafor, Ngozi", contributor_type="Editor"),),
            "language": "pt-BR",
            "version": "2.0",
            "alternate_identifiers": (AlternateIdentifier("S0000(24)", "PII"), AlternateIdentifier("e12", "article_number")),
            "descriptions": (Description("First.\n\nSecond.", "Abstract", "en"),),
            "rights": (Rights("CC BY", "https://creativecommons.org/licenses/by/4.0/"),),
            **changes,
        },
    )


def written(description: Any, target: str = TARGET) -> Any:
    """The `crossref` element as a tree."""
    return etree.fromstring(write_unixref(description, NAME, target).xml)


def text_at(node: Any, path: str) -> str:
    """All text of the first element at a path, empty if there is none."""
    return " ".join("".join(["".join(found.itertext()) for found in children(node, path)[:1]]).split())


@pytest.mark.parametrize("example", FAMILIES)
def test_each_type_has_its_family(example: Any) -> None:
    types, container, path, kind = FAMILIES[example]

    found = write_unixref(described(types, container), NAME, TARGET)

    root = etree.fromstring(found.xml)
    assert found.kind == kind
    assert len(root) == 1
    assert [text_at(node, "doi") for node in children(root, f"{path}/doi_data")] == [NAME.doi]
    assert text_at(root, f"{path}/doi_data/resource") == TARGET
    assert len(list(root.iter("{*}doi_data"))) == 1


@needs_schemas
@pytest.mark.parametrize("example", FAMILIES)
def test_each_family_is_valid(example: Any) -> None:
    types, container, _, _ = FAMILIES[example]

    schema("cr_unixml").assertValid(written(described(types, container)))
    schema("cr_unixml").assertValid(etree.fromstring(write_unixref(a_description(types=types, publisher=None), NAME).xml))


@pytest.mark.parametrize("name", ORDER)
def test_children_stand_in_the_order_of_the_schema(name: str) -> None:
    container = None if name == "book_metadata" else SERIES if "report" in name else JOURNAL if "article" in name else BOOK
    general = next(types for types, _, path, _ in FAMILIES.values() if path.endswith(name))

    node = next(written(described(general, container)).iter(f"{{*}}{name}"))

    found = list(dict.fromkeys(map(local, node)))
    assert found == [child for child in ORDER[name].split() if child in found]
    assert len(found) > 5


def test_the_root_says_what_it_is() -> None:
    root = written(described())

    assert root.tag == f"{{{NAMESPACE}}}crossref"
    assert root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation") == f"{NAMESPACE} {SCHEMA}"


@pytest.mark.parametrize(
    "example", ["article", "chapter", "paper", "dataset", "preprint", "dissertation", "report", "standard", "book"]
)
def test_what_is_written_is_read_again(example: str) -> None:
    types, container, _, _ = FAMILIES[example]
    original = described(types, container)

    read = read_crossref(write_unixref(original, NAME, TARGET).xml.decode(), NAME.doi)

    assert read.types.general == types.general
    assert read.titles[0].title == "Low tide &amp; high tide: An essay"
    assert [agent.name for agent in read.creators] == ["Miller, Elizabeth"]
    assert [(agent.name, agent.contributor_type) for agent in read.contributors] == [("Okafor, Ngozi", "Editor")]
    assert read.dates[0] == Date("2024-02-29", "Issued")
    assert read.rights == (Rights(uri="https://creativecommons.org/licenses/by/4.0/"),)
    assert read.publisher is None if example == "article" else read.publisher.name == "Ocean Press"
    if container and example != "paper":
        assert (read.container.title, read.container.identifier) == (container.title, container.identifier)
        assert read.container.first_page == container.first_page


def test_people_have_their_names_identifiers_and_places() -> None:
    ada = Agent(
        "Lovelace, Ada",
        name_identifiers=(NameIdentifier("0000-0001-5000-0007", "ORCID"),),
        affiliations=(Affiliation("Analytical Society", "https://ror.org/04wxnsj81", "ROR"), Affiliation("Looms")),
    )
    others = (Agent("Society for Looms", "Organizational"), Agent("Plato", "Personal"), Agent("Anonymous"), Agent("(:unkn)"))

    root = written(described(creators=(ada, *others)))

    people = root.find(".//{*}contributors")
    assert [local(person) for person in people] == ["person_name", "organization", "person_name", "anonymous", "person_name"]
    assert [person.get("sequence") for person in people] == ["first", *["additional"] * 4]
    assert [person.get("contributor_role") for person in people] == [*["author"] * 4, "editor"]
    assert text_at(people[0], "ORCID") == "https://orcid.org/0000-0001-5000-0007"
    assert [text_at(place, "institution_name") for place in children(people[0], "affiliations/institution")] == [
        "Analytical Society",
        "Looms",
    ]
    assert people[0].find(".//{*}institution_id").get("type") == "ror"
    assert (text_at(people[2], "surname"), text_at(people[2], "given_name")) == ("Plato", "")


RELATIONS = {
    "review": (RelatedIdentifier("10.5072/x", "DOI", "Reviews"), ("inter", "isReviewOf", "doi", "10.5072/x")),
    "translation": (
        RelatedIdentifier("https://e.org/", "URL", "IsTranslationOf"),
        ("intra", "isTranslationOf", "uri", "https://e.org/"),
    ),
    "new version": (RelatedIdentifier("10.5072/x", "DOI", "IsNewVersionOf"), ("intra", "isVersionOf", "doi", "10.5072/x")),
    "of Crossref's own": (
        RelatedIdentifier("10.5072/x", "DOI", "Other", relation_type_information="isCommentOn"),
        ("inter", "isCommentOn", "doi", "10.5072/x"),
    ),
    "without a word": (RelatedIdentifier("B1", "Bibcode", "HasMetadata"), ("inter", "hasRelatedMaterial", "other", "B1")),
    "reference that is no DOI": (RelatedIdentifier("1234", "PMID", "References"), ("inter", "references", "pmid", "1234")),
}


@pytest.mark.parametrize("example", RELATIONS)
def test_relations_use_the_nearest_word(example: Any) -> None:
    related, expected = RELATIONS[example]

    (found,) = written(described(Types("Dataset"), None, related_identifiers=(related,))).iter("{*}related_item")

    node = found[-1]
    assert (local(node)[:5], node.get("relationship-type"), node.get("identifier-type"), node.text) == expected


def test_what_it_cites_is_in_the_list_of_citations_and_its_journal_only_in_the_journal() -> None:
    related = (
        RelatedIdentifier("10.5072/Cited", "DOI", "References"),
        RelatedIdentifier("10.5072/cited", "DOI", "Cites"),
        RelatedIdentifier("2049-3630", "ISSN", "IsPartOf"),
    )

    root = written(described(related_identifiers=related))

    assert [node.text for node in root.findall(".//{*}citation/{*}doi")] == ["10.5072/cited"]
    assert root.find(".//{*}related_item") is None
    assert [node.text for node in root.iter("{*}issn")] == ["2049-3630"]


def test_funders_have_their_identifiers_and_awards() -> None:
    funding = (
        FundingReference("Sea Fund", "https://doi.org/10.13039/501100000780", "Crossref Funder ID", award_number="SF-1"),
        FundingReference("Coast Trust", "https://ror.org/04wxnsj81", "ROR", award_uri="https://doi.org/10.5072/grant"),
        FundingReference("Moon", "grid.1.2", "GRID"),
    )

    groups = list(written(described(funding_references=funding)).find(".//{http://www.crossref.org/fundref.xsd}program"))

    said = [[(part.get("name"), part.text) for part in group.iter() if part is not group] for group in groups]
    assert said == [
        [("funder_name", "Sea Fund"), ("funder_identifier", "https://doi.org/10.13039/501100000780"), ("award_number", "SF-1")],
        [("funder_name", "Coast Trust"), ("ror", "https://ror.org/04wxnsj81"), ("grant_doi", "10.5072/grant")],
        [("funder_name", "Moon")],
    ]


@pytest.mark.parametrize(
    ("year", "dates", "expected"),
    [
        ("2024", (), ["2024"]),
        ("2024", (Date("2024-03", "Issued"),), ["03", "2024"]),
        ("2024", (Date("2024-13-40", "Issued"),), ["2024"]),
        ("2024", (Date("last summer", "Issued"),), ["2024"]),
        ("0000", (), []),
        ("(:unkn)", (), []),
    ],
    ids=["year", "month", "no such month", "no date", "unknown", "code"],
)
def test_dates_say_what_is_known(year: str, dates: Any, expected: list[Any]) -> None:
    root = written(described(Types("Book"), None, publication_year=year, dates=dates))

    assert [part.text for part in root.find(".//{*}publication_date")] == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("en", "en"), ("deu", "de"), ("pt-BR", "pt"), ("tlh", None), ("xx", None), ("", None)]
)
def test_only_languages_of_two_letters_are_named(given: str, expected: str | None) -> None:
    assert written(described(language=given)).find(".//{*}journal_article").get("language") == expected


@pytest.mark.parametrize("example", [ARTICLE, DATASET, HOSTILE], ids=["article", "dataset", "hostile"])
@needs_schemas
def test_examples_are_valid(example: Any) -> None:
    schema("cr_unixml").assertValid(etree.fromstring(write_unixref(example.metadata, NAME, TARGET).xml))


@needs_schemas
@steady
@given(
    description=metadata(),
    container=st.none() | st.builds(Container, st.sampled_from(["Journal", "Book", "Series", ""]), *[st.text(max_size=9)] * 10),
)
def test_every_description_gives_a_valid_record(description: Any, container: Any) -> None:
    found = write_unixref(replace(description, container=container), NAME, TARGET)

    schema("cr_unixml").assertValid(etree.fromstring(found.xml))


@steady
@given(description=metadata(), noise=st.text(max_size=30))
def test_every_description_gives_one_family_with_one_doi(description: Any, noise: Any) -> None:
    noisy = replace(description, titles=(Title(noise),), publisher=replace(description.publisher, name=noise), version=noise)

    root = etree.fromstring(write_unixref(noisy, NAME, TARGET).xml)

    assert [text_at(node, "doi") for node in root.iter("{*}doi_data")] == [NAME.doi]
    assert text_at(root, "doi") == ""


def test_every_general_type_has_a_kind() -> None:
    kinds = {kind_of(Types(general), Container()) for general in RESOURCE_TYPES}

    assert {"journal_article", "book_title", "dataset", "posted_content", "peer_review", "dissertation"} <= kinds


@needs_fixtures
@needs_schemas
def test_what_real_records_say_is_valid_when_it_is_written_anew() -> None:
    checked = 0
    for name, document in crossref_documents()[::5]:  # every fifth says enough
        try:
            read = read_crossref(document)
        except ValueError:
            continue
        found = etree.fromstring(write_unixref(read, NAME, TARGET).xml)
        assert schema("cr_unixml").validate(found), f"{name}: {schema('cr_unixml').error_log}"
        checked += 1
    assert checked > 400
