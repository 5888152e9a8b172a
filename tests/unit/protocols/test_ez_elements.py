"""The EZ API's elements, from a body into edits and from a record into an answer."""

from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.edits import SetElement, SetProfile, SetState, SetTarget
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.ez.elements import Elements, elements_of, require_complete, require_some
from pidstack.protocols.ez.words import NotSupported, Refused

ITEMS = {f"datacite.{part}": "x" for part in ("creator", "title", "publisher", "publicationyear", "resourcetype")}
RECORD = Record(
    identifier=Identifier.parse("doi:10.12345/ABC"),
    owner="acme.lib",
    group="acme",
    created_s=1_500_000_000,
    updated_s=1_600_000_000,
    target="https://example.org/",
    elements={"erc.who": "W", "datacite.title": "T", "crossref": "<c/>"},
)


def edits(given: Any, prefix: str = "10.12345", *, new: Any = False) -> Any:
    return list(Elements(given, prefix, new))


def test_known_elements_become_edits_in_order_and_others_are_passed_over() -> None:
    given = {
        "datacite": "<r/>",
        "_owner": "x",
        "erc.who": "y",
        "_target": "",
        "_export": "no",
        "_profile": "crossref",
        "_number": "1",
    }

    assert edits(given)[:-1] == [SetElement("datacite", "<r/>"), SetTarget(""), SetProfile("crossref")]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        pytest.param({"datacite": "<r/>"}, [SetProfile("")], id="document"),
        pytest.param({"datacite": "<r/>", "_profile": "citeproc"}, [SetProfile("citeproc")], id="chosen"),
        pytest.param({"datacite": ""}, [], id="deleted"),
        pytest.param({"_target": "https://example.org/"}, [], id="no_document"),
    ],
)
def test_a_datacite_document_is_the_preferred_one_unless_another_is_chosen(given: dict[str, Any], chosen: list[Any]) -> None:
    assert [edit for edit in edits(given) if isinstance(edit, SetProfile)] == chosen


@pytest.mark.parametrize(
    ("status", "prefix", "new", "expected"),
    [
        pytest.param(None, "10.12345", True, [SetState(State.FINDABLE)], id="new_is_public"),
        pytest.param(None, "10.12345", False, [SetState(State.FINDABLE)], id="changed_is_public"),
        pytest.param("reserved", "10.12345", True, [SetState(State.DRAFT)], id="reserved"),
        pytest.param("unavailable | a | b", "10.12345", False, [SetState(State.REGISTERED, "a | b")], id="unavailable"),
        pytest.param("public", "10.5072", True, [SetState(State.DRAFT)], id="test_prefix_new"),
        pytest.param("public", "10.5072", False, [], id="test_prefix_changed"),
        pytest.param(None, "10.5072", False, [], id="test_prefix_silent"),
    ],
)
def test_the_state_follows_from_status_and_prefix(status: str | None, prefix: str, new: bool, expected: list[Any]) -> None:
    assert edits({} if status is None else {"_status": status}, prefix, new=new) == expected


@pytest.mark.parametrize("prefix", ["10.12345", "10.5072"])
def test_an_unknown_status_is_refused_under_any_prefix(prefix: str) -> None:
    with pytest.raises(Invalid, match="invalid identifier status"):
        edits({"_status": "draft"}, prefix)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"_status": "reserved"}, id="reserved"),
        pytest.param({**ITEMS, "_target": "x"}, id="itemised"),
        pytest.param({"datacite": "x", "_target": "x"}, id="document"),
        pytest.param({"datacite": "x", "_target": "x", "_profile": ""}, id="empty_profile"),
        pytest.param({"citeproc": "x", "_profile": "citeproc", "_target": "x"}, id="other_profile"),
        pytest.param({"datacite": "x", "_target": "x", "_crossref": "no"}, id="not_crossref"),
    ],
)
def test_complete_elements_pass(given: dict[str, Any]) -> None:
    require_complete(given)
    require_some(given)


@pytest.mark.parametrize(
    ("given", "error", "reason"),
    [
        pytest.param({}, Refused, "no _profile provided", id="nothing"),
        pytest.param({"datacite": "", "_target": "x"}, Refused, "no _profile provided", id="empty_document"),
        pytest.param({**ITEMS, "_profile": "citeproc", "_target": "x"}, Refused, "no _profile provided", id="other_items"),
        pytest.param({"datacite": "x"}, Refused, "no _target provided", id="no_target"),
        pytest.param({"datacite": "x", "_target": ""}, Refused, "no _target provided", id="empty_target"),
        pytest.param(
            {"_profile": "ris", "_status": "reserved"}, NotSupported, "ris profile not supported by this service", id="ris"
        ),
        pytest.param({"_crossref": "YES"}, NotSupported, "Crossref registration not supported by this service", id="crossref"),
    ],
)
def test_incomplete_elements_are_refused(given: dict[str, Any], error: Any, reason: str) -> None:
    with pytest.raises(error, match=f"^{reason}$"):
        require_complete(given)


def test_a_record_is_shown_in_order_with_the_element_of_its_profile() -> None:
    shown = list(elements_of(replace(RECORD, profile="crossref"), "https://ids.example.org"))

    assert shown == [
        ("_target", "https://example.org/"),
        ("crossref", "<c/>"),
        ("_profile", "crossref"),
        ("_datacenter", "ACME.LIB"),
        ("_export", "yes"),
        ("_created", "1500000000"),
        ("_updated", "1600000000"),
        ("_status", "public"),
    ]


def test_a_document_that_was_given_is_shown_and_others_are_made_of_the_description() -> None:
    itemised = dict(elements_of(RECORD, ""))
    with_document = dict(elements_of(replace(RECORD, elements={**RECORD.elements, "datacite": "<r/>"}), ""))

    assert '<identifier identifierType="DOI">10.12345/ABC</identifier>' in itemised["datacite"]
    assert "<title>T</title>" in itemised["datacite"]
    assert with_document["datacite"] == "<r/>"


@pytest.mark.parametrize(
    ("profile", "part"),
    [
        pytest.param("datacite", "<title>T</title>", id="datacite"),
        pytest.param("schema_org", '"url": "https://example.org/"', id="schema_org"),
        pytest.param("citeproc", '"DOI": "10.12345/abc"', id="citeproc"),
    ],
)
def test_each_profile_but_crossref_is_converted_to(profile: str, part: str) -> None:
    shown = dict(elements_of(replace(RECORD, elements={"datacite.title": "T"}), "", profile))

    assert part in shown[profile]
    assert shown[profile] == shown[profile].strip()


@pytest.mark.parametrize(
    ("profile", "elements"),
    [
        pytest.param("crossref", {"datacite.title": "T"}, id="to_crossref"),
        pytest.param("datacite", {}, id="nothing_is_known"),
        pytest.param("datacite", {"unheard": "of"}, id="nothing_is_understood"),
        pytest.param("citeproc", {"datacite": "no XML"}, id="nothing_can_be_read"),
    ],
)
def test_an_element_that_cannot_be_made_is_left_out(profile: str, elements: dict[str, Any]) -> None:
    shown = dict(elements_of(replace(RECORD, elements=elements), "", profile))

    assert profile not in shown
    assert shown["_profile"] == profile


@pytest.mark.parametrize(
    ("change", "label", "value"),
    [
        pytest.param({"target": ""}, "_target", "https://ids.example.org/id/doi:10.12345/ABC", id="own_page"),
        pytest.param({"datacenter": "CDL.CDL"}, "_datacenter", "CDL.CDL", id="datacenter"),
        pytest.param({"profile": "erc"}, "_profile", "datacite", id="profile_of_another_protocol"),
        pytest.param({"state": State.REGISTERED, "reason": "r"}, "_status", "unavailable | r", id="reason"),
        pytest.param({"state": State.REGISTERED}, "_export", "no", id="unavailable_is_not_exported"),
        pytest.param({"exported": False}, "_export", "no", id="withheld"),
    ],
)
def test_each_part_of_a_record_has_its_element(change: dict[str, Any], label: str, value: str) -> None:
    assert dict(elements_of(replace(RECORD, **change), "https://ids.example.org"))[label] == value
