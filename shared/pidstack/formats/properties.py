"""The DataCite schema as tables: which value of the model is which XML element, which attribute and which JSON key.

One table drives reading and writing of both forms, so a property is added in one place. The order of the parts is the order of the
elements in XML. Values that both forms write as plain text need nothing but their names; `pidstack.formats.attributes` knows the
few that JSON writes otherwise (numbers, polygons, plain-text publishers and affiliations).
Rule: DataCite Metadata Schema 4.7, metadata.xsd; DataCite REST API, "DataCite XML to JSON mapping" for the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from pidstack.domain import metadata as model

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Text:
    """The element's own text."""

    field: str
    json: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the element. `default` is what XML says when the model says nothing and the schema wants something."""

    field: str
    xml: str
    json: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A child element that holds text; its attributes belong to the same value of the model."""

    field: str
    xml: str
    json: str = ""
    attributes: tuple[Attribute, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Child elements in a wrapper, each nothing but text."""

    field: str
    xml: str
    wrapper: str


@dataclass(frozen=True, slots=True)
class JsonOnly:
    """A value that XML has no place for."""

    field: str
    json: str


@dataclass(frozen=True, slots=True)
class One:
    """A child element that is a value of its own."""

    field: str
    shape: Shape
    json: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """Child elements that are values of their own, in a wrapper or straight in the parent."""

    field: str
    shape: Shape
    json: str = ""
    wrapper: str = ""


Part = Text | Attribute | Leaf | Words | JsonOnly | One | Many


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One class of the model: its element and its parts. Each is equal to itself alone, so that tables may be made of it.

    Args:
        make: the class.
        element: local name of its element.
        parts: in the order of XML.
        text: field of the element's own text, empty if that says nothing.
        attributes: fields of the element's own attributes, by their names.
        children: the other parts, by the child element they begin with.
        blank: what the class cannot be made without, as it is when nothing is known.
    """

    make: type[Any]
    element: str
    parts: tuple[Part, ...]
    text: str = field(init=False)
    attributes: Mapping[str, str] = field(init=False)
    children: Mapping[str, Leaf | Words | One | Many] = field(init=False)
    blank: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        text = next((part.field for part in self.parts if isinstance(part, Text)), "")
        attributes = {part.xml: part.field for part in self.parts if isinstance(part, Attribute)}
        children = {element_of(part): part for part in self.parts if isinstance(part, Leaf | Words | One | Many)}
        object.__setattr__(self, "text", text)
        # Plain dictionaries: readers look into them for each element, and proxies take four times as long.
        object.__setattr__(self, "attributes", attributes)
        needed = (each for each in fields(self.make) if each.default is MISSING)
        object.__setattr__(self, "children", children)
        object.__setattr__(self, "blank", {each.name: "" if each.type == "str" else () for each in needed})


def element_of(part: Leaf | Words | One | Many) -> str:
    """Return the child element that a part begins with."""
    match part:
        case Leaf():
            return part.xml
        case Words():
            return part.wrapper
        case One():
            return part.shape.element
        case Many():
            return part.wrapper or part.shape.element


def key_of(part: Part) -> str:
    """Return the JSON key of a part: its own, else the XML name with `URI` written `Uri`."""
    match part:
        case Text() | JsonOnly():
            return part.json
        case Attribute() | Leaf():
            return part.json or part.xml.replace("URI", "Uri")
        case Words():
            return part.wrapper
        case One():
            return part.json or part.shape.element
        case Many():
            return part.json or part.wrapper or part.shape.element


_LANG = Attribute("lang", XML_LANG, "lang")
_SCHEME_URI = Attribute("scheme_uri", "schemeURI")

NAME_IDENTIFIER = Shape(
    model.NameIdentifier,
    "nameIdentifier",
    (Text("value", "nameIdentifier"), Attribute("scheme", "nameIdentifierScheme"), _SCHEME_URI),
)
AFFILIATION = Shape(
    model.Affiliation,
    "affiliation",
    (
        Text("name", "name"),
        Attribute("identifier", "affiliationIdentifier"),
        Attribute("identifier_scheme", "affiliationIdentifierScheme"),
        _SCHEME_URI,
    ),
)


def _agent(element: str, name: str, *, full: bool = True, typed: bool = False) -> Shape:
    parts: tuple[Part, ...] = (
        Leaf("name", name, "name", (Attribute("name_type", "nameType"), _LANG), required=True),
        Leaf("given_name", "givenName"),
        Leaf("family_name", "familyName"),
    )
    if full:
        parts += (Many("name_identifiers", NAME_IDENTIFIER, "nameIdentifiers"), Many("affiliations", AFFILIATION, "affiliation"))
    if typed:
        parts += (Attribute("contributor_type", "contributorType"),)
    return Shape(model.Agent, element, parts)


CREATOR = _agent("creator", "creatorName")
CONTRIBUTOR = _agent("contributor", "contributorName", typed=True)
RELATED_CREATOR = _agent("creator", "creatorName", full=False)
RELATED_CONTRIBUTOR = _agent("contributor", "contributorName", full=False, typed=True)

TITLE = Shape(model.Title, "title", (Text("title", "title"), Attribute("title_type", "titleType"), _LANG))
PUBLISHER = Shape(
    model.Publisher,
    "publisher",
    (
        Text("name", "name"),
        Attribute("identifier", "publisherIdentifier"),
        Attribute("identifier_scheme", "publisherIdentifierScheme"),
        _SCHEME_URI,
        _LANG,
    ),
)
TYPES = Shape(
    model.Types,
    "resourceType",
    (
        JsonOnly("ris", "ris"),
        JsonOnly("bibtex", "bibtex"),
        JsonOnly("citeproc", "citeproc"),
        JsonOnly("schema_org", "schemaOrg"),
        Text("specific", "resourceType"),
        Attribute("general", "resourceTypeGeneral", default="Other"),
    ),
)
SUBJECT = Shape(
    model.Subject,
    "subject",
    (
        Text("subject", "subject"),
        Attribute("scheme", "subjectScheme"),
        _SCHEME_URI,
        Attribute("value_uri", "valueURI"),
        Attribute("classification_code", "classificationCode"),
        _LANG,
    ),
)
DATE = Shape(
    model.Date,
    "date",
    (Text("date", "date"), Attribute("date_type", "dateType", default="Issued"), Attribute("information", "dateInformation")),
)
ALTERNATE_IDENTIFIER = Shape(
    model.AlternateIdentifier,
    "alternateIdentifier",
    (Attribute("identifier_type", "alternateIdentifierType"), Text("identifier", "alternateIdentifier")),
)
RELATED_IDENTIFIER = Shape(
    model.RelatedIdentifier,
    "relatedIdentifier",
    (
        Text("identifier", "relatedIdentifier"),
        Attribute("identifier_type", "relatedIdentifierType"),
        Attribute("relation_type", "relationType"),
        Attribute("resource_type_general", "resourceTypeGeneral"),
        Attribute("related_metadata_scheme", "relatedMetadataScheme"),
        _SCHEME_URI,
        Attribute("scheme_type", "schemeType"),
        Attribute("relation_type_information", "relationTypeInformation"),
    ),
)
RELATED_ITEM_IDENTIFIER = Shape(
    model.RelatedIdentifier,
    "relatedItemIdentifier",
    (
        Text("identifier", "relatedItemIdentifier"),
        Attribute("identifier_type", "relatedItemIdentifierType"),
        Attribute("related_metadata_scheme", "relatedMetadataScheme"),
        Attribute("scheme_uri", "schemeURI", "schemeURI"),  # this key alone has capitals
        Attribute("scheme_type", "schemeType"),
    ),
)
RELATED_ITEM = Shape(
    model.RelatedItem,
    "relatedItem",
    (
        Attribute("item_type", "relatedItemType"),
        Attribute("relation_type", "relationType"),
        Attribute("relation_type_information", "relationTypeInformation"),
        One("identifier", RELATED_ITEM_IDENTIFIER),
        Many("creators", RELATED_CREATOR, "creators", "creators"),
        Many("titles", TITLE, "titles", "titles"),
        Leaf("publication_year", "publicationYear"),
        Leaf("volume", "volume"),
        Leaf("issue", "issue"),
        Leaf("number", "number", attributes=(Attribute("number_type", "numberType"),)),
        Leaf("first_page", "firstPage"),
        Leaf("last_page", "lastPage"),
        Leaf("publisher", "publisher"),
        Leaf("edition", "edition"),
        Many("contributors", RELATED_CONTRIBUTOR, "contributors", "contributors"),
    ),
)
RIGHTS = Shape(
    model.Rights,
    "rights",
    (
        Text("rights", "rights"),
        Attribute("uri", "rightsURI"),
        Attribute("identifier", "rightsIdentifier"),
        Attribute("identifier_scheme", "rightsIdentifierScheme"),
        _SCHEME_URI,
        _LANG,
    ),
)
DESCRIPTION = Shape(
    model.Description,
    "description",
    (Text("description", "description"), Attribute("description_type", "descriptionType", default="Abstract"), _LANG),
)


def point(element: str) -> Shape:
    """Make the shape of a point, which goes by several names."""
    return Shape(model.Point, element, (Leaf("latitude", "pointLatitude"), Leaf("longitude", "pointLongitude")))


POLYGON = Shape(
    model.Polygon,
    "geoLocationPolygon",
    (Many("points", point("polygonPoint")), One("inside", point("inPolygonPoint"))),
)
BOX = Shape(
    model.Box,
    "geoLocationBox",
    (
        Leaf("west", "westBoundLongitude"),
        Leaf("east", "eastBoundLongitude"),
        Leaf("south", "southBoundLatitude"),
        Leaf("north", "northBoundLatitude"),
    ),
)
GEO_LOCATION = Shape(
    model.GeoLocation,
    "geoLocation",
    (Leaf("place", "geoLocationPlace"), One("point", point("geoLocationPoint")), One("box", BOX), Many("polygons", POLYGON)),
)
FUNDING_REFERENCE = Shape(
    model.FundingReference,
    "fundingReference",
    (
        Leaf("funder_name", "funderName", required=True),
        Leaf(
            "funder_identifier",
            "funderIdentifier",
            attributes=(Attribute("funder_identifier_type", "funderIdentifierType"), _SCHEME_URI),
        ),
        Leaf("award_number", "awardNumber", attributes=(Attribute("award_uri", "awardURI"),)),
        Leaf("award_title", "awardTitle"),
    ),
)
CONTAINER = Shape(
    model.Container,
    "",
    (
        JsonOnly("type", "type"),
        JsonOnly("identifier", "identifier"),
        JsonOnly("identifier_type", "identifierType"),
        JsonOnly("title", "title"),
        JsonOnly("volume", "volume"),
        JsonOnly("issue", "issue"),
        JsonOnly("edition", "edition"),
        JsonOnly("number", "number"),
        JsonOnly("chapter_number", "chapterNumber"),
        JsonOnly("first_page", "firstPage"),
        JsonOnly("last_page", "lastPage"),
    ),
)
RESOURCE = Shape(
    model.Metadata,
    "resource",
    (
        Many("creators", CREATOR, "creators", "creators"),
        Many("titles", TITLE, "titles", "titles"),
        One("publisher", PUBLISHER),
        Leaf("publication_year", "publicationYear"),
        One("types", TYPES, "types"),
        Many("subjects", SUBJECT, "subjects", "subjects"),
        Many("contributors", CONTRIBUTOR, "contributors", "contributors"),
        Many("dates", DATE, "dates", "dates"),
        Leaf("language", "language"),
        Many("alternate_identifiers", ALTERNATE_IDENTIFIER, "alternateIdentifiers", "alternateIdentifiers"),
        Many("related_identifiers", RELATED_IDENTIFIER, "relatedIdentifiers", "relatedIdentifiers"),
        Many("related_items", RELATED_ITEM, "relatedItems", "relatedItems"),
        Words("sizes", "size", "sizes"),
        Words("formats", "format", "formats"),
        Leaf("version", "version"),
        Many("rights", RIGHTS, "rightsList", "rightsList"),
        Many("descriptions", DESCRIPTION, "descriptions", "descriptions"),
        Many("geo_locations", GEO_LOCATION, "geoLocations", "geoLocations"),
        Many("funding_references", FUNDING_REFERENCE, "fundingReferences", "fundingReferences"),
    ),
)
