"""Making an identifier of a chosen name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pidstack.domain import edits as e
from pidstack.domain.errors import (
    AlreadyExists,
    Forbidden,
    Invalid,
    InvalidRecord,
    NoSuchAccount,
    NotSettable,
    OwnershipRefused,
    RegistryError,
    StateChangeRefused,
)
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import TEST_LIFETIME_S, Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.domain.state import State
from pidstack.services.create import create
from tests.builders import NOW_S
from tests.world import DESCRIBED, World, a_world

ARK, DOI, CROSSREF_DOI = "ark:/13030/c7x", "doi:10.9999/FZ4X", "doi:10.33333/CRX"
TEST_ARK = "ark:/99999/fk4x"
DESCRIPTION = tuple(e.SetElement(name, value) for name, value in DESCRIBED.items())
RESERVED = e.SetState(State.DRAFT)


@pytest.fixture
def world() -> World:
    return a_world()


def made(world: World, name: str, *edits: e.Edit, by: str = "alice") -> Record:
    return create(Identifier(name), edits, world.by(by), world.registry)


def test_a_bare_ark_is_public_exported_and_its_makers(world: World) -> None:
    record = made(world, ARK)

    place = Placement(Kind.NONE, "ark:/13030")
    assert record == Record(
        Identifier(ARK), "alice", "groupa", NOW_S, NOW_S, registered_s=NOW_S, changed_by="alice", placement=place
    )
    assert world.identifiers.get(record.identifier) == record


def test_making_costs_one_write_and_no_read(world: World) -> None:
    made(world, "ark:/13030/c7first")

    assert world.cost(lambda: made(world, ARK)) == (0, 1)


def test_a_taken_name_is_refused_and_its_record_stays(world: World) -> None:
    first = made(world, ARK)

    with pytest.raises(AlreadyExists):
        made(world, ARK, e.SetTarget("https://example.org/"), by="proxy")

    assert world.identifiers.get(first.identifier) == first


@pytest.mark.parametrize(
    ("name", "agency", "datacenter"),
    [
        pytest.param(DOI, Agency.DATACITE, "CDL.LIB", id="datacite"),
        pytest.param(CROSSREF_DOI, Agency.CROSSREF, "", id="crossref"),
        pytest.param("doi:10.5072/FK2X", Agency.DATACITE, "CDL.CDL", id="test"),
        pytest.param(ARK, Agency.NONE, "", id="ark"),
    ],
)
def test_the_shoulder_decides_the_agency(world: World, name: str, agency: Agency, datacenter: str) -> None:
    record = made(world, name, RESERVED)

    assert (record.agency, record.datacenter) == (agency, datacenter)


def test_the_most_specific_shoulder_decides_even_where_another_one_permits(world: World) -> None:
    world.keeper.create(Shoulder(ShoulderName("doi:10.9999/FZ4X"), "Press", Agency.CROSSREF))

    assert made(world, "doi:10.9999/FZ4XA", RESERVED).agency is Agency.CROSSREF


@pytest.mark.parametrize("by", ["alice", "admin"])
def test_what_is_made_under_a_test_shoulder_expires_in_two_weeks(world: World, by: str) -> None:
    record = made(world, TEST_ARK, by=by)

    assert record.expires_s == NOW_S + TEST_LIFETIME_S == NOW_S + 14 * 24 * 3600
    assert not record.is_harvested


def test_a_proxy_keeps_what_it_makes_itself(world: World) -> None:
    record = made(world, ARK, by="proxy")

    assert (record.owner, record.group) == ("proxy", "groupb")


def test_a_proxy_can_make_for_its_principal(world: World) -> None:
    record = made(world, ARK, e.SetOwner("alice"), by="proxy")

    assert (record.owner, record.group) == ("alice", "groupa")


def test_all_edits_stand_in_the_record(world: World) -> None:
    record = made(
        world,
        ARK,
        e.SetElement("b", "2"),
        e.SetElement("a", "1"),
        e.SetElement("empty", ""),
        e.SetElement("datacite.resourcetype", "Text / Novel"),
        e.SetTarget("HTTPS://example.org/${identifier}"),
        e.SetProfile("dc"),
        e.SetExported(False),
        RESERVED,
    )

    assert list(record.elements.items()) == [("b", "2"), ("a", "1"), ("datacite.resourcetype", "Text/Novel")]
    assert record.target == "https://example.org/ark:/13030/c7x"
    assert (record.profile, record.exported, record.state, record.registered_s) == ("dc", False, State.DRAFT, 0)


REFUSED: list[Any] = [
    pytest.param("ark:/20775/bbx", (), Forbidden, id="another's shoulder"),
    pytest.param(ARK, (e.SetState(State.REGISTERED),), StateChangeRefused, id="unavailable from the start"),
    pytest.param(ARK, (e.SetTarget("nowhere"),), InvalidRecord, id="no target"),
    pytest.param(ARK, (e.SetProfile("-"),), Invalid, id="no profile"),
    pytest.param(ARK, (e.SetOwner("nobody"),), NoSuchAccount, id="for nobody"),
    pytest.param(ARK, (e.SetOwner("bob"),), OwnershipRefused, id="for a stranger"),
    pytest.param(ARK, (e.UseCrossref(),), InvalidRecord, id="an ark at Crossref"),
    pytest.param(DOI, (RESERVED, e.UseCrossref()), InvalidRecord, id="DataCite's shoulder at Crossref"),
    pytest.param(DOI, (), InvalidRecord, id="a public doi without description"),
    pytest.param(CROSSREF_DOI, DESCRIPTION, InvalidRecord, id="a public Crossref doi without its XML"),
    pytest.param(ARK, (e.SetGroup("groupa"),), NotSettable, id="the group"),
    pytest.param(ARK, (e.SetCreated(1),), NotSettable, id="the making"),
    pytest.param(ARK, (e.SetUpdated(1),), NotSettable, id="the last change"),
    pytest.param(ARK, (e.SetDatacenter("A.B"),), NotSettable, id="the datacenter"),
    pytest.param(ARK, (e.SetAgentRole("user"),), NotSettable, id="the role"),
]


@pytest.mark.parametrize(("name", "edits", "refusal"), REFUSED)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(
    world: World, name: str, edits: tuple[e.Edit, ...], refusal: type[RegistryError]
) -> None:
    with pytest.raises(refusal):
        made(world, name, *edits)

    assert world.identifiers.writes == 0


def test_the_superuser_backdates_and_gives_away(world: World) -> None:
    record = made(
        world,
        "ark:/54321/x",
        e.SetOwner("carol"),
        e.SetGroup("groupc"),
        e.SetCreated(1000),
        e.SetUpdated(2000),
        e.SetState(State.REGISTERED, "lost"),
        e.SetAgentRole("user"),
        by="admin",
    )

    assert (record.owner, record.group, record.created_s, record.updated_s) == ("carol", "groupc", 1000, 2000)
    assert (record.state, record.reason, record.agent_role) == (State.REGISTERED, "lost", "user")


def test_a_group_that_is_not_the_owners_is_refused_even_to_the_superuser(world: World) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        made(world, ARK, e.SetGroup("groupb"), by="admin")

    assert refusal.value.field == "group"


def test_a_doi_that_no_shoulder_covers_belongs_to_no_agency_and_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        made(world, "doi:10.9999/ELSEWHERE", *DESCRIPTION, by="admin")

    assert world.identifiers.writes == 0


def test_the_first_edit_that_does_not_hold_is_told(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        made(world, ARK, e.SetProfile("-"), e.SetOwner("nobody"))

    assert refusal.value.field == "profile"


def test_permission_comes_before_description_and_description_before_existence(world: World) -> None:
    made(world, DOI, *DESCRIPTION)

    with pytest.raises(InvalidRecord):
        made(world, DOI)
    with pytest.raises(Forbidden):
        made(world, DOI, by="bob")


def test_permission_is_asked_before_the_edits_are_read(world: World) -> None:
    def edits() -> Iterator[e.Edit]:
        raise AssertionError("not to be read")
        yield

    with pytest.raises(Forbidden):
        create(Identifier("ark:/20775/bbx"), edits(), world.by("alice"), world.registry)


def test_the_name_of_an_expired_test_record_can_be_made_again(world: World) -> None:
    made(world, TEST_ARK)
    world.time.now_s += TEST_LIFETIME_S

    record = made(world, TEST_ARK, by="bob")

    assert record.owner == "bob"


def test_a_shoulder_that_was_just_granted_works_at_once(world: World) -> None:
    with pytest.raises(Forbidden):
        made(world, ARK, by="bob")

    world.change("bob", shoulders=frozenset({"ark:/13030/c7"}))

    assert made(world, ARK, by="bob").owner == "bob"
