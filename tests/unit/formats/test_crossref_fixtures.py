"""Thousands of real Crossref records: none of them stops the reader, and what it reads is what a plain look at them says."""

import csv
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pidstack.domain.identifier import Identifier
from pidstack.formats.crossref_xml import read_crossref
from pidstack.formats.datacite_schema import problems
from pidstack.formats.datacite_xml import write
from pidstack.formats.kernel import with_placeholders
from tests.unit.formats.foreign_fixtures import CROSSREF, crossref_documents, needs_fixtures

pytestmark = needs_fixtures
VECTORS = Path(__file__).parents[2] / "vectors" / "crossref"

GENERAL_OF_DOI_TYPE = {
    "journal_article": {"JournalArticle"},
    "journal_issue": {"Text"},
    "book_title": {"Book"},
    "book_series": {"Book"},
    "book_content": {"BookChapter"},
    "conference_paper": {"ConferencePaper"},
    "conference_title": {"ConferenceProceeding"},
    "dissertation": {"Dissertation"},
    "report-paper_title": {"Report"},
    "dataset": {"Dataset"},
    "posted_content": {"Preprint", "Text"},
    "peer_review": {"PeerReview"},
    "component": {"Other", "Image", "Text", "Dataset"},
}


REFERENCES = {"10.7554_eLife.01567": 27, "10.1371_journal.pone.0000030": 64, "10.3389_fpls.2019.00816": 70, "10.1111_nph.14619": 49}


def rows(table: str) -> Any:
    """Split a table into its rows, each with its first cell as its name."""
    lines = (VECTORS / table).read_text(encoding="utf-8").splitlines()
    return [pytest.param(*line.split("|"), id=line.partition("|")[0]) for line in lines]


def read(name: str) -> Any:
    """Read one of the single records."""
    return read_crossref((CROSSREF / "bolognese" / f"{name}.xml").read_bytes())


@pytest.mark.parametrize(("name", "types", "count", "first", "title", "issued", "publisher"), rows("essentials.txt"))
def test_the_essentials_are_those_that_datacite_reads(
    name: Any, types: Any, count: Any, first: Any, title: Any, issued: Any, publisher: Any
) -> None:
    found = read(name)

    assert f"{found.types.general}/{found.types.specific}".startswith(types)
    assert len(found.creators) == int(count)
    assert found.creators[0].name == (first or found.creators[0].name)
    assert found.titles[0].title.startswith(title)
    assert [date.date for date in found.dates if date.date_type == "Issued"] == [issued]
    assert found.publication_year == issued[:4]
    assert found.publisher.name == publisher


@pytest.mark.parametrize(("name", "kind", "title", "identifier", "volume", "issue", "first", "last"), rows("containers.txt"))
def test_what_it_appeared_in_is_what_datacite_reads(
    name: Any, kind: Any, title: Any, identifier: Any, volume: Any, issue: Any, first: Any, last: Any
) -> None:
    box = read(name).container

    assert [box.type, box.title, box.identifier, box.volume, box.issue] == [kind, title, identifier, volume, issue]
    assert [box.first_page, box.last_page] == [first, last]


@pytest.mark.parametrize(("name", "most"), REFERENCES.items(), ids=REFERENCES)
def test_all_references_with_a_doi_are_kept(name: str, most: Any) -> None:
    links = read(name).related_identifiers

    assert len([link for link in links if link.relation_type == "References" or link.identifier_type == "ISSN"]) == most


def test_every_real_record_is_read() -> None:
    read_records = [(name, read_crossref(document)) for name, document in crossref_documents()]

    assert len(read_records) > 2900
    assert [name for name, found in read_records if not found.types.general or not found.titles or not found.creators] == []
    undated = [name for name, found in read_records if not found.publication_year]
    assert all("database" in name for name in undated)


def test_every_real_record_becomes_a_valid_datacite_record() -> None:
    faults = {}
    for name, document in crossref_documents()[::5]:
        written = write(with_placeholders(read_crossref(document, unknown="")), Identifier.parse("doi:10.5072/FK2X"))
        if found := problems(etree.fromstring(written)):
            faults[name] = found

    assert faults == {}


def test_every_record_of_an_index_is_of_the_kind_that_crossref_calls_it() -> None:
    wrong = []
    for folder in ("bolognese", "cayenne-unixsd"):
        with (CROSSREF / folder / "INDEX.tsv").open(encoding="utf-8") as index:
            for row in csv.DictReader(index, delimiter="\t"):
                found = read_crossref((CROSSREF / folder / row["file"]).read_bytes(), row["doi"])
                if found.types.general not in GENERAL_OF_DOI_TYPE[row["type"]]:
                    wrong.append((row["file"], row["type"], found.types))

    assert wrong == []


def test_every_article_says_what_its_elements_say() -> None:
    wrong = []
    for name, document in crossref_documents():
        if b"journal_article" not in document:
            continue
        root = ET.fromstring(document)  # noqa: S314 - files that we know, and another parser is the point
        article = root.find(".//{*}journal_article")
        if article is not None:
            expected, found = plain_article(root, article), read_crossref(document)
            family_names = [agent.family_name for agent in found.creators if agent.family_name]
            if expected != (
                found.titles[0].title,
                family_names,
                found.publication_year,
                found.container.title,
                found.container.volume,
            ):
                wrong.append((name, expected))

    assert wrong == []


def plain_article(root: Any, article: Any) -> Any:
    """Look an article's essentials up by their paths, with another parser."""

    def said(node: Any, path: Path) -> Any:
        found = node.find(path)
        return " ".join("".join(found.itertext()).split()) if found is not None else ""

    title, subtitle = said(article, "{*}titles/{*}title"), said(article, "{*}titles/{*}subtitle")
    authors = article.findall("{*}contributors/{*}person_name[@contributor_role='author']")
    dates = [*article.findall("{*}publication_date"), *root.findall(".//{*}journal_issue/{*}publication_date")]
    return (
        (f"{title}: {subtitle}" if subtitle else title) or said(article, "{*}titles/{*}original_language_title"),
        [name for author in authors if (name := f"{said(author, '{*}surname')} {said(author, '{*}suffix')}".strip())],
        said(dates[0], "{*}year"),
        said(root, ".//{*}journal_metadata/{*}full_title"),
        said(root, ".//{*}journal_volume/{*}volume"),
    )


def test_a_record_says_in_xml_what_it_says_in_json() -> None:
    work = json.loads((CROSSREF / "commonmeta" / "crossref.json").read_text(encoding="utf-8"))
    found = read_crossref((CROSSREF / "commonmeta" / "crossref.xml").read_bytes())

    assert [title.title for title in found.titles] == work["title"]
    assert [(one.family_name, one.given_name) for one in found.creators] == [
        (one["family"], one["given"]) for one in work["author"]
    ]
    assert [one.affiliations[0].name for one in found.creators] == [one["affiliation"][0]["name"] for one in work["author"]]
    assert found.publisher.name == work["publisher"]
    assert found.dates[0].date == "-".join(f"{part:02}" for part in work["issued"]["date-parts"][0])
    assert (found.container.title, found.container.volume) == (work["container-title"][0], work["volume"])
    assert found.container.identifier == work["ISSN"][0]
    assert found.language == work["language"]
    assert {one.uri for one in found.rights} == {one["URL"] for one in work["license"]}
    funders = {(one["name"], f"https://doi.org/{one['DOI']}" if "DOI" in one else "") for one in work["funder"]}
    assert {(one.funder_name, one.funder_identifier) for one in found.funding_references} == funders
    cited = {one["DOI"].lower() for one in work["reference"] if "DOI" in one}
    read_references = {one.identifier for one in found.related_identifiers if one.relation_type == "References"}
    assert cited - read_references == {"10.1242/dev.119.1.71"}  # matched by Crossref after the XML was fetched
    assert read_references <= cited
