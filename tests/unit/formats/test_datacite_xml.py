"""DataCite XML read and written: the published examples, every description that a strategy makes, and the corners by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    Box,
    Date,
    GeoLocation,
    Metadata,
    NameIdentifier,
    Point,
    Publisher,
    Subject,
    Title,
    Types,
)
from pidstack.formats import attributes, datacite_schema, datacite_xml, normalise, safe_xml
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.builders import a_description, metadata
from tests.unit.formats.official import FIXTURES, needs_shared, valid_example

DOI = Identifier.parse("doi:10.5072/FK2TEST")
ARK = Identifier.parse("ark:/99999/fk4test")
KERNEL_4 = 'xmlns="http://datacite.org/schema/kernel-4"'


def record(inside: str, namespace: str = KERNEL_4) -> str:
    return f"<resource {namespace}>{inside}</resource>"


@valid_example
def test_a_published_example_is_read_written_and_valid_again(example: Any) -> None:
    root = datacite_schema.validate(example.read_bytes())
    first = datacite_xml.read(root)

    written = datacite_xml.write(first, DOI)

    assert datacite_xml.read(datacite_schema.validate(written)) == first


@valid_example
def test_a_published_example_keeps_every_character_but_its_identifier(example: Any) -> None:
    text = example.read_text("utf-8-sig")
    place = next(
        place
        for place, child in zip(safe_xml.places(text, depth=2), safe_xml.parse(text), strict=True)
        if str(child.tag).endswith("}identifier")
    )

    kept = datacite_xml.with_identifier(text, ARK)

    before, after = text.encode()[: place.start].decode(), text.encode()[place.end :].decode()
    assert kept.startswith(before)
    assert kept.endswith(after)
    assert kept[len(before) : len(kept) - len(after)] == '<identifier identifierType="ARK">99999/fk4test'


@settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(metadata())
def test_whatever_the_schema_carries_is_written_valid_and_read_back(description: Metadata) -> None:
    written = datacite_xml.write(description, DOI)

    assert datacite_xml.read(datacite_schema.validate(written)) == description


def test_a_record_of_three_thousand_creators_is_read_validated_and_written() -> None:
    creators = tuple(
        Agent(
            f"Family{number}, Given{number}",
            "Personal",
            f"Given{number}",
            f"Family{number}",
            (NameIdentifier(f"https://orcid.org/0000-0001-{number:04}-0000", "ORCID", "https://orcid.org"),),
            (Affiliation("Institute of Tides", "https://ror.org/04wxnsj81", "ROR", "https://ror.org"),),
        )
        for number in range(3_000)
    )
    description = a_description(creators=creators)

    written = datacite_xml.write(description, DOI)

    assert len(written) > 1_000_000
    assert datacite_xml.read(datacite_schema.validate(written)) == description


def test_properties_are_written_in_the_order_of_datacite_s_own_generator() -> None:
    written = safe_xml.parse(datacite_xml.write(a_description(dates=(Date("2020", "Created"),), language="en", version="1"), DOI))

    names = [str(child.tag).rpartition("}")[2] for child in written]
    assert names == [
        *(
            "identifier",
            "creators",
            "titles",
            "publisher",
            "publicationYear",
            "resourceType",
            "dates",
            "language",
            "sizes",
            "formats",
        ),
        "version",
    ]


def test_a_description_of_nothing_is_written_so_that_validation_names_what_is_missing() -> None:
    written = datacite_xml.write(Metadata(), DOI)

    with pytest.raises(Unreadable, match="creators: Missing child element") as refused:
        datacite_schema.validate(written)

    assert refused.value.field == "creators"


def test_a_character_that_xml_cannot_carry_is_refused_by_its_property() -> None:
    with pytest.raises(Unreadable, match="titles: a character that XML cannot carry") as refused:
        datacite_xml.write(a_description(titles=(Title("bell\x07"),)), DOI)

    assert (refused.value.reason, refused.value.field) == (Reason.SHAPE, "titles")


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"], ids=ascii)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda text: {"subjects": (Subject(text),)}, "subjects"),
        (lambda text: {"subjects": (Subject("tides", scheme=text),)}, "subjects"),
        (lambda text: {"version": text}, "version"),
    ],
    ids=["text", "attribute", "leaf"],
)
def test_no_place_takes_a_character_that_xml_cannot_carry(change: Any, field: str, character: str) -> None:
    with pytest.raises(Unreadable) as refused:
        datacite_xml.write(a_description(**change(f"a{character}")), DOI)

    assert refused.value.field == field


AWKWARD = "a & b < c > d \" e ' f\rg\th\ni \x7f \x85 \u2028 \xe9 \U0001f30a ]]> &amp; <!--"


def test_what_is_written_is_what_libxml2_writes_of_the_same_tree() -> None:
    awkward = {"titles": (Title(AWKWARD, lang="en"),), "subjects": (Subject(AWKWARD, scheme=AWKWARD),), "sizes": (AWKWARD,)}

    written = datacite_xml.write(a_description(**awkward), DOI)

    root = etree.fromstring(written)
    etree.indent(root)
    assert etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n" == written
    assert datacite_xml.read(root).titles == (Title(AWKWARD, lang="en"),)
    assert datacite_xml.read(root).subjects == (Subject(AWKWARD, scheme=AWKWARD),)


@pytest.mark.parametrize(
    ("types", "general"),
    [
        pytest.param(Types("Dataset", schema_org="Book"), "Dataset", id="as given"),
        pytest.param(Types(schema_org="SoftwareSourceCode"), "Software", id="from schema.org"),
        pytest.param(Types(schema_org="ImageObject"), "Image", id="from schema.org by the table"),
        pytest.param(Types(specific="Whatever"), "Other", id="unknown"),
    ],
)
def test_a_type_is_given_guessed_or_other(types: Types, general: str) -> None:
    assert datacite_xml.read(datacite_xml.write(a_description(types=types), DOI)).types.general == general


# Older kernels and odd documents -----------------------------------------------------------------------------------------------

KERNEL_2 = """<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-2.2" lastMetadataUpdate="2012-01-01" metadataVersionNumber="1">
  <identifier identifierType="DOI">10.5072/old</identifier>
  <creators><creator>
    <creatorName>Miller, Ada</creatorName>
    <nameIdentifier nameIdentifierScheme="ISNI">1422 4586 3573 0476</nameIdentifier>
  </creator></creators>
  <titles><title>Tides</title><title titleType="Subtitle">of the bay</title></titles>
  <publisher>Harbour Institute</publisher>
  <publicationYear>2011</publicationYear>
  <dates><date dateType="StartDate">2009-04-01</date></dates>
  <resourceType resourceTypeGeneral="Film">Animation</resourceType>
</resource>"""
KERNEL_3 = """<d:resource xmlns:d="http://datacite.org/schema/kernel-3">
  <d:creators><d:creator>
    <d:creatorName>Miller, Ada</d:creatorName><d:affiliation>Harbour Institute</d:affiliation>
  </d:creator></d:creators>
  <d:geoLocations><d:geoLocation>
    <d:geoLocationPoint>31.233 -67.302</d:geoLocationPoint>
    <d:geoLocationBox>41.090 -71.032  42.893 -68.211</d:geoLocationBox>
    <d:geoLocationPlace>Atlantic Ocean</d:geoLocationPlace>
  </d:geoLocation></d:geoLocations>
</d:resource>"""


def test_kernel_2_is_read() -> None:
    assert datacite_xml.read(KERNEL_2) == Metadata(
        creators=(Agent("Miller, Ada", name_identifiers=(NameIdentifier("1422 4586 3573 0476", "ISNI"),)),),
        titles=(Title("Tides"), Title("of the bay", "Subtitle")),
        publisher=Publisher("Harbour Institute"),
        publication_year="2011",
        types=Types("Film", "Animation"),
        dates=(Date("2009-04-01", "StartDate"),),
    )


def test_kernel_3_is_read_with_places_as_text_and_names_with_prefixes() -> None:
    description = datacite_xml.read(KERNEL_3)

    assert description.creators == (Agent("Miller, Ada", affiliations=(Affiliation("Harbour Institute"),)),)
    place = GeoLocation("Atlantic Ocean", Point("31.233", "-67.302"), Box("-71.032", "-68.211", "41.090", "42.893"))
    assert description.geo_locations == (place,)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("a<br/>b", "a\nb", id="a break that nothing else separates"),
        pytest.param("a<br/>\nb <br/>c", "a\nb c", id="breaks beside white space"),
        pytest.param("\n  a <!-- not\n --> b\n  ", "a  b", id="comments and blanks around"),
        pytest.param("<![CDATA[a < b]]>", "a < b", id="character data"),
    ],
)
def test_text_is_trimmed_and_whole(inside: str, expected: str) -> None:
    description = datacite_xml.read(
        record(f'<descriptions><description descriptionType="Abstract">{inside}</description></descriptions>')
    )

    assert description.descriptions[0].description == expected


def test_elements_that_say_nothing_are_passed_over() -> None:
    empty = "<creators><creator/></creators><subjects><subject> </subject></subjects><sizes><size/></sizes>"
    empty += "<geoLocations><geoLocation/></geoLocations>"

    assert datacite_xml.read(record(empty)) == Metadata()


def test_places_beyond_the_first_of_one_location_become_locations_of_their_own() -> None:
    point = "<geoLocationPoint><pointLongitude>{}</pointLongitude><pointLatitude>2</pointLatitude></geoLocationPoint>"
    inside = f"<geoLocationPlace>A</geoLocationPlace>{point.format(1)}<geoLocationPlace>B</geoLocationPlace>{point.format(3)}"

    description = datacite_xml.read(record(f"<geoLocations><geoLocation>{inside}</geoLocation></geoLocations>"))

    assert description.geo_locations == (GeoLocation("A", Point("2", "1")), GeoLocation("B", Point("2", "3")))


@pytest.mark.parametrize(
    ("document", "reason", "message"),
    [
        pytest.param("<resource/>", Reason.WRONG_RECORD, "Not a DataCite record", id="no namespace"),
        pytest.param(
            '<a xmlns="http://datacite.org/schema/kernel-4"/>', Reason.WRONG_RECORD, "Not a DataCite record", id="another root"
        ),
        pytest.param(
            record("", 'xmlns="http://datacite.org/schema/kernel-3"'),
            Reason.DEPRECATED,
            "DataCite schema version 3 is deprecated",
            id="3",
        ),
        pytest.param(KERNEL_2, Reason.DEPRECATED, "DataCite schema version 2.2 is deprecated", id="2.2"),
        pytest.param(
            record("", 'xmlns="http://datacite.org/schema/kernel-4.4"'),
            Reason.UNSUPPORTED,
            "Unsupported DataCite record version",
            id="4.4",
        ),
        pytest.param(
            record("", 'xmlns="http://datacite.org/schema/kernel-9"'),
            Reason.UNSUPPORTED,
            "Unsupported DataCite record version",
            id="9",
        ),
    ],
)
def test_what_is_not_kernel_4_is_refused_with_its_reason(document: str, reason: Reason, message: str) -> None:
    root = safe_xml.parse(document)

    with pytest.raises(Unreadable) as refused:
        datacite_xml.require_kernel_4(root)

    assert (refused.value.reason, str(refused.value)) == (reason, message)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        pytest.param("", Reason.NO_IDENTIFIER, id="none"),
        pytest.param("<identifier>x</identifier>", Reason.NO_IDENTIFIER, id="no type"),
        pytest.param('<identifier identifierType="DOI"/><identifier identifierType="DOI"/>', Reason.NO_IDENTIFIER, id="two"),
        pytest.param('<identifier identifierType="ARK">x</identifier>', Reason.IDENTIFIER_MISMATCH, id="another scheme"),
    ],
)
def test_a_record_without_the_right_identifier_is_refused(inside: str, reason: Reason) -> None:
    root = safe_xml.parse(record(inside))

    with pytest.raises(Unreadable) as refused:
        datacite_xml.require_identifier(root, Scheme.DOI)

    assert refused.value.reason is reason


def test_a_record_with_the_right_identifier_passes() -> None:
    datacite_xml.require_identifier(safe_xml.parse(record('<identifier identifierType="UUID">x</identifier>')), Scheme.UUID)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param(
            record("é<identifier  identifierType = 'DOI' a=\"&gt;>\">(:tba)<!-- x --></identifier> "),
            record("é<identifier  identifierType = 'ARK' a=\"&gt;>\">99999/fk4test</identifier> "),
            id="quotes, blanks and comments",
        ),
        pytest.param(
            record("<identifier />"), record('<identifier identifierType="ARK">99999/fk4test</identifier>'), id="empty tag"
        ),
        pytest.param(
            record("\n<titles/>"),
            record('<identifier identifierType="ARK">99999/fk4test</identifier>\n<titles/>'),
            id="no identifier",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="utf-8"?>\r\n<d:resource xmlns:d="http://datacite.org/schema/kernel-4" />',
            '<?xml version="1.0" encoding="utf-8"?>\r\n<d:resource xmlns:d="http://datacite.org/schema/kernel-4">'
            '<d:identifier identifierType="ARK">99999/fk4test</d:identifier></d:resource>',
            id="empty root with a prefix",
        ),
    ],
)
def test_only_the_identifier_is_put_right(given: str, kept: str) -> None:
    assert datacite_xml.with_identifier(given, ARK) == kept


@pytest.mark.parametrize(
    ("inside", "identifier"),
    [
        pytest.param("<identifier identifierType='DOI' >10.5072/fk2Test</identifier>", DOI, id="a DOI in another case"),
        pytest.param("<!-- 1 --><identifier identifierType='DOI'>10.5072/<!-- 2 -->FK2TEST</identifier >", DOI, id="comments"),
        pytest.param(
            "<identifier identifierType='DOI'>10.5072/A&#60;&#x42;></identifier>", Identifier("doi:10.5072/A<B>"), id="escapes"
        ),
        pytest.param("<identifier identifierType='ARK'><![CDATA[99999/fk4test]]></identifier>", ARK, id="a section"),
    ],
)
def test_an_identifier_that_is_right_is_left_alone(inside: str, identifier: Identifier) -> None:
    assert datacite_xml.with_identifier(record(f"{inside}\r\n"), identifier) == record(f"{inside}\r\n")


@pytest.mark.parametrize(
    ("inside", "identifier"),
    [
        pytest.param('<identifier identifierType="DOI">99999/fk4test</identifier>', ARK, id="another type"),
        pytest.param('<identifier identifierType="ARK">99999/FK4test</identifier>', ARK, id="an ARK in another case"),
        pytest.param('<identifier identifierType="DOI"> 10.5072/FK2TEST</identifier>', DOI, id="a blank before it"),
        pytest.param(
            '<identifier identifierType="DOI">10.5072/FK2STRASSE</identifier>', Identifier("doi:10.5072/FK2STRAßE"), id="ß"
        ),
        pytest.param('<identifier identifierType="DOI"><b>10.5072/FK2TEST</b></identifier>', DOI, id="an element in it"),
    ],
)
def test_an_identifier_that_is_nearly_right_is_put_right(inside: str, identifier: Identifier) -> None:
    kind, name = datacite_xml.identifier_text(identifier)

    assert datacite_xml.with_identifier(record(inside), identifier) == record(
        f'<identifier identifierType="{kind}">{name}</identifier>'
    )


def test_a_name_with_markup_characters_stays_well_formed() -> None:
    odd = Identifier("doi:10.5072/A<B>&C")

    kept = datacite_xml.with_identifier(record('<identifier identifierType="DOI">x</identifier>'), odd)

    assert safe_xml.parse(kept)[0].text == "10.5072/A<B>&C"


@needs_shared
def test_real_documents_are_read_and_written_or_refused_and_never_make_anything_fail() -> None:
    read = 0

    for path in sorted(FIXTURES.rglob("*.xml")):
        try:
            description = datacite_xml.read(path.read_bytes())
        except Unreadable:
            continue
        read += 1
        shown = attributes.read(attributes.write(normalise.as_read(description)))
        assert datacite_xml.read(datacite_xml.write(description, DOI)) == description, path
        assert datacite_xml.write(shown, DOI), path

    assert read > 100


# A second opinion --------------------------------------------------------------------------------------------------------------


@valid_example
def test_another_writer_of_datacite_xml_says_the_same(example: Any) -> None:
    oracle = pytest.importorskip("datacite.schema45")
    ours = attributes.write(
        _without_its_losses(datacite_xml.read(example.read_bytes())), publisher_as_object=True, affiliations_as_objects=True
    )
    sent = _pruned(ours) | {"doi": "10.5072/x", "schemaVersion": "http://datacite.org/schema/kernel-4"}
    sent["publicationYear"] = str(sent["publicationYear"])
    sent.pop("identifiers", None)
    sent.pop("container", None)
    if any(True for _ in oracle.validator.iter_errors(sent)):
        pytest.skip("newer than the other writer")

    theirs = datacite_xml.read(oracle.tostring(sent))

    assert attributes.write(theirs, publisher_as_object=True, affiliations_as_objects=True) == ours


def _without_its_losses(description: Metadata) -> Metadata:
    """Leave out what the other writer does not write."""
    return replace(
        description,
        publisher=description.publisher and replace(description.publisher, lang=""),
        subjects=tuple(replace(subject, classification_code="") for subject in description.subjects),
    )


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item not in (None, [], {})}
    return [_pruned(item) for item in value] if isinstance(value, list) else json.loads(json.dumps(value))
