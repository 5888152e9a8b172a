"""What the DataCite schema knows, in the words of Crossref's REST API."""

from __future__ import annotations

from typing import Any

import pytest

from pidstack.domain import metadata as model
from pidstack.domain.identifier import Identifier
from pidstack.formats.cited import Cited
from pidstack.formats.crossref_work import write_work

DOI = Identifier.parse("doi:10.5072/FK2A")


def a_work(**parts: Any) -> Any:
    return write_work(Cited(model.Metadata(**parts), DOI, "https://example.org/a"), member=7, created_s=0, updated_s=86400)


def test_a_work_of_which_nothing_is_known_has_what_every_work_has() -> None:
    work = a_work()

    assert (work["DOI"], work["URL"], work["prefix"], work["member"]) == (
        "10.5072/fk2a",
        "https://doi.org/10.5072/fk2a",
        "10.5072",
        "7",
    )
    assert (work["title"], work["issued"], work["type"]) == ([], {"date-parts": [[None]]}, "other")
    assert work["resource"] == {"primary": {"URL": "https://example.org/a"}}
    assert work["created"]["date-time"] == "1970-01-01T00:00:00Z"
    assert work["deposited"]["timestamp"] == 86_400_000
    assert not {"author", "abstract", "volume", "relation", "ISSN"} & work.keys()


@pytest.mark.parametrize(
    ("general", "expected"),
    [("JournalArticle", "journal-article"), ("Preprint", "posted-content"), ("Dataset", "dataset"), ("Software", "other")],
)
def test_a_general_type_becomes_a_type_of_crossref(general: str, expected: str) -> None:
    work = a_work(types=model.Types(general))

    assert work["type"] == expected
    assert work.get("subtype") == ("preprint" if general == "Preprint" else None)


def test_people_keep_their_order_parts_orcid_and_affiliations() -> None:
    people = (
        model.Agent(
            "Miller, Elizabeth",
            name_identifiers=(model.NameIdentifier("0000-0001-5000-0007", "ORCID"),),
            affiliations=(model.Affiliation("Harbour Institute"),),
        ),
        model.Agent("Harbour Institute", "Organizational"),
    )
    editor = model.Agent("Okafor, C.", contributor_type="Editor")

    work = a_work(creators=people, contributors=(editor,))

    first, second = work["author"]
    assert first == {
        "ORCID": "https://orcid.org/0000-0001-5000-0007",
        "given": "Elizabeth",
        "family": "Miller",
        "affiliation": [{"name": "Harbour Institute"}],
        "sequence": "first",
    }
    assert (second["name"], second["sequence"]) == ("Harbour Institute", "additional")
    assert [each["family"] for each in work["editor"]] == ["Okafor"]


def test_what_it_appeared_in_gives_the_container_and_its_issn() -> None:
    journal = model.Container("Journal", "Journal of Tides", "12345679", "ISSN", "3", "2", first_page="7", last_page="9")

    work = a_work(container=journal, types=model.Types("JournalArticle"))

    assert (work["container-title"], work["volume"], work["issue"], work["page"]) == (["Journal of Tides"], "3", "2", "7-9")
    assert work["ISSN"] == ["1234-5679"]


def test_related_identifiers_are_references_or_relations() -> None:
    related = (
        model.RelatedIdentifier("10.5072/CITED", "DOI", "References"),
        model.RelatedIdentifier("Somewhere, 1999", "", "Cites"),
        model.RelatedIdentifier("10.5072/data", "DOI", "IsSupplementedBy"),
        model.RelatedIdentifier("10.5072/x", "DOI", "Compiles"),
    )

    work = a_work(related_identifiers=related)

    assert work["reference"] == [
        {"key": "ref1", "DOI": "10.5072/cited", "doi-asserted-by": "publisher"},
        {"key": "ref2", "unstructured": "Somewhere, 1999"},
    ]
    assert work["references-count"] == 2
    assert work["relation"] == {"is-supplemented-by": [{"id-type": "doi", "id": "10.5072/data", "asserted-by": "subject"}]}


def test_money_and_licences_are_told() -> None:
    funding = model.FundingReference("Sea Fund", "https://doi.org/10.13039/501100000000", "Crossref Funder ID", award_number="A-1")

    work = a_work(funding_references=(funding,), rights=(model.Rights("CC BY", "https://creativecommons.org/licenses/by/4.0/"),))

    assert work["funder"] == [{"DOI": "10.13039/501100000000", "name": "Sea Fund", "award": ["A-1"]}]
    assert work["license"] == [{"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "unspecified"}]
