"""Builders: one small description to change a field of, and a strategy for every description that kernel 4.7 allows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Box,
    Date,
    Description,
    FundingReference,
    GeoLocation,
    Metadata,
    NameIdentifier,
    Point,
    Polygon,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.datacite_lists import (
    CONTRIBUTOR_TYPES,
    DATE_TYPES,
    DESCRIPTION_TYPES,
    FUNDER_IDENTIFIER_TYPES,
    NAME_TYPES,
    NUMBER_TYPES,
    RELATED_IDENTIFIER_TYPES,
    RELATION_TYPES,
    RESOURCE_TYPES,
    TITLE_TYPES,
)


def a_description(**changes: Any) -> Metadata:
    """Make the least that is valid, with changes."""
    least: dict[str, Any] = {
        "creators": (Agent("Miller, Elizabeth", "Personal", "Elizabeth", "Miller"),),
        "titles": (Title("Tidal currents of the inner bay"),),
        "publisher": Publisher("Harbour Institute"),
        "publication_year": "2021",
        "types": Types("Dataset", "Measurements"),
    }
    return Metadata(**(least | changes))


def text(*, at_least: int = 1) -> st.SearchStrategy[str]:
    """Text that XML carries as it is: no control characters, no blanks around it."""
    characters = st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t")
    return st.text(characters, min_size=at_least, max_size=20).map(lambda value: value.strip()).filter(lambda v: len(v) >= at_least)


def _maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | values


def _several(values: st.SearchStrategy[Any], at_least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, min_size=at_least, max_size=3).map(tuple)


def _one_of(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


_languages = _maybe(_one_of("en", "de-CH", "zh-Hant", "mi"))
_uris = _maybe(_one_of("https://orcid.org/", "http://example.org/a?b=c&d=%20#e", "urn:x:y"))
_words = _maybe(text())
_years = st.integers(0, 9999).map("{:04}".format)
_names = st.builds(NameIdentifier, text(), text(), _uris)
_affiliations = st.builds(Affiliation, text(), _words, _words, _uris)
_longitudes = st.floats(-180, 180, allow_nan=False).map(lambda number: f"{number:.6f}")
_latitudes = st.floats(-90, 90, allow_nan=False).map(lambda number: f"{number:.4f}") | st.integers(-90, 90).map(str)
_points = st.builds(Point, _latitudes, _longitudes)
_polygons = st.builds(Polygon, st.lists(_points, min_size=4, max_size=5).map(tuple), st.none() | _points)
_titles = st.builds(Title, text(), _maybe(_one_of(*TITLE_TYPES)), _languages)


def _agents(*, contributor: bool = False, full: bool = True) -> st.SearchStrategy[Agent]:
    return st.builds(
        Agent,
        name=text(),
        name_type=_maybe(_one_of(*NAME_TYPES)),
        given_name=_words,
        family_name=_words,
        name_identifiers=_several(_names) if full else st.just(()),
        affiliations=_several(_affiliations) if full else st.just(()),
        contributor_type=_one_of(*CONTRIBUTOR_TYPES) if contributor else st.just(""),
        lang=_languages,
    )


_related_identifiers = st.builds(
    RelatedIdentifier,
    text(),
    _one_of(*RELATED_IDENTIFIER_TYPES),
    _one_of(*RELATION_TYPES),
    _maybe(_one_of(*RESOURCE_TYPES)),
    _words,
    _uris,
    _words,
    _words,
)
_related_item_identifiers = st.builds(
    RelatedIdentifier,
    text(),
    _maybe(_one_of(*RELATED_IDENTIFIER_TYPES)),
    related_metadata_scheme=_words,
    scheme_uri=_uris,
    scheme_type=_words,
)
_related_items = st.builds(
    RelatedItem,
    item_type=_one_of(*RESOURCE_TYPES),
    relation_type=_one_of(*RELATION_TYPES),
    relation_type_information=_words,
    identifier=st.none() | _related_item_identifiers,
    creators=_several(_agents(full=False)),
    titles=_several(_titles),
    publication_year=_maybe(_years),
    volume=_words,
    issue=_words,
    number=_words,
    number_type=_maybe(_one_of(*NUMBER_TYPES)),
    first_page=_words,
    last_page=_words,
    publisher=_words,
    edition=_words,
    contributors=_several(_agents(contributor=True, full=False)),
)
_geo_locations = st.builds(
    GeoLocation,
    _words,
    st.none() | _points,
    st.none() | st.builds(Box, _longitudes, _longitudes, _latitudes, _latitudes),
    _several(_polygons),
).filter(lambda location: location != GeoLocation())
_funding = st.builds(FundingReference, text(), _words, _one_of(*FUNDER_IDENTIFIER_TYPES), _uris, _words, _uris, _words)
_rights = st.builds(Rights, _words, _uris, _words, _words, _uris, _languages).filter(lambda rights: rights != Rights())


def metadata() -> st.SearchStrategy[Metadata]:
    """Any description that is valid kernel 4.7 and that XML can carry whole."""
    return st.builds(
        Metadata,
        creators=_several(_agents(), at_least=1),
        titles=_several(_titles, at_least=1),
        publisher=st.builds(Publisher, text(), _words, _words, _uris, _languages),
        publication_year=_years,
        types=st.builds(Types, _one_of(*RESOURCE_TYPES), _words),
        subjects=_several(st.builds(Subject, text(), _words, _uris, _uris, _uris, _languages)),
        contributors=_several(_agents(contributor=True)),
        dates=_several(st.builds(Date, text(), _one_of(*DATE_TYPES), _words)),
        language=_languages,
        alternate_identifiers=_several(st.builds(AlternateIdentifier, text(), text())),
        related_identifiers=_several(_related_identifiers),
        related_items=_several(_related_items),
        sizes=_several(text()),
        formats=_several(text()),
        version=_words,
        rights=_several(_rights),
        descriptions=_several(st.builds(Description, text(), _one_of(*DESCRIPTION_TYPES), _languages)),
        geo_locations=_several(_geo_locations),
        funding_references=_several(_funding),
    )
