"""What something appeared in, with volume, issue and pages: read out of the relations and the series information of a description.

Rule: DataCite Metadata Schema 4.7, 12 (IsPartOf), 17.a (SeriesInformation) and 20.b (IsPublishedIn); DataCite REST API, attribute
`container`, for the way the series information is taken apart.
"""

from __future__ import annotations

import re

from pidstack.domain.metadata import Container, Metadata, RelatedItem

_VOLUME_AND_ISSUE = re.compile(r"(?P<volume>[^()]*)(?:\((?P<issue>[^()]*)\))?.*", re.DOTALL)


def container_of(metadata: Metadata) -> Container | None:
    """Return what it was published in: a related item, else the series information, else what a foreign form had said."""
    for item in metadata.related_items:
        if item.relation_type == "IsPublishedIn":
            return _from_item(item, _type(metadata))
    for description in metadata.descriptions:
        if description.description_type == "SeriesInformation" and description.description.strip():
            return _from_series(description.description, metadata)
    return metadata.container


def _type(metadata: Metadata) -> str:
    return "DataRepository" if metadata.types.general == "Dataset" else "Series"


def _from_item(item: RelatedItem, container_type: str) -> Container:
    is_chapter = item.number_type == "Chapter"
    return Container(
        type=container_type,
        title=item.titles[0].title if item.titles else "",
        identifier=item.identifier.identifier if item.identifier else "",
        identifier_type=item.identifier.identifier_type if item.identifier else "",
        volume=item.volume,
        issue=item.issue,
        edition=item.edition,
        number="" if is_chapter else item.number,
        chapter_number=item.number if is_chapter else "",
        first_page=item.first_page,
        last_page=item.last_page,
    )


def _from_series(text: str, metadata: Metadata) -> Container:
    """Read `Title, volume(issue), first-last`; the middle part only if there are three or more."""
    parts = [part.strip() for part in text.split(",")]
    middle = _VOLUME_AND_ISSUE.fullmatch(parts[1] if len(parts) > 2 else "")
    first, _, last = (parts[-1] if len(parts) > 1 else "").partition("-")
    series = next((related for related in metadata.related_identifiers if related.relation_type == "IsPartOf"), None)
    return Container(
        type=_type(metadata),
        title=parts[0],
        identifier=series.identifier if series else "",
        identifier_type=series.identifier_type if series else "",
        volume=(middle["volume"] or "").strip() if middle else "",
        issue=(middle["issue"] or "").strip() if middle else "",
        first_page=first.strip(),
        last_page=last.strip(),
    )
