"""Orders and filters of exports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pidstack.domain.export import NAME_LENGTH, Compression, Filter, Form, Order, addressee
from pidstack.domain.identifier import Scheme
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from tests.builders import a_record

maybe = st.none() | st.booleans()
moments = st.none() | st.integers(0, 2_000_000_000)
filters = st.builds(
    Filter,
    st.frozensets(st.sampled_from(Scheme)),
    st.frozensets(st.sampled_from(State)),
    st.frozensets(st.text(min_size=1, max_size=5)),
    maybe,
    maybe,
    maybe,
    maybe,
    moments,
    moments,
    moments,
    moments,
)
names = st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple)
orders = st.builds(
    Order,
    st.text(max_size=5),
    names,
    st.sampled_from(Form),
    st.sampled_from(Compression),
    names,
    filters,
    st.booleans(),
    st.booleans(),
    names,
    st.just("https://ids.example.org"),
)


@given(orders)
def test_an_order_survives_being_written_down(order: Order) -> None:
    assert Order.from_json(json.loads(json.dumps(order.as_json()))) == order


@given(orders, orders)
def test_orders_have_one_key_if_and_only_if_they_are_equal(one: Order, other: Order) -> None:
    assert (one.key() == other.key()) == (one == other)


def test_a_file_is_named_by_order_generation_and_secret() -> None:
    order = Order("alice", ("alice",), Form.XML)

    named = order.file_name(1, b"secret")

    assert named == order.file_name(1, b"secret")
    assert len({named, order.file_name(2, b"secret"), order.file_name(1, b"other")}) == 3
    assert len(named) == NAME_LENGTH
    assert named.isascii()
    assert named.isalnum()


DOI = "doi:10.5072/FK2A"


@pytest.mark.parametrize(
    ("wanted", "inside", "outside"),
    [
        ({"schemes": frozenset({Scheme.ARK})}, {}, {"name": DOI}),
        ({"states": frozenset({State.DRAFT, State.REGISTERED})}, {"state": State.DRAFT}, {}),
        ({"profiles": frozenset({"erc"})}, {}, {"profile": "dc"}),
        ({"profiles": frozenset({"datacite"})}, {"name": DOI}, {}),
        ({"exported": True}, {}, {"exported": False}),
        ({"exported": False}, {"exported": False}, {}),
        ({"test": True}, {"expires_s": 9}, {}),
        ({"test": False}, {}, {"expires_s": 9}),
        ({"crossref": True}, {"name": DOI, "agency": Agency.CROSSREF}, {"name": DOI, "agency": Agency.DATACITE}),
        ({"crossref": False}, {}, {"name": DOI, "agency": Agency.CROSSREF}),
        ({"datacite": True}, {"name": DOI, "agency": Agency.DATACITE}, {"name": DOI, "agency": Agency.CROSSREF}),
        ({"datacite": True}, {"name": DOI}, {}),
        ({"datacite": False}, {}, {"name": DOI}),
        ({"created_from_s": 100}, {"created_s": 100}, {"created_s": 99}),
        ({"created_before_s": 100}, {"created_s": 99}, {"created_s": 100}),
        ({"updated_from_s": 100}, {"updated_s": 100}, {"updated_s": 99}),
        ({"updated_before_s": 100}, {"updated_s": 99}, {"updated_s": 100}),
        ({"created_before_s": 0}, {"created_s": -1}, {"created_s": 0}),
    ],
)
def test_each_condition_lets_the_one_in_and_keeps_the_other_out(
    wanted: dict[str, Any], inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    passes = Filter(**wanted).compiled()

    assert passes(a_record(**inside))
    assert not passes(a_record(**outside))


def test_all_conditions_have_to_hold() -> None:
    passes = Filter(exported=True, test=True).compiled()

    assert passes(a_record(expires_s=9))
    assert not passes(a_record())
    assert not passes(a_record(expires_s=9, exported=False))


def test_no_condition_lets_everything_in() -> None:
    assert Filter().compiled()(a_record())


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        pytest.param("ann@example.org", "", "ann@example.org", id="address"),
        pytest.param("<ann@example.org>", "", "ann@example.org", id="address in brackets"),
        pytest.param("Fred F <fred@example.org>", "Fred F", "fred@example.org", id="name"),
        pytest.param("Doe, Jane <jane@example.org>", "Doe, Jane", "jane@example.org", id="family name first"),
        pytest.param('"Doe, Jane" <jane@example.org> ', "Doe, Jane", "jane@example.org", id="quoted name"),
        pytest.param("Lab: Jörg (staff)\n<lab@example.org>", "Lab: Jörg (staff)", "lab@example.org", id="odd name"),
        pytest.param("nonsense", "", "nonsense", id="no address"),
    ],
)
def test_an_address_may_have_any_name(text: str, name: str, address: str) -> None:
    assert addressee(text) == (name, address)
