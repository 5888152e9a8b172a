"""Descriptions brought in line, as DataCite does it: what it makes of XML that it reads, and of everything that it saves.

The registry keeps what depositors sent; this is how it is shown where DataCite's clients look.
Rule: DataCite REST API, "DataCite XML to JSON mapping", and recorded answers for what that page leaves open.
"""

from __future__ import annotations

import re

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Date,
    Description,
    FundingReference,
    Metadata,
    NameIdentifier,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    Rights,
    Subject,
    Title,
)
from pidstack.domain.values import replace
from pidstack.formats import edtf, vocabularies
from pidstack.formats.datacite_lists import RELATED_IDENTIFIER_TYPES
from pidstack.formats.html_text import html_text
from pidstack.formats.outside_names import doi_name, orcid_url, ror_url
from pidstack.formats.type_names import complete_types

__all__ = ["as_read", "as_saved", "complete_types"]

_ORCID = "https://orcid.org"
_ROR = "https://ror.org"
_SPDX = "https://spdx.org/licenses/"
_FOS = "Fields of Science and Technology (FOS)"
_FOS_URI = "http://www.oecd.org/science/inno/38235147.pdf"
_INITIALS = re.compile(r"\s((?:[A-Z]\.)?-?[A-Z]\.)$")
_BLANKS = re.compile(r"[ \t]+")
_FUNDER = re.compile(r"(?:.*\b10\.13039/|fundref:)?([0-9]+)/?", re.DOTALL | re.IGNORECASE)
_IDENTIFIER_TYPES = {name.lower(): name for name in RELATED_IDENTIFIER_TYPES}


def as_saved(metadata: Metadata) -> Metadata:
    """Do what is done on every save: types, licences, fields of science, language, types of alternate identifiers."""
    return replace(
        metadata,
        types=complete_types(metadata.types),
        subjects=_with_sciences(metadata.subjects),
        rights=tuple([_licensed(rights) for rights in metadata.rights]),
        language=vocabularies.language_code(metadata.language),
        alternate_identifiers=tuple([_alternate(each) for each in metadata.alternate_identifiers if _is_alternate(each)]),
    )


def as_read(metadata: Metadata) -> Metadata:
    """Do what is done with XML: all of `as_saved`, and text as HTML, names taken apart, dates sifted, identifiers as links."""
    return as_saved(
        replace(
            metadata,
            creators=tuple(agent(each) for each in metadata.creators),
            contributors=tuple(agent(each) for each in metadata.contributors),
            titles=_titles(metadata.titles),
            publisher=metadata.publisher and _publisher(metadata.publisher),
            subjects=tuple(replace(each, subject=_line(each.subject)) for each in metadata.subjects),
            dates=_dates(metadata.dates, metadata.publication_year),
            descriptions=tuple(_description(each) for each in metadata.descriptions),
            sizes=tuple(filter(None, map(_line, metadata.sizes))),
            formats=tuple(filter(None, map(_line, metadata.formats))),
            rights=tuple(_licensed(each, by_link=True) for each in metadata.rights),
            related_identifiers=tuple(_related(each) for each in metadata.related_identifiers),
            related_items=tuple(_related_item(each) for each in metadata.related_items),
            funding_references=tuple(_funding(each) for each in metadata.funding_references),
        )
    )


# Text --------------------------------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    return " ".join(html_text(text).split())


def _titles(titles: tuple[Title, ...]) -> tuple[Title, ...]:
    return tuple(replace(each, title=line) for each in titles if (line := _line(each.title)))


def _description(description: Description) -> Description:
    text = _BLANKS.sub(" ", html_text(description.description)).strip()
    bare = not description.description_type and not description.lang
    return replace(description, description=text, description_type="Abstract" if bare else description.description_type)


def _dates(dates: tuple[Date, ...], year: str) -> tuple[Date, ...]:
    """Keep what is a date or a code for none; the year counts as the date of issue where no other is given."""
    lines = ((each, _line(each.date)) for each in dates)
    kept = tuple(replace(each, date=line) for each, line in lines if edtf.is_date(line) or line in edtf.UNKNOWN)
    if year and not any(each.date_type == "Issued" for each in kept):
        kept += (Date(year, "Issued"),)
    return kept


# People and organisations ------------------------------------------------------------------------------------------------------


def agent(given: Agent) -> Agent:
    """Bring a name into the order `Family, Given`, its parts and identifiers into their usual form."""
    name = " ".join(given.name.split()).replace(" - ", "-")
    if "," not in name:
        name = _INITIALS.sub(r", \1", name)
    family, personal = given.family_name, given.name_type
    own_name = given.given_name
    if family and own_name:
        name = f"{family}, {own_name}"
    elif not family and personal != "Organizational" and _looks_personal(name, given):
        personal = "Personal"
        family, own_name = _parts(name)
        name = f"{family}, {own_name}" if own_name else family
    return replace(
        given,
        name=name,
        name_type=personal,
        given_name=own_name,
        family_name=family,
        name_identifiers=tuple(_name_identifier(each) for each in given.name_identifiers),
        affiliations=tuple(_affiliation(each) for each in given.affiliations),
    )


def _looks_personal(name: str, given: Agent) -> bool:
    has_orcid = any(_is_orcid(each) and orcid_url(each.value) for each in given.name_identifiers)
    return has_orcid or ("," in name and ";" not in name)


def _parts(name: str) -> tuple[str, str]:
    """Split `Family, Given` or `Given Family`; small words before the last name belong to it."""
    if "," in name:
        family, _, given = name.partition(",")
        return family.strip(), given.strip()
    words = name.split()
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    return " ".join(words[first:]), " ".join(words[:first])


def _is_orcid(given: NameIdentifier) -> bool:
    return given.scheme.upper() == "ORCID" or "orcid.org" in given.scheme_uri.lower()


def _name_identifier(given: NameIdentifier) -> NameIdentifier:
    if _is_orcid(given):
        return replace(given, value=orcid_url(given.value), scheme_uri=_ORCID)
    if given.scheme.upper() == "ROR":
        return replace(given, value=ror_url(given.value) or given.value, scheme_uri=_ROR)
    return given


def _affiliation(given: Affiliation) -> Affiliation:
    identifier, uri = given.identifier, given.scheme_uri
    if not identifier:
        return given
    if given.identifier_scheme.upper() == "ROR" and ror_url(identifier):
        return replace(given, identifier=ror_url(identifier), scheme_uri=_ROR)
    if not identifier.startswith(("https://", "http://")) and uri:
        identifier = f"{uri.rstrip('/')}/{identifier}"
    return replace(given, identifier=identifier)


def _publisher(given: Publisher) -> Publisher:
    if given.identifier_scheme.upper() == "ROR" and (url := ror_url(given.identifier)):
        return replace(given, identifier=url, scheme_uri=_ROR)
    return given


def _funding(given: FundingReference) -> FundingReference:
    identifier = given.funder_identifier
    if not identifier:
        return given
    if given.funder_identifier_type == "Crossref Funder ID":
        match = _FUNDER.fullmatch(identifier)
        return replace(given, funder_identifier=f"https://doi.org/10.13039/{match[1]}" if match else "")
    if given.funder_identifier_type == "ROR":
        return replace(given, funder_identifier=ror_url(identifier), scheme_uri=_ROR)
    return given


# Vocabularies ------------------------------------------------------------------------------------------------------------------


def _with_sciences(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Put the field of science behind each subject that names one; nothing is there twice."""
    if not subjects:
        return ()
    found: dict[Subject, None] = {}
    for subject in subjects:
        science = vocabularies.field_of_science(subject.subject, subject.scheme)
        if not science:
            found[subject] = None
            continue
        field = Subject(f"FOS: {science}", _FOS, _FOS_URI)
        if subject.subject != field.subject:
            found[subject] = None
        found[field] = None
    return tuple(found)


def _licensed(rights: Rights, *, by_link: bool = False) -> Rights:
    """Complete a licence of the SPDX list. Its identifier is asked first: several licences share an address."""
    if not (rights.identifier or rights.rights or by_link):
        return rights
    licence = (
        vocabularies.licence_by_identifier(rights.identifier)
        or vocabularies.licence_by_name(rights.rights)
        or vocabularies.licence_by_uri(rights.rights)
        or (by_link and vocabularies.licence_by_uri(rights.uri))
    )
    if not licence:
        return rights
    return Rights(licence.name, licence.uri, licence.identifier.lower(), "SPDX", _SPDX, rights.lang)


# Other objects -----------------------------------------------------------------------------------------------------------------


def _is_alternate(given: AlternateIdentifier) -> bool:
    return bool(given.identifier.strip()) and given.identifier_type.upper() != "DOI"


def _alternate(given: AlternateIdentifier) -> AlternateIdentifier:
    usual = _IDENTIFIER_TYPES.get(given.identifier_type.lower(), given.identifier_type)
    return given if usual == given.identifier_type else replace(given, identifier_type=usual)


def _related(given: RelatedIdentifier) -> RelatedIdentifier:
    return replace(given, identifier=doi_name(given.identifier)) if given.identifier_type == "DOI" else given


def _related_item(given: RelatedItem) -> RelatedItem:
    return replace(
        given,
        identifier=given.identifier and _related(given.identifier),
        creators=tuple(agent(each) for each in given.creators),
        contributors=tuple(agent(each) for each in given.contributors),
        titles=_titles(given.titles),
    )
