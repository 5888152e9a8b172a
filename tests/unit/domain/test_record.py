"""What a record says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from pidstack.domain.errors import Invalid
from pidstack.domain.placement import Placement
from pidstack.domain.record import check_profile
from pidstack.domain.state import State
from tests.builders import NOW_S, a_record


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        pytest.param("ark:/99999/fk4a", "erc", id="ark"),
        pytest.param("doi:10.5072/FK2A", "datacite", id="doi"),
        pytest.param("uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "erc", id="uuid"),
    ],
)
def test_without_a_choice_the_scheme_decides_the_profile(name: str, profile: str) -> None:
    assert a_record(name).preferred_profile == profile


def test_a_chosen_profile_is_the_preferred_one() -> None:
    assert a_record("doi:10.5072/FK2A", profile="dc").preferred_profile == "dc"


@pytest.mark.parametrize(
    ("fields", "harvested"),
    [
        pytest.param({}, "shown", id="public"),
        pytest.param({"state": State.REGISTERED}, "deleted", id="unavailable"),
        pytest.param({"state": State.DRAFT}, "deleted", id="back to a draft"),
        pytest.param({"exported": False}, "deleted", id="not exported any more"),
        pytest.param({"placement": None}, "unseen", id="never public and exported"),
        pytest.param({"expires_s": NOW_S + 1}, "unseen", id="test"),
        pytest.param({"agent_role": "group"}, "unseen", id="an agent's own"),
    ],
)
def test_what_harvesters_saw_once_they_see_for_ever(fields: dict[str, Any], harvested: str) -> None:
    record = a_record(**{"placement": Placement.parse("-:ark:/99999"), **fields})

    assert record.is_harvested is (harvested != "unseen")
    assert record.is_withheld is (harvested == "deleted")


@pytest.mark.parametrize("name", ["", "erc", "DC", "my-profile", "a.b_c-d", "x" * 32, "0"])
def test_a_profile_may_have_any_name_of_that_form(name: str) -> None:
    check_profile(name)


@pytest.mark.parametrize(
    "name",
    ["x" * 33, "-erc", "erc-", "a--b", "two words", "erc\n", "é", "a/b", "Kelvin\u212a"],
    ids=["33 letters", "leading", "trailing", "double", "blank", "newline", "accent", "slash", "looks like a K"],
)
def test_a_profile_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_profile(name)

    assert refusal.value.field == "profile"
