"""Values that are frozen for the type checker: what they have in common with frozen dataclasses, and what they are quicker at."""

from __future__ import annotations

import dataclasses

import pytest

from pidstack.domain import metadata
from pidstack.domain.metadata import Agent, Date, Metadata, NameIdentifier, RelatedIdentifier, Title
from pidstack.domain.values import replace, value

KINDS = [kind for kind in vars(metadata).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]


@value(frozen=True, slots=True)
class Place:
    latitude: str
    longitude: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenPlace:
    latitude: str
    longitude: str = ""


def test_values_are_equal_and_hashed_by_their_fields_as_frozen_dataclasses_are() -> None:
    here, there, frozen = Place("1", "2"), Place("1"), FrozenPlace("1", "2")

    assert here == Place("1", "2")
    assert here != there
    assert hash(here) == hash(Place("1", "2")) == hash(frozen)
    assert {here: "here"}[Place("1", "2")] == "here"


def test_values_have_no_room_for_other_fields() -> None:
    here: object = Place("1")

    with pytest.raises(AttributeError):
        here.altitude = "3"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_of_descriptions_can_be_a_key(kind: type) -> None:
    required = {each.name: "x" for each in dataclasses.fields(kind) if each.default is dataclasses.MISSING}

    made = kind(**required)

    assert {made: 1}[kind(**required)] == 1


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        (Place("1", "2"), {"longitude": "3"}),
        (Agent("Lima, Ana", "Personal", "Ana", "Lima"), {"name": "Lima", "name_identifiers": (NameIdentifier("x"),)}),
        (RelatedIdentifier("10.5072/x", "DOI"), {"relation_type_information": "last"}),
        (Metadata(titles=(Title("T"),), dates=(Date("2020"),)), {"version": "2", "creators": (Agent("A"),), "titles": ()}),
        (Metadata(version="1"), {}),
    ],
    ids=["two fields", "an agent", "the last field", "a description", "nothing"],
)
def test_replacing_fields_gives_what_dataclasses_replace_gives(given: object, changes: dict[str, object]) -> None:
    before = repr(given)

    changed = replace(given, **changes)

    assert changed == dataclasses.replace(given, **changes)
    assert type(changed) is type(given)
    assert repr(given) == before


def test_a_field_that_there_is_not_cannot_be_replaced() -> None:
    changes = {"altitude": "3"}

    with pytest.raises(KeyError):
        replace(Place("1"), **changes)
