"""EZID's elements and what they mean to the registry (EZID API v2, "Internal metadata")."""

from __future__ import annotations

from typing import Any

import pytest

from pidstack.domain import edits as e
from pidstack.domain.errors import Invalid, NoSuchAccount, NotSettable
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.protocols.ezid.elements import Elements, elements_of
from tests.builders import NOW_S, a_record

BASE = "https://pid.example"


def edits(given: dict[str, str], *, privileged: bool = False) -> list[e.Edit]:
    return list(Elements(given, lambda: privileged))


@pytest.mark.parametrize(
    ("label", "value", "edit"),
    [
        pytest.param("dc.title", "x", e.SetElement("dc.title", "x"), id="an element"),
        pytest.param("anything at all", "", e.SetElement("anything at all", ""), id="an empty one"),
        pytest.param("a_b", "x", e.SetElement("a_b", "x"), id="underscore inside"),
        pytest.param("\ufeff_target", "x", e.SetElement("\ufeff_target", "x"), id="behind a byte order mark"),
        pytest.param("_target", "x", e.SetTarget("x"), id="target"),
        pytest.param("_target", "", e.SetTarget(""), id="target reset"),
        pytest.param("_profile", "dc", e.SetProfile("dc"), id="profile"),
        pytest.param("_owner", "Bob", e.SetOwner("bob"), id="owner in any case"),
        pytest.param("_export", "YES", e.SetExported(True), id="export"),
        pytest.param("_export", "no", e.SetExported(False), id="no export"),
        pytest.param("_crossref", "Yes", e.UseCrossref(), id="crossref"),
        pytest.param("_status", "public", e.SetState(State.FINDABLE), id="public"),
        pytest.param("_status", "reserved", e.SetState(State.DRAFT), id="reserved"),
        pytest.param("_status", "unavailable", e.SetState(State.REGISTERED), id="unavailable"),
        pytest.param("_status", "unavailable |", e.SetState(State.REGISTERED), id="no reason"),
        pytest.param("_status", "unavailable|lost", e.SetState(State.REGISTERED, "lost"), id="a reason"),
        pytest.param("_status", "unavailable  |  lost | found ", e.SetState(State.REGISTERED, "lost | found"), id="a bar in it"),
        pytest.param("_status", "unavailable | one\ntwo", e.SetState(State.REGISTERED, "one"), id="first line only"),
        pytest.param("_status", "unavailable | a\u2028b", e.SetState(State.REGISTERED, "a\u2028b"), id="what Unicode calls a line"),
    ],
)
def test_an_element_becomes_an_edit(label: str, value: str, edit: e.Edit) -> None:
    assert edits({label: value}) == [edit]


@pytest.mark.parametrize(
    ("label", "value", "edit"),
    [
        pytest.param("_ownergroup", "groupa", e.SetGroup("groupa"), id="group"),
        pytest.param("_created", "0", e.SetCreated(0), id="created"),
        pytest.param("_updated", "1800000000", e.SetUpdated(1_800_000_000), id="updated"),
        pytest.param("_datacenter", "CDL.CDL", e.SetDatacenter("CDL.CDL"), id="datacenter"),
        pytest.param("_ezid_role", "user", e.SetAgentRole("user"), id="role"),
    ],
)
def test_some_elements_are_for_superusers(label: str, value: str, edit: e.Edit) -> None:
    assert edits({label: value}, privileged=True) == [edit]

    with pytest.raises(NotSettable) as refusal:
        edits({label: value})

    assert refusal.value.field == label


@pytest.mark.parametrize("label", ["_shadowedby", "_shadows", "_coowners", "_id", "_Target", "_", "__", "_export "])
def test_other_reserved_names_are_for_nobody(label: str) -> None:
    for privileged in (False, True):
        with pytest.raises(NotSettable) as refusal:
            edits({label: "x"}, privileged=privileged)
        assert (refusal.value.field, str(refusal.value)) == (label, "field is not settable")


@pytest.mark.parametrize(
    ("label", "value", "kind", "field", "message"),
    [
        pytest.param("_status", "", Invalid, "state", "invalid identifier status", id="empty status"),
        pytest.param("_status", "Public", Invalid, "state", "invalid identifier status", id="status in another case"),
        pytest.param("_status", "unavailablefoo", Invalid, "state", "invalid identifier status", id="a longer word"),
        pytest.param("_status", "unavailable foo", Invalid, "state", "invalid identifier status", id="a reason without a bar"),
        pytest.param("_status", "public | x", Invalid, "state", "invalid identifier status", id="a reason for nothing"),
        pytest.param("_export", "", Invalid, "exported", "value must be 'yes' or 'no'", id="empty export"),
        pytest.param("_export", "true", Invalid, "exported", "value must be 'yes' or 'no'", id="another word"),
        pytest.param("_crossref", "no", Invalid, "agency", "value must be 'yes'", id="no crossref"),
        pytest.param("_crossref", "", Invalid, "agency", "value must be 'yes'", id="empty crossref"),
        pytest.param("_owner", "", NoSuchAccount, "owner", "no such user", id="no owner"),
        pytest.param("_owner", "a b", NoSuchAccount, "owner", "no such user", id="no name"),
    ],
)
def test_a_value_that_means_nothing_is_refused(label: str, value: str, kind: type[Invalid], field: str, message: str) -> None:
    with pytest.raises(kind) as refusal:
        edits({label: value})

    assert (refusal.value.field, str(refusal.value)) == (field, message)


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "1" * 12, "٣", " 1", "0x10"])
def test_a_moment_is_a_plain_number_of_seconds(value: str) -> None:
    for label in ("_created", "_updated"):
        with pytest.raises(Invalid):
            edits({label: value}, privileged=True)


def test_elements_are_read_in_their_order_and_refused_at_the_first_that_is_wrong() -> None:
    elements = iter(Elements({"b": "1", "a": "2", "_x": "3", "_status": "nonsense"}, lambda: False))

    assert [next(elements), next(elements)] == [e.SetElement("b", "1"), e.SetElement("a", "2")]
    with pytest.raises(NotSettable) as refusal:
        next(elements)
    assert refusal.value.field == "_x"


def test_elements_can_be_read_again() -> None:
    elements = Elements({"a": "1"}, lambda: False)

    assert list(elements) == list(elements) != []


# ----------------------------------------------------------------------------------------------------------- answers
def shown(record: Record) -> dict[str, str]:
    return dict(elements_of(record, BASE))


def test_a_view_shows_everything_in_ezids_order() -> None:
    record = a_record(elements={"erc.who": "Proust", "x": "1"}, target="https://example.org/")

    assert list(elements_of(record, BASE)) == [
        ("erc.who", "Proust"),
        ("x", "1"),
        ("_owner", "alice"),
        ("_ownergroup", "groupa"),
        ("_created", str(NOW_S)),
        ("_updated", str(NOW_S)),
        ("_profile", "erc"),
        ("_target", "https://example.org/"),
        ("_status", "public"),
        ("_export", "yes"),
    ]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        pytest.param("ark:/99999/fk4%3ab", f"{BASE}/id/ark:/99999/fk4%253ab", id="percent"),
        pytest.param("doi:10.5072/FK2<A>", f"{BASE}/id/doi:10.5072/FK2%3CA%3E", id="brackets"),
    ],
)
def test_without_a_target_an_identifier_leads_to_its_page(name: str, target: str) -> None:
    assert shown(a_record(name))["_target"] == target


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"state": State.DRAFT}, {"_status": "reserved"}, id="reserved"),
        pytest.param({"state": State.REGISTERED}, {"_status": "unavailable"}, id="unavailable"),
        pytest.param({"state": State.REGISTERED, "reason": "a | b"}, {"_status": "unavailable | a | b"}, id="with a reason"),
        pytest.param({"exported": False}, {"_export": "no"}, id="not exported"),
        pytest.param({"profile": "dc"}, {"_profile": "dc"}, id="profile"),
        pytest.param({"agent_role": "user"}, {"_ezid_role": "user"}, id="agent"),
    ],
)
def test_the_parts_of_a_record_are_shown_in_ezids_words(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert expected.items() <= shown(a_record(**fields)).items()


def test_a_datacite_doi_shows_its_datacenter_and_its_shadow() -> None:
    elements = shown(a_record("doi:10.5072/FK2A-B", agency=Agency.DATACITE, datacenter="CDL.CDL"))

    assert elements["_datacenter"] == "CDL.CDL"
    assert elements["_shadowedby"] == "ark:/b5072/fk2a%2db"
    assert elements["_profile"] == "datacite"
    assert "_crossref" not in elements


@pytest.mark.parametrize(
    ("state", "value"),
    [
        (State.DRAFT, "yes | awaiting status change to public"),
        (State.FINDABLE, "yes | registration in progress"),
        (State.REGISTERED, "yes | registration in progress"),
    ],
)
def test_a_crossref_doi_shows_how_far_its_registration_is(state: State, value: str) -> None:
    elements = shown(a_record("doi:10.33333/CRA", agency=Agency.CROSSREF, state=state))

    assert elements["_crossref"] == value
    assert "_datacenter" not in elements
