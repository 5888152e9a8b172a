"""The JSON of a change, held against its contract."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from pidstack.domain.change import changes_between
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.events import event_detail
from tests.builders import NOW_S, a_record
from tests.event_contract import breaches


def details(old: Record | None, new: Record | None) -> list[dict[str, Any]]:
    told = changes_between(old, new, by="alice", via="ezid", at_s=NOW_S)
    return [json.loads(json.dumps(event_detail(change))) for change in told]


def versions(name: str) -> list[Record]:
    first = a_record(name, state=State.DRAFT, token="1", elements={"a\nb": "1"})
    return [
        first,
        replace(first, version=2, token="2", elements={"a\nb": "2", "c": "3"}),
        replace(first, version=3, token="3", state=State.FINDABLE, target="https://example.org/"),
        replace(first, version=4, token="4", state=State.REGISTERED, reason="gone", owner="bob", group="groupb"),
    ]


@pytest.mark.parametrize("name", ["ark:/99999/fk4a", "doi:10.5072/FK2A", "uuid:0f0e5a6c-63a9-11f0-9f7b-0242ac120002"])
def test_every_kind_of_change_keeps_the_contract(name: str) -> None:
    lived = [None, *versions(name), None]
    told = [detail for old, new in pairwise(lived) for detail in details(old, new)]

    assert [detail["kind"].removeprefix("Identifier") for detail in told] == [
        "Created",
        "Changed",
        "StateChanged",
        "StateChanged",
        "Deleted",
    ]
    assert [breaches(detail) for detail in told] == [[]] * 5


def test_states_come_in_every_vocabulary() -> None:
    _, _, public, hidden = versions("doi:10.5072/FK2A")

    (told,) = details(public, hidden)

    assert told["old_state"] == {"stored": "findable", "ezid": "public", "datacite": "findable"}
    assert told["new_state"] == {"stored": "registered", "ezid": "unavailable", "datacite": "registered"}


def test_a_detail_tells_who_when_and_what() -> None:
    _, _, public, hidden = versions("doi:10.5072/FK2A")

    (told,) = details(public, hidden)

    assert {name: told[name] for name in ("identifier", "prefix", "owner", "by", "via", "at", "version", "changed")} == {
        "identifier": "doi:10.5072/FK2A",
        "prefix": "doi:10.5072",
        "owner": "bob",
        "by": "alice",
        "via": "ezid",
        "at": "2027-01-15T08:00:00Z",
        "version": 4,
        "changed": ["group", "owner", "reason", "state", "target"],
    }
