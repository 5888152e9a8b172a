"""What is known of an object, in the terms of the DataCite Metadata Schema, kernel 4 (4.7): plain values, no notation.

Every form that a depositor sends is read into this, and every form that anybody asks for is written from it. Text is kept as it was
given; an empty string or tuple means that nothing is known. What a value may be is checked elsewhere.
Rule: DataCite Metadata Schema 4.7, "DataCite Metadata Properties"; the numbers are the schema's.
"""

from __future__ import annotations

from pidstack.domain.kind import Container as Container
from pidstack.domain.kind import Types as Types
from pidstack.domain.values import value


@value(frozen=True, slots=True)
class NameIdentifier:
    """2.4, 7.4: who somebody is, by an outside scheme (ORCID, ISNI, ROR)."""

    value: str
    scheme: str = ""
    scheme_uri: str = ""


@value(frozen=True, slots=True)
class Affiliation:
    """2.5, 7.5: the organisation somebody belongs to."""

    name: str
    identifier: str = ""
    identifier_scheme: str = ""
    scheme_uri: str = ""


@value(frozen=True, slots=True)
class Agent:
    """2 Creator and 7 Contributor: a person or an organisation. Only contributors have a `contributor_type` (7.a)."""

    name: str
    name_type: str = ""
    given_name: str = ""
    family_name: str = ""
    name_identifiers: tuple[NameIdentifier, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    contributor_type: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Title:
    """3: a name of the object."""

    title: str
    title_type: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Publisher:
    """4: who holds, publishes or releases it."""

    name: str
    identifier: str = ""
    identifier_scheme: str = ""
    scheme_uri: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Subject:
    """6: a keyword, classification code or key phrase."""

    subject: str
    scheme: str = ""
    scheme_uri: str = ""
    value_uri: str = ""
    classification_code: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Date:
    """8: a date or range (EDTF) and what happened then."""

    date: str
    date_type: str = ""
    information: str = ""


@value(frozen=True, slots=True)
class AlternateIdentifier:
    """11: another name of the same object."""

    identifier: str
    identifier_type: str = ""


@value(frozen=True, slots=True)
class RelatedIdentifier:
    """12: the name of another object, and how the two are related."""

    identifier: str
    identifier_type: str = ""
    relation_type: str = ""
    resource_type_general: str = ""
    related_metadata_scheme: str = ""
    scheme_uri: str = ""
    scheme_type: str = ""
    relation_type_information: str = ""


@value(frozen=True, slots=True)
class RelatedItem:
    """20: another object, described here because it may have no name of its own."""

    item_type: str = ""
    relation_type: str = ""
    relation_type_information: str = ""
    identifier: RelatedIdentifier | None = None
    creators: tuple[Agent, ...] = ()
    titles: tuple[Title, ...] = ()
    publication_year: str = ""
    volume: str = ""
    issue: str = ""
    number: str = ""
    number_type: str = ""
    first_page: str = ""
    last_page: str = ""
    publisher: str = ""
    edition: str = ""
    contributors: tuple[Agent, ...] = ()


@value(frozen=True, slots=True)
class Rights:
    """16: a licence or another statement of rights."""

    rights: str = ""
    uri: str = ""
    identifier: str = ""
    identifier_scheme: str = ""
    scheme_uri: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Description:
    """17: what it is about, how it was made, what is in it."""

    description: str
    description_type: str = ""
    lang: str = ""


@value(frozen=True, slots=True)
class Point:
    """A place on earth in decimal degrees (WGS 84), as text: nothing is rounded."""

    latitude: str
    longitude: str


@value(frozen=True, slots=True)
class Box:
    """18.2: an area between meridians and parallels, decimal degrees as text."""

    west: str
    east: str
    south: str
    north: str


@value(frozen=True, slots=True)
class Polygon:
    """18.4: an area by its corners, the last equal to the first, and optionally a point within it."""

    points: tuple[Point, ...]
    inside: Point | None = None


@value(frozen=True, slots=True)
class GeoLocation:
    """18: where it was made or what place it is about."""

    place: str = ""
    point: Point | None = None
    box: Box | None = None
    polygons: tuple[Polygon, ...] = ()


@value(frozen=True, slots=True)
class FundingReference:
    """19: who paid for it, and by which grant."""

    funder_name: str
    funder_identifier: str = ""
    funder_identifier_type: str = ""
    scheme_uri: str = ""
    award_number: str = ""
    award_uri: str = ""
    award_title: str = ""


@value(frozen=True, slots=True)
class Metadata:
    """One object's description. Its own identifier is the record's business, not the description's."""

    creators: tuple[Agent, ...] = ()
    titles: tuple[Title, ...] = ()
    publisher: Publisher | None = None
    publication_year: str = ""
    types: Types = Types()
    subjects: tuple[Subject, ...] = ()
    contributors: tuple[Agent, ...] = ()
    dates: tuple[Date, ...] = ()
    language: str = ""
    alternate_identifiers: tuple[AlternateIdentifier, ...] = ()
    related_identifiers: tuple[RelatedIdentifier, ...] = ()
    related_items: tuple[RelatedItem, ...] = ()
    sizes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    version: str = ""
    rights: tuple[Rights, ...] = ()
    descriptions: tuple[Description, ...] = ()
    geo_locations: tuple[GeoLocation, ...] = ()
    funding_references: tuple[FundingReference, ...] = ()
    container: Container | None = None
