"""Which DOIs a list is asked for: what is read, and what is refused because no index holds it."""

from __future__ import annotations

import pytest

from pidstack.domain.listing import Reader, Selection
from pidstack.protocols.rest.filters import SUPPORTED, read_selection
from pidstack.protocols.rest.requests import BadRequest
from tests.world import World, a_world

# Rule: DataCite REST API, "Retrieving a list of DOIs": its filters besides those that are served.
NOT_SERVED = [
    "consortium-id",
    "published",
    "resource-type",
    "subject",
    "field-of-science",
    "license",
    "certificate",
    "re3data-id",
    "opendoar-id",
    "client-type",
    "user-id",
    "affiliation-id",
    "affiliation-country",
    "funder-id",
    "funded-by",
    "source",
    "link-check-status",
    "has-citations",
    "has-references",
    "has-parts",
    "has-part-of",
    "has-versions",
    "has-version-of",
    "has-views",
    "has-downloads",
    "has-person",
    "has-affiliation",
    "has-organization",
    "has-funder",
    "include-other-registration-agencies",
    "page[scroll]",
    "scroll-id",
    "sample-group",
]


@pytest.fixture(scope="module")
def world() -> World:
    return a_world()


def selected(world: World, given: dict[str, str]) -> Selection:
    return read_selection(given, Reader(everything=True), world.registry.directory)


@pytest.mark.parametrize("name", NOT_SERVED)
def test_a_filter_that_no_index_holds_is_refused_with_those_that_are_served(world: World, name: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        selected(world, {name: "1"})

    assert f"Parameter {name} is not supported" in str(refusal.value)
    assert ", ".join(SUPPORTED) in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"subject": ""},
        {"has-citations": "0"},
        {"include-other-registration-agencies": "false"},
        {"sample": "2"},
        {"mailto": "a@b.org"},
    ],
    ids=str,
)
def test_what_filters_nothing_is_passed_over(world: World, given: dict[str, str]) -> None:
    assert selected(world, given) == Selection(Reader(everything=True))


@pytest.mark.parametrize("name", [name for name in SUPPORTED if name not in {"query", "ids", "id"}])
def test_a_filter_that_is_served_narrows_the_list(world: World, name: str) -> None:
    values = {"state": "draft", "created": "2026", "registered": "2026", "updated": "2026", "schema-version": "3"}

    assert selected(world, {name: values.get(name, "some")}) != selected(world, {})
