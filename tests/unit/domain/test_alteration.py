"""What became different in a record, with the values before and after."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from pidstack.domain.alteration import Alteration, Digest
from pidstack.domain.change import changes_between
from pidstack.domain.record import Record
from pidstack.domain.state import State
from tests.builders import NOW_S, a_record

OLD = a_record("doi:10.5072/FK2A", token="1", elements={"datacite.title": "Remembrance", "dc.date": "1922"})


def altered(old: Record | None, **fields: Any) -> list[Alteration]:
    new = replace(OLD if old is None else replace(old, version=2), token="2", **fields)
    (change,) = changes_between(old, new, by="alice", via="ezid", at_s=NOW_S)
    return list(change.alterations)


def digest(text: str) -> Digest:
    told = text.encode()
    return Digest(len(told), hashlib.sha256(told).hexdigest())


def test_a_creation_tells_all_that_is_not_empty() -> None:
    told = {each.part: (each.old, each.new) for each in altered(None, target="https://example.org/")}

    assert told == {
        "created": (None, str(NOW_S)),
        "exported": (None, "yes"),
        "group": (None, "groupa"),
        "owner": (None, "alice"),
        "agency": (None, "none"),
        "state": (None, "findable"),
        "target": (None, "https://example.org/"),
        "element:datacite.title": (None, "Remembrance"),
        "element:dc.date": (None, "1922"),
    }


def test_a_change_tells_what_became_different_before_and_after() -> None:
    fields: dict[str, Any] = {"state": State.REGISTERED, "reason": "moved", "exported": False}

    told = altered(OLD, elements={"datacite.title": "Remembrance of Things Past"}, **fields)

    assert told == [
        Alteration("exported", "yes", "no"),
        Alteration("reason", None, "moved"),
        Alteration("state", "findable", "registered"),
        Alteration("element:datacite.title", "Remembrance", "Remembrance of Things Past"),
        Alteration("element:dc.date", "1922", None),
    ]


def test_a_deletion_tells_no_values() -> None:
    (change,) = changes_between(OLD, None, by="alice", via="ezid", at_s=NOW_S)

    assert change.alterations == ()


def test_the_profile_and_documents_that_stay_are_told_beside_elements_that_do_not() -> None:
    old = replace(OLD, profile="dc", elements={"datacite": "<resource/>", "dc.title": "R"})

    told = altered(old, elements={"datacite": "<resource/>", "dc.title": "S"})

    assert [(each.part, each.is_context) for each in told] == [
        ("profile", True),
        ("element:datacite", True),
        ("element:dc.title", False),
    ]
    assert told[1].new == digest("<resource/>")


def test_where_another_element_describes_now_all_are_told() -> None:
    old = replace(OLD, elements={"datacite": "<resource/>", "datacite.title": "R"})

    told = altered(old, elements={"datacite.title": "R"})

    assert told == [Alteration("element:datacite", "<resource/>", None), Alteration("element:datacite.title", "R", "R")]


def test_a_change_of_the_target_tells_nothing_of_the_description() -> None:
    assert altered(replace(OLD, profile="dc"), target="https://example.org/") == [
        Alteration("target", None, "https://example.org/")
    ]
