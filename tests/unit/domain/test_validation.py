"""What must hold for a record as a whole (EZID API v2, "Metadata requirements", "DOI metadata", "Crossref")."""

from __future__ import annotations

from typing import Any

import pytest

from pidstack.domain.errors import Invalid, InvalidRecord, TooLarge
from pidstack.domain.record import MAX_ELEMENT_BYTES, Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.validation import RESOURCE_TYPES, canonical_resource_type, check_description, check_record
from tests.builders import NOW_S, a_record
from tests.world import DESCRIBED

DOI, CROSSREF_DOI = "doi:10.9999/FZ4A", "doi:10.33333/CR(1)-A.B;C/D_E"
AT_DATACITE: dict[str, Any] = {"agency": Agency.DATACITE}
AT_CROSSREF: dict[str, Any] = {"agency": Agency.CROSSREF}


def without(part: str) -> dict[str, str]:
    return {name: value for name, value in DESCRIBED.items() if name != f"datacite.{part}"}


def check(record: Record) -> None:
    """Both parts of the check, as the services do them."""
    check_record(record)
    check_description(record)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        pytest.param("ark:/99999/fk4a", {}, id="a bare ark"),
        pytest.param("uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", {}, id="a bare uuid"),
        pytest.param(DOI, {**AT_DATACITE, "state": State.DRAFT}, id="a bare reserved doi"),
        pytest.param(DOI, {**AT_DATACITE, "elements": DESCRIBED}, id="a doi described in four parts"),
        pytest.param(DOI, {**AT_DATACITE, "elements": {"datacite": "<resource/>"}}, id="a doi described in XML"),
        pytest.param(DOI, {**AT_DATACITE, "profile": "crossref", "elements": {"crossref": "<book/>"}}, id="in Crossref's XML"),
        pytest.param(
            DOI,
            {
                **AT_DATACITE,
                "profile": "dc",
                "elements": {"dc.creator": "a", "dc.title": "b", "dc.publisher": "c", "dc.date": "(:unkn)"},
            },
            id="a doi described in dc",
        ),
        pytest.param(
            DOI,
            {
                **AT_DATACITE,
                "profile": "erc",
                "elements": {"erc": "who: a\nwhat: b\nwhen: c", "datacite.publisher": "d"},
            },
            id="a doi described in erc and a publisher",
        ),
        pytest.param(CROSSREF_DOI, {**AT_CROSSREF, "elements": {"crossref": "<book/>"}}, id="a crossref doi with its XML"),
        pytest.param(CROSSREF_DOI, {**AT_CROSSREF, "state": State.DRAFT}, id="a bare reserved crossref doi"),
    ],
)
def test_a_record_that_keeps_the_rules_passes(name: str, fields: dict[str, Any]) -> None:
    check(a_record(name, **fields))


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        pytest.param(DOI, {**AT_DATACITE}, "no creator", id="nothing"),
        pytest.param(DOI, {**AT_DATACITE, "elements": without("creator")}, "no creator", id="no creator"),
        pytest.param(DOI, {**AT_DATACITE, "elements": without("title")}, "no title", id="no title"),
        pytest.param(DOI, {**AT_DATACITE, "elements": without("publisher")}, "no publisher", id="no publisher"),
        pytest.param(DOI, {**AT_DATACITE, "elements": without("publicationyear")}, "no publication date", id="no date"),
        pytest.param(DOI, {**AT_DATACITE, "state": State.REGISTERED}, "no creator", id="an unavailable doi"),
        pytest.param(DOI, {**AT_DATACITE, "elements": {"crossref": "<book/>"}}, "no creator", id="Crossref's XML, another profile"),
        pytest.param(DOI, {**AT_DATACITE, "profile": "crossref", "elements": {"dc.title": "x"}}, "no creator", id="no XML at all"),
    ],
)
def test_a_public_doi_that_is_not_described_is_refused_and_told_the_first_missing_part(
    name: str, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        check(a_record(name, **fields))

    assert str(refusal.value) == f"Public DOI metadata requirements not satisfied: {message}."


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        pytest.param({}, "", "Registration with Crossref requires Crossref metadata", id="no XML"),
        pytest.param({"elements": DESCRIBED}, "", "Registration with Crossref requires Crossref metadata", id="only DataCite's"),
        pytest.param(
            {"elements": {"crossref": "x"}, "exported": False},
            "exported",
            "Crossref-registered identifier must be exported.",
            id="not exported",
        ),
    ],
)
def test_a_crossref_doi_has_rules_of_its_own(fields: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        check(a_record(CROSSREF_DOI, **AT_CROSSREF, **fields))

    assert refusal.value.field == field
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize("character", ["<", ">", "+", "!", "'", "%"])
def test_a_crossref_name_with_other_characters_is_refused_even_while_reserved(character: str) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        check(a_record(f"doi:10.33333/CR{character}A", **AT_CROSSREF, state=State.DRAFT))

    assert str(refusal.value) == "Identifier does not satisfy Crossref syntax requirements."


@pytest.mark.parametrize("general", sorted(RESOURCE_TYPES))
def test_a_resource_type_of_the_schema_passes(general: str) -> None:
    check(a_record(elements={"datacite.resourcetype": general}))
    check(a_record(elements={"datacite.resourcetype": f"{general}/some thing"}))


@pytest.mark.parametrize("value", ["dataset", "Film", "Poster", "Presentation", "/Dataset", "Data set", "Dataset,x"])
def test_another_resource_type_is_refused(value: str) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        check(a_record(elements={"datacite.resourcetype": value}))

    assert str(refusal.value) == "Invalid resource type."


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Dataset", "Dataset"), ("Dataset / x", "Dataset/x"), ("Dataset/", "Dataset"), ("a/b/c", "a/b/c"), (" Text ", "Text")],
)
def test_a_resource_type_has_one_form(given: str, kept: str) -> None:
    assert canonical_resource_type(given) == kept


def test_an_update_before_the_making_is_refused() -> None:
    check(a_record(created_s=NOW_S, updated_s=NOW_S))

    with pytest.raises(InvalidRecord) as refusal:
        check(a_record(created_s=NOW_S, updated_s=NOW_S - 1))

    assert refusal.value.field == "updated"


def test_a_target_is_looked_at_where_there_is_one() -> None:
    check(a_record(target=""))

    with pytest.raises(InvalidRecord):
        check(a_record(target="nowhere"))


def test_an_element_may_be_so_large_and_no_larger() -> None:
    check(a_record(elements={"x": "é" * (MAX_ELEMENT_BYTES // 2 - 1)}))

    with pytest.raises(TooLarge) as refusal:
        check(a_record(elements={"x": "é" * (MAX_ELEMENT_BYTES // 2)}))

    assert refusal.value.field == "x"


def test_a_record_that_could_not_be_shown_whole_is_refused() -> None:
    # Each element is small enough, and repeats itself so much that a store could compress it to next to nothing.
    many = {f"x{number}": "a" * 700_000 for number in range(3)}

    with pytest.raises(TooLarge):
        check(a_record(elements=many))


def test_a_reason_longer_than_a_page_is_refused() -> None:
    check(a_record(state=State.REGISTERED, reason="x" * 2000))

    with pytest.raises(TooLarge) as refusal:
        check(a_record(state=State.REGISTERED, reason="x" * 2001))

    assert refusal.value.field == "state"


def test_every_refusal_is_invalid_input() -> None:
    assert issubclass(InvalidRecord, Invalid)
    assert issubclass(TooLarge, Invalid)
