"""Descriptions as DataCite's JSON attributes, both ways, and against what DataCite's service has answered."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Container,
    GeoLocation,
    Metadata,
    Point,
    Polygon,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    Title,
    Types,
)
from pidstack.formats import attributes, datacite_schema, datacite_xml, normalise
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.builders import a_description, metadata
from tests.unit.formats.official import FIXTURES, SHARED, needs_shared

DOI = Identifier.parse("doi:10.5072/FK2TEST")
CORNERS = (Point("1", "2"), Point("3.5", "4"), Point("5", "-6.25"), Point("1", "2"))


def whole(description: Metadata) -> dict[str, Any]:
    """Write with nothing shortened, and through JSON."""
    written = attributes.write(description, publisher_as_object=True, affiliations_as_objects=True)
    read: dict[str, Any] = json.loads(json.dumps(written))
    return read


@settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(metadata())
def test_attributes_to_xml_and_back_lose_nothing(description: Metadata) -> None:
    sent = whole(description)

    stored = datacite_xml.write(attributes.read(sent), DOI)

    assert whole(datacite_xml.read(datacite_schema.validate(stored))) == sent


def test_every_attribute_is_written_in_order_even_if_nothing_is_known() -> None:
    written = attributes.write(Metadata())

    assert tuple(written) == attributes.ATTRIBUTES
    assert {key for key, value in written.items() if value is None} == {"publisher", "publicationYear", "language", "version"}
    assert {key for key, value in written.items() if value == {}} == {"container", "types"}
    assert all(written[key] == [] for key in written if written[key] not in (None, {}))


def test_people_always_have_lists_of_affiliations_and_identifiers() -> None:
    written = attributes.write(
        a_description(creators=(Agent("Miller, Ada", affiliations=(Affiliation("Institute", "https://ror.org/04wxnsj81"),)),))
    )

    assert written["creators"] == [{"name": "Miller, Ada", "nameIdentifiers": [], "affiliation": ["Institute"]}]


def test_affiliations_and_publisher_are_objects_on_request() -> None:
    creator = Agent("Miller, Ada", affiliations=(Affiliation("Institute", "04wxnsj81", "ROR", "https://ror.org"),))
    publisher = Publisher("Harbour", "https://ror.org/04wxnsj81", "ROR", "https://ror.org", "en")

    written = whole(a_description(creators=(creator,), publisher=publisher))

    assert written["creators"][0]["affiliation"] == [
        {
            "name": "Institute",
            "affiliationIdentifier": "04wxnsj81",
            "affiliationIdentifierScheme": "ROR",
            "schemeUri": "https://ror.org",
        }
    ]
    assert written["publisher"] == {
        "name": "Harbour",
        "publisherIdentifier": "https://ror.org/04wxnsj81",
        "publisherIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org",
        "lang": "en",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("-40", -40, id="integer"),
        pytest.param("+123.", 123.0, id="point at the end"),
        pytest.param("41.090", 41.09, id="float"),
        pytest.param(".5", 0.5, id="point at the start"),
        pytest.param("1e-07", 1e-07, id="exponent"),
        pytest.param("12 N", "12 N", id="no number"),
        pytest.param("inf", "inf", id="infinity"),
        pytest.param("1e999", "1e999", id="too large for a number"),
        pytest.param("9" * 5_000, "9" * 5_000, id="too long for a number"),
    ],
)
def test_coordinates_are_written_as_numbers_where_they_are_numbers(text: str, expected: object) -> None:
    (location,) = attributes.write(Metadata(geo_locations=(GeoLocation(point=Point(text, "0")),)))["geoLocations"]

    latitude = location["geoLocationPoint"]["pointLatitude"]
    assert (latitude, type(latitude)) == (expected, type(expected))


@pytest.mark.parametrize(("year", "expected"), [("2021", 2021), ("0000", 0), ("", None), (":tba", None), ("9" * 5_000, None)])
def test_a_year_is_a_number_or_null(year: str, expected: int | None) -> None:
    assert attributes.write(Metadata(publication_year=year))["publicationYear"] == expected


def test_a_coordinate_of_zero_is_written() -> None:
    assert whole(Metadata(geo_locations=(GeoLocation(point=Point("0", "0.0")),)))["geoLocations"] == [
        {"geoLocationPoint": {"pointLatitude": 0, "pointLongitude": 0.0}}
    ]


def test_one_polygon_is_a_list_of_points_and_several_are_a_list_of_lists() -> None:
    one = GeoLocation(polygons=(Polygon(CORNERS, Point("2", "3")),))
    two = GeoLocation(polygons=(Polygon(CORNERS), Polygon(CORNERS)))

    written = whole(Metadata(geo_locations=(one, two)))["geoLocations"]

    assert written[0]["geoLocationPolygon"][1] == {"polygonPoint": {"pointLatitude": 3.5, "pointLongitude": 4}}
    assert written[0]["geoLocationPolygon"][4] == {"inPolygonPoint": {"pointLatitude": 2, "pointLongitude": 3}}
    assert [len(polygon) for polygon in written[1]["geoLocationPolygon"]] == [4, 4]
    assert attributes.read({"geoLocations": written}).geo_locations == (one, two)


def test_points_of_a_polygon_may_come_together_in_one_object() -> None:
    points = [{"pointLatitude": 1, "pointLongitude": 2}, {"pointLatitude": "3", "pointLongitude": "4"}]

    read = attributes.read({"geoLocations": [{"geoLocationPolygon": {"polygonPoint": points, "inPolygonPoint": points[0]}}]})

    assert read.geo_locations == (GeoLocation(polygons=(Polygon((Point("1", "2"), Point("3", "4")), Point("1", "2")),)),)


def test_the_related_item_s_scheme_alone_is_written_in_capitals() -> None:
    item = RelatedItem(
        "Book", "IsPublishedIn", identifier=RelatedIdentifier("x", "URL", scheme_uri="http://example.org/"), titles=(Title("T"),)
    )
    related = RelatedIdentifier("x", "URL", "HasMetadata", scheme_uri="http://example.org/")

    written = attributes.write(Metadata(related_items=(item,), related_identifiers=(related,)))

    assert written["relatedItems"][0]["relatedItemIdentifier"]["schemeURI"] == "http://example.org/"
    assert written["relatedIdentifiers"][0]["schemeUri"] == "http://example.org/"
    assert attributes.read({"relatedItems": written["relatedItems"]}).related_items == (item,)


def test_what_something_appeared_in_is_worked_out() -> None:
    item = RelatedItem("Journal", "IsPublishedIn", titles=(Title("Tides"),), volume="7", number="3", number_type="Chapter")

    assert attributes.write(Metadata(types=Types("Text"), related_items=(item,)))["container"] == {
        "type": "Series",
        "title": "Tides",
        "volume": "7",
        "chapterNumber": "3",
    }


# Reading -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field", "expected"),
    [
        pytest.param({"publisher": "Harbour"}, "publisher", Publisher("Harbour"), id="publisher as text"),
        pytest.param({"publisher": ""}, "publisher", None, id="no publisher"),
        pytest.param({"publicationYear": 2021}, "publication_year", "2021", id="year as number"),
        pytest.param({"publicationYear": 79}, "publication_year", "0079", id="early year"),
        pytest.param({"publicationYear": "2021"}, "publication_year", "2021", id="year as text"),
        pytest.param({"version": 1.0}, "version", "1.0", id="version as number"),
        pytest.param({"sizes": ["1 MB", 7, None, ""]}, "sizes", ("1 MB", "7"), id="sizes of all kinds"),
        pytest.param({"sizes": "1 MB"}, "sizes", ("1 MB",), id="a size on its own"),
        pytest.param({"titles": {"title": "A"}}, "titles", (Title("A"),), id="a title on its own"),
        pytest.param({"titles": [{"title": "A", "lang": None}, {}]}, "titles", (Title("A"),), id="nulls and empty objects"),
        pytest.param(
            {"creators": [{"name": "A", "affiliation": ["I", {"name": "J"}]}]},
            "creators",
            (Agent("A", affiliations=(Affiliation("I"), Affiliation("J"))),),
            id="affiliations of both kinds",
        ),
        pytest.param(
            {"identifiers": [{"identifier": "10.5072/x", "identifierType": "DOI"}, {"identifier": "1", "identifierType": "LSID"}]},
            "alternate_identifiers",
            (AlternateIdentifier("1", "LSID"),),
            id="identifiers without the DOI",
        ),
        pytest.param(
            {"identifiers": [{"identifier": "1", "identifierType": "A"}], "alternateIdentifiers": []},
            "alternate_identifiers",
            (),
            id="alternate identifiers count first",
        ),
        pytest.param({"types": {"ris": "GEN", "resourceTypeGeneral": "Text"}}, "types", Types("Text", ris="GEN"), id="types"),
        pytest.param({"container": {"title": "T", "volume": 3}}, "container", Container(title="T", volume="3"), id="container"),
        pytest.param({"rightsList": [{"rightsURI": "u"}]}, "rights", "u", id="another spelling of a key"),
    ],
)
def test_what_clients_send_is_read(sent: dict[str, Any], field: str, expected: object) -> None:
    read = getattr(attributes.read(sent), field)

    assert (read[0].uri if field == "rights" else read) == expected


def test_null_leaves_what_is_there_and_an_empty_list_takes_it_away() -> None:
    stored = a_description(sizes=("1 MB",), language="en")

    changed = attributes.read({"titles": None, "sizes": [], "language": "", "creators": [{"name": "B"}]}, onto=stored)

    assert (changed.titles, changed.sizes, changed.language) == (stored.titles, (), "")
    assert changed.creators == (Agent("B"),)


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        pytest.param({"titles": ["A"]}, "titles", "Title 'A' should be an object instead of a string.", id="title"),
        pytest.param({"dates": ["2020"]}, "dates", "Date 2020 should be an object instead of a string.", id="date"),
        pytest.param({"creators": "A"}, "creators", "Creator 'A' should be an object instead of a string.", id="creator"),
        pytest.param({"types": "Text"}, "types", "Types 'Text' should be an object instead of a string.", id="types"),
        pytest.param(
            {"identifiers": ["A"]}, "identifiers", "Identifier 'A' should be an object instead of a string.", id="identifier"
        ),
        pytest.param(
            {"relatedIdentifiers": [7]},
            "relatedIdentifiers",
            "Related identifier '7' should be an object instead of a string.",
            id="number",
        ),
        pytest.param({"titles": [{"title": ["A"]}]}, "titles", "title should be text, not a list.", id="list for text"),
        pytest.param({"language": {"a": 1}}, "language", "language should be text, not an object.", id="object for text"),
        pytest.param({"version": True}, "version", "version should be text, not a truth value.", id="truth value for text"),
        pytest.param(
            {"rightsList": [{"rights": "x" * 2_001}]},
            "rightsList",
            "Rights should not have a length of more than 2000 characters.",
            id="rights",
        ),
        pytest.param(
            {"geoLocations": [{"geoLocationPolygon": ["x"]}]},
            "geoLocations",
            "Geolocation 'x' should be an object instead of a string.",
            id="polygon",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_its_attribute(sent: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        attributes.read(sent)

    assert (refused.value.reason, refused.value.field, str(refused.value)) == (Reason.SHAPE, field, message)


# What DataCite answered --------------------------------------------------------------------------------------------------------


def _printed() -> dict[str, Any]:
    text = SHARED.joinpath("mission", "datacite-single-doi.txt").read_text("utf-8")
    printed: dict[str, Any] = json.JSONDecoder().raw_decode(text, text.index("{", text.index('"attributes"')))[0]
    return printed


def _today(person: dict[str, Any]) -> dict[str, Any]:
    """Say of a person what was said in 2020, as it is said today."""
    affiliation = person.get("affiliation")
    identifiers = [each | {"schemeUri": "https://orcid.org"} for each in person.get("nameIdentifiers", ())]
    kept = {key: value for key, value in person.items() if key != "nameType"}
    return kept | {"affiliation": [affiliation] if affiliation else [], "nameIdentifiers": identifiers}


@needs_shared
def test_the_guide_s_example_is_read_as_the_guide_prints_it() -> None:
    printed = _printed()
    xml = base64.b64decode(printed["xml"], validate=True)

    read = attributes.write(normalise.as_read(datacite_xml.read(datacite_schema.validate(xml))))

    # Today's normalisations, and no others, stand between them.
    expected = {key: value for key, value in printed.items() if key in attributes.ATTRIBUTES} | {
        "identifiers": [],  # the DOI itself is no longer listed
        "alternateIdentifiers": [],
        "relatedItems": [],
        "creators": [_today(person) for person in printed["creators"]],
        "contributors": [_today(person) for person in printed["contributors"]],
        "language": "en",
        "version": "4.0",  # what the XML says, and the answer of 2020 lost
    }
    assert read == expected


RECORDED = {
    # Differences from the answers that were recorded between 2021 and 2025 have one of these causes: the answer shows what an older
    # DataCite had made of the XML and stored, or attributes were sent beside the XML.
    "10.1594_pangaea.721193": set(),
    "10.26301_qdpd_2250": set(),
    "10.5067_altcy_tj122": set(),
    "10.4230_lipics.tqc.2013.93": {"version"},  # was not read from old kernels then
    "10.3204_desy_2014_01645": {"contributors"},  # schemeUri of an ORCID was not filled then
    "10.70048_290320201351": {"container"},  # was not computed from related items then
    "10.5067_terra_aqua_ceres_cldtyphist_l3.004": {"creators"},  # blanks within names were kept then
    "10.23725_8na3_9s47": {"descriptions"},  # two blanks were kept then
}


@needs_shared
@pytest.mark.parametrize(("name", "differing"), RECORDED.items(), ids=RECORDED.keys())
def test_recorded_answers_are_read_from_their_xml(name: str, differing: set[str]) -> None:
    answer = json.loads(FIXTURES.joinpath("recorded", f"{name}.json").read_text("utf-8"))
    body = answer["body"] if isinstance(answer["body"], dict) else json.loads(answer["body"])
    recorded = body["data"]["attributes"]

    description = normalise.as_read(datacite_xml.read(base64.b64decode(recorded["xml"])))
    written = attributes.write(description, publisher_as_object=isinstance(recorded["publisher"], dict))

    assert {key for key in attributes.ATTRIBUTES if key in recorded and recorded[key] != written[key]} == differing
