"""One description of a record, out of whatever describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pidstack.domain.metadata import Agent, Date, Metadata, Publisher, Title, Types
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.formats.errors import Unreadable
from pidstack.services.describe import describe, described_in_full
from pidstack.services.documents import with_documents
from tests.builders import a_record

VECTORS = Path(__file__).parents[2] / "vectors" / "profiles"
LIMA = Agent("Lima, Ana", "Personal", "Ana", "Lima")
DOCUMENTS = {
    "datacite": (VECTORS / "datacite.xml").read_text(encoding="utf-8"),
    "crossref": (VECTORS / "crossref.xml").read_text(encoding="utf-8"),
    "schema_org": (VECTORS / "schema_org.json").read_text(encoding="utf-8"),
    "citeproc": (VECTORS / "citeproc.json").read_text(encoding="utf-8"),
}
UNIXREF = (VECTORS / "unixref.xml").read_text(encoding="utf-8")


def a_doi(profile: str, elements: dict[str, str], **fields: Any) -> Record:
    return a_record("doi:10.33333/CRTIDE", profile=profile, elements=elements, **fields)


@pytest.mark.parametrize(
    ("profile", "document"),
    [
        pytest.param("datacite", DOCUMENTS["datacite"], id="DataCite"),
        pytest.param("crossref", DOCUMENTS["crossref"], id="deposit"),
        pytest.param("crossref", UNIXREF, id="UNIXREF"),
        pytest.param("schema_org", DOCUMENTS["schema_org"], id="schema.org"),
        pytest.param("citeproc", DOCUMENTS["citeproc"], id="CSL"),
    ],
)
def test_a_document_is_read_as_what_its_profile_says(profile: str, document: str) -> None:
    said = describe(with_documents(a_doi(profile, {profile: document}, agency=Agency.CROSSREF), None))

    assert (said.creators, said.publisher, said.publication_year) == ((LIMA,), Publisher("Ocean Press"), "2024")
    assert [title.title for title in said.titles] == ["Low tide & high tide"]
    assert said.types.general == "Book"


@pytest.mark.parametrize("profile", ["datacite", "dc", "erc", "unheard-of"])
def test_datacite_xml_goes_before_itemised_elements_of_any_profile(profile: str) -> None:
    itemised = {f"{prefix}.title": "Other" for prefix in ("datacite", "dc")} | {"erc.what": "Other"}

    said = describe(a_doi(profile, {"datacite": DOCUMENTS["datacite"], **itemised}))

    assert said.titles == (Title("Low tide & high tide", lang="en"),)


@pytest.mark.parametrize("profile", ["crossref", "schema_org", "citeproc"])
def test_the_document_of_the_preferred_profile_goes_before_datacite_xml(profile: str) -> None:
    other = DOCUMENTS["datacite"].replace("Ocean Press", "Other")

    said = describe(a_doi(profile, {"datacite": other, profile: DOCUMENTS[profile]}))

    assert said.publisher == Publisher("Ocean Press")


@pytest.mark.parametrize("profile", ["crossref", "schema_org", "citeproc"])
def test_a_document_of_another_profile_says_nothing(profile: str) -> None:
    said = describe(a_doi("dc", {profile: DOCUMENTS[profile], "dc.title": "Said"}))

    assert said == Metadata(titles=(Title("Said"),))


@pytest.mark.parametrize("profile", ["crossref", "schema_org", "citeproc"])
def test_without_its_document_such_a_profile_falls_back_to_datacite_xml(profile: str) -> None:
    assert describe(a_doi(profile, {"datacite": DOCUMENTS["datacite"]})).publisher == Publisher("Ocean Press")


@pytest.mark.parametrize(
    ("element", "value", "changed"),
    [
        ("datacite.creator", "Okafor, Adaeze; Tide Watchers", {"creators": (Agent("Okafor, Adaeze"), Agent("Tide Watchers"))}),
        ("datacite.title", "Said anew", {"titles": (Title("Said anew"),)}),
        ("datacite.publisher", "Harbour Press", {"publisher": Publisher("Harbour Press")}),
        ("datacite.publicationyear", "2025", {"publication_year": "2025", "dates": (Date("2025", "Issued"),)}),
        ("datacite.publicationyear", "2025-03-04", {"publication_year": "2025", "dates": (Date("2025-03-04", "Issued"),)}),
        ("datacite.resourcetype", "Text/Essay", {"types": Types("Text", "Essay")}),
    ],
)
@pytest.mark.parametrize("document", [DOCUMENTS["crossref"], UNIXREF], ids=["deposit", "UNIXREF"])
def test_an_itemised_element_goes_before_that_part_of_a_deposit_and_no_other(
    document: str, element: str, value: str, changed: dict[str, Any]
) -> None:
    alone = describe(a_doi("crossref", {"crossref": document}))

    said = describe(a_doi("crossref", {"crossref": document, element: value, "dc.title": "not this", "erc.who": "nor this"}))

    assert {part: getattr(said, part) for part in changed} == changed
    for other in set(Metadata.__dataclass_fields__) - set(changed):
        assert getattr(said, other) == getattr(alone, other)


def test_an_itemised_year_that_is_none_leaves_the_year_of_the_deposit() -> None:
    said = describe(a_doi("crossref", {"crossref": DOCUMENTS["crossref"], "datacite.publicationyear": "soon"}))

    assert said.publication_year == "2024"


def test_elements_are_read_where_there_is_no_document() -> None:
    said = describe(a_record(elements={"erc.who": "Lima, Ana", "erc.what": "Low tide", "erc.when": "2024-05"}))

    assert said == Metadata(
        creators=(Agent("Lima, Ana"),), titles=(Title("Low tide"),), publication_year="2024", dates=(Date("2024-05", "Issued"),)
    )


def test_what_nobody_has_said_is_nothing_and_in_full_a_standard_value() -> None:
    record = a_record(elements={"erc.what": "Low tide"})

    assert describe(record) == Metadata(titles=(Title("Low tide"),))
    assert described_in_full(record) == Metadata(
        creators=(Agent("(:unav)"),),
        titles=(Title("Low tide"),),
        publisher=Publisher("(:unav)"),
        publication_year="0000",
        types=Types("Other", "(:unav)"),
    )


def test_a_complete_description_is_the_same_in_full() -> None:
    record = a_doi("datacite", {"datacite": DOCUMENTS["datacite"]})

    assert described_in_full(record) == describe(record)


@pytest.mark.parametrize("profile", DOCUMENTS)
def test_a_kept_document_that_cannot_be_read_is_told(profile: str) -> None:
    with pytest.raises(Unreadable):
        describe(a_doi(profile, {profile: "<unclosed"}))
