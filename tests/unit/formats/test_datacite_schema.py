"""Validation: what is refused, in which words, and where."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.formats import datacite_lists, datacite_schema, datacite_xml, safe_xml
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.builders import a_description
from tests.unit.formats.official import SCHEMAS, invalid_example, needs_shared

DOI = Identifier.parse("doi:10.5072/FK2TEST")
VALID = datacite_xml.write(a_description(), DOI).decode()


@invalid_example
def test_the_published_examples_that_are_wrong_are_refused_with_the_element_named(example: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        datacite_schema.validate(example.read_bytes())

    assert refused.value.reason is Reason.INVALID
    assert (refused.value.element, refused.value.field) == ("geoLocationPolygons", "geoLocations")
    assert (refused.value.line, refused.value.column) == (26, 7)
    assert str(refused.value) == "geoLocationPolygons: This element is not expected. at line 26, column 7"


def test_a_valid_record_comes_back_as_its_root_element() -> None:
    assert datacite_schema.validate(VALID).tag == "{http://datacite.org/schema/kernel-4}resource"


@pytest.mark.parametrize(
    ("old", "new", "name", "message"),
    [
        pytest.param(
            '"Personal"', '"Person"', ("creatorName", "nameType", "creators"), "not an element of the set", id="word of a list"
        ),
        pytest.param(">2021<", ">:tba<", ("publicationYear", "", "publicationYear"), "not accepted by the pattern", id="year"),
        pytest.param(
            ">Harbour Institute<",
            "><",
            ("publisher", "", "publisher"),
            "underruns the allowed minimum length",
            id="empty publisher",
        ),
        pytest.param("<sizes/>", "<size/>", ("size", "", "size"), "This element is not expected", id="unknown element"),
        pytest.param(
            "<sizes/>", '<sizes x="1"/>', ("sizes", "x", "sizes"), "The attribute 'x' is not allowed", id="unknown attribute"
        ),
        pytest.param("<sizes/>", "<dates><date/></dates>", ("date", "", "dates"), "'dateType' is required", id="missing attribute"),
        pytest.param("<sizes/>", "<language>a b</language>", ("language", "", "language"), "not a valid value", id="language"),
        pytest.param("resource>", "resource>\n", ("", "", ""), "", id="nothing wrong"),
    ],
)
def test_a_problem_names_element_attribute_and_property(old: str, new: str, name: tuple[str, str, str], message: str) -> None:
    document = VALID.replace(old, new, 1)

    found = datacite_schema.problems(safe_xml.parse(document), document)

    assert [(each.element, each.attribute, each.field) for each in found[:1]] == ([name] if message else [])
    assert message in (found[0].message if found else "")


def test_a_problem_is_found_at_its_line_and_column_even_in_one_long_line() -> None:
    document = re.sub(r">\s+<", "><", VALID).replace(
        "<sizes/>", "<!-- <x> --><dates><date dateType='Created'/><date dateType='Wrong'/></dates>"
    )

    (problem,) = datacite_schema.problems(safe_xml.parse(document), document)

    assert problem.attribute == "dateType"
    lines = document.split("\n")
    assert lines[problem.line - 1][problem.column - 1 :].startswith("<date dateType='Wrong'")


def test_every_problem_is_listed_once_in_the_order_of_the_document() -> None:
    document = VALID.replace("2021", "soon").replace("Dataset", "Thing").replace('"Personal"', '"Nobody"')

    found = datacite_schema.problems(safe_xml.parse(document), document)

    assert [problem.field for problem in found] == ["creators", "publicationYear", "resourceType"]


def test_what_is_missing_is_a_problem_of_the_resource() -> None:
    document = '<resource xmlns="http://datacite.org/schema/kernel-4"/>'

    (problem,) = datacite_schema.problems(safe_xml.parse(document), document)

    assert (problem.element, problem.field, problem.line, problem.column) == ("resource", "resource", 1, 1)
    assert problem.message.startswith(
        "Missing child element(s). Expected is one of ( {http://datacite.org/schema/kernel-4}identifier"
    )


def test_problems_are_found_under_any_prefix() -> None:
    document = (
        VALID.replace("<", "<d:")
        .replace("<d:/", "</d:")
        .replace("<d:?", "<?")
        .replace("xmlns=", "xmlns:d=")
        .replace("2021", "soon")
    )

    (problem,) = datacite_schema.problems(safe_xml.parse(document), document)

    assert (problem.element, problem.field) == ("publicationYear", "publicationYear")


def test_a_name_identifier_without_scheme_passes_as_it_does_at_datacite() -> None:
    datacite_schema.validate(VALID.replace("</familyName>", "</familyName><nameIdentifier/>"))


@needs_shared
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("resourceType", datacite_lists.RESOURCE_TYPES),
        ("contributorType", datacite_lists.CONTRIBUTOR_TYPES),
        ("dateType", datacite_lists.DATE_TYPES),
        ("descriptionType", datacite_lists.DESCRIPTION_TYPES),
        ("funderIdentifierType", datacite_lists.FUNDER_IDENTIFIER_TYPES),
        ("nameType", datacite_lists.NAME_TYPES),
        ("numberType", datacite_lists.NUMBER_TYPES),
        ("relatedIdentifierType", datacite_lists.RELATED_IDENTIFIER_TYPES),
        ("relationType", datacite_lists.RELATION_TYPES),
        ("titleType", datacite_lists.TITLE_TYPES),
    ],
)
def test_the_controlled_lists_are_those_of_the_schema(name: str, words: tuple[str, ...]) -> None:
    published = SCHEMAS.joinpath("kernel-4", "include", f"datacite-{name}-v4.xsd").read_text("utf-8")

    assert tuple(re.findall(r'enumeration value="([^"]+)"', published)) == words
    shipped = datacite_schema._XSD.parent.joinpath("include", f"datacite-{name}-v4.xsd").read_text("utf-8")
    assert shipped == published
