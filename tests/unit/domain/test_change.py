"""What two states of a record tell as changes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain.change import Change, ChangeKind, changes_between
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from tests.builders import NOW_S, a_record

OLD = a_record(state=State.FINDABLE, token="1", elements={"erc.who": "Proust", "erc.what": "Remembrance"})


def changed(old: Record | None, new: Record | None) -> list[Change]:
    return changes_between(old, new, by="alice", via="ezid", at_s=NOW_S)


def next_version(**fields: Any) -> Record:
    return replace(OLD, version=OLD.version + 1, token="2", **fields)


def test_a_new_record_is_told_with_who_made_it() -> None:
    (told,) = changed(None, replace(OLD, target="https://example.org/"))

    assert (told.kind, told.old_state, told.new_state, told.version) == (ChangeKind.CREATED, None, State.FINDABLE, 1)
    assert (told.by, told.via, told.at_s, told.owner, told.group) == ("alice", "ezid", NOW_S, "alice", "groupa")
    assert (told.changed, told.target) == ((), "https://example.org/")


def test_a_deleted_record_is_told_with_what_it_was() -> None:
    (told,) = changed(replace(OLD, state=State.DRAFT, version=7), None)

    assert (told.kind, told.old_state, told.new_state, told.version) == (ChangeKind.DELETED, State.DRAFT, None, 7)
    assert told.changed == ()


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        pytest.param({"target": "https://example.org/"}, ("target",), id="target"),
        pytest.param({"profile": "dc"}, ("profile",), id="profile"),
        pytest.param({"exported": False}, ("exported",), id="exported"),
        pytest.param({"owner": "bob", "group": "groupb"}, ("group", "owner"), id="owner"),
        pytest.param({"agency": Agency.DATACITE, "datacenter": "X.Y"}, ("agency", "datacenter"), id="data center"),
        pytest.param({"placement": Placement.parse("J:10.5072:4")}, ("set",), id="set"),
        pytest.param({"agent_role": "user"}, ("agent_role",), id="agent role"),
        pytest.param({"created_s": NOW_S - 5}, ("created",), id="backdated"),
        pytest.param({"reason": "gone"}, ("reason",), id="reason"),
        pytest.param(
            {"elements": {"erc.who": "Marcel", "dc.title": "x"}},
            ("element:dc.title", "element:erc.what", "element:erc.who"),
            id="elements",
        ),
        pytest.param({}, (), id="nothing that has a name"),
    ],
)
def test_a_change_names_what_is_not_as_it_was(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    (told,) = changed(OLD, next_version(**fields))

    assert (told.kind, told.changed, told.version) == (ChangeKind.CHANGED, names, 2)


def test_a_change_of_state_is_a_kind_of_its_own() -> None:
    (told,) = changed(OLD, next_version(state=State.REGISTERED, reason="gone", target="https://example.org/"))

    assert (told.kind, told.old_state, told.new_state) == (ChangeKind.STATE_CHANGED, State.FINDABLE, State.REGISTERED)
    assert told.changed == ("reason", "state", "target")


def test_a_new_record_in_the_place_of_an_expired_one_is_a_deletion_and_a_creation() -> None:
    heir = a_record(owner="bob", token="9")

    gone, made = changed(replace(OLD, expires_s=NOW_S), heir)

    assert (gone.kind, gone.owner, gone.by, gone.via) == (ChangeKind.DELETED, "alice", "expiry", "")
    assert (made.kind, made.owner, made.by, made.via) == (ChangeKind.CREATED, "bob", "alice", "ezid")


def test_a_write_that_makes_no_version_tells_nothing() -> None:
    assert changed(OLD, replace(OLD, placement=Placement.parse("B:10.5072:9"))) == []
    assert changed(None, None) == []


def test_a_change_has_one_id_however_often_it_is_told() -> None:
    tellings = [changed(OLD, next_version(state=State.REGISTERED)) for _ in range(2)]

    assert tellings[0] == tellings[1]


def test_no_two_changes_have_the_same_id() -> None:
    heir = replace(OLD, token="3")
    told = [
        *changed(None, OLD),
        *changed(OLD, next_version()),
        *changed(next_version(), None),
        *changed(OLD, None),
        *changed(None, heir),
    ]

    assert len({change.id for change in told}) == len(told)
    assert all(len(change.id) == 32 and int(change.id, 16) >= 0 for change in told)


def test_more_names_than_a_message_can_carry_are_cut_short_and_parts_are_kept() -> None:
    many = {f"\x01\u00e9{number:04}": "x" for number in range(4000)}

    (told,) = changed(OLD, next_version(elements=many, target="https://example.org/"))

    assert told.changed[-2:] == ("target", "elements")
    assert len(json.dumps(told.changed)) < 13_000
    assert len(set(told.changed)) == len(told.changed) > 100
