"""The five facts that sum a record up (creator, title, publisher, date, type), as EZID's mapping shows them: in the words given.

Nothing but the preferred profile is looked at, and nothing is normalised. Rule: EZID API v2, "Metadata profiles".
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from pidstack.domain.citation import Citation, cite
from pidstack.domain.record import Record, encoded
from pidstack.formats.errors import Unreadable
from pidstack.formats.kept_xml import parse_kept
from pidstack.formats.plain_xml import Node, child, children, kept, said, text_at
from pidstack.formats.xml_nodes import LOCAL_NAMES

_ITEMISED = "datacite."
_UNKNOWN = "(:unav)"
_UNKNOWN_YEAR = "0000"
# The element of a deposit that carries the DOI, and what EZID's conversion to DataCite calls such a thing.
_CROSSREF_TYPES = {
    "book_metadata": "Text/book",
    "book_series_metadata": "Text/book, one in a series",
    "book_set_metadata": "Text/book, one of a set",
    "conference_paper": "Text/conference paper",
    "content_item": "Text/book content item",
    "database_metadata": "Dataset/database",
    "dataset": "Dataset/dataset",
    "dissertation": "Text/dissertation",
    "journal_article": "Text/journal article",
    "journal_issue": "Text/journal issue",
    "journal_metadata": "Text/journal",
    "journal_volume": "Text/journal volume",
    "proceedings_metadata": "Text/proceedings",
    "proceedings_series_metadata": "Text/proceedings, one in a series",
    "report-paper_metadata": "Text/report-paper",
    "report-paper_series_metadata": "Text/report-paper, one in a series",
    "set_metadata": "Text/book set",
    "standard_metadata": "Text/standard",
}
_TITLE_PATHS = (("titles", "title"), ("proceedings_title",), ("full_title",), ("abbrev_title",))
_FACTS = frozenset({"creators", "titles", "publisher", "publicationYear", "resourceType"})
_MEDIA_TYPES = {"audio": "Sound", "image": "Image", "model": "Model", "text": "Text", "video": "Audiovisual"}


def overview(record: Record) -> Citation:
    """Sum a record up. What is not there, or cannot be read, is empty."""
    profile = record.preferred_profile
    try:
        if profile == "datacite" and "datacite" in record.elements:
            return _of_datacite(encoded(record.elements, "datacite"))
        if profile == "crossref":
            return _of_crossref(record) if profile in record.elements else Citation()
        if profile in {"schema_org", "citeproc"} and profile in record.elements:
            return _of_foreign(record)
    except Unreadable:
        return cite(record) if profile == "datacite" else Citation()
    if profile != "datacite" and any(name.startswith(_ITEMISED) for name in record.elements):
        own = {name: value for name, value in record.elements.items() if not name.startswith(_ITEMISED)}
        return cite(replace(record, elements=own))
    return cite(record)


def _of_datacite(document: bytes) -> Citation:
    first: dict[str, etree._Element] = {}
    # Searching by path would take longer than parsing does.
    for node in parse_kept(document):
        name = LOCAL_NAMES[node.tag]
        if name in _FACTS and name not in first:
            first[name] = node
            if len(first) == len(_FACTS):
                break
    creators = [_text(part) for creator in first.get("creators", ()) for part in creator if LOCAL_NAMES[part.tag] == "creatorName"]
    title = next(iter(first["titles"]), None) if "titles" in first else None
    kind = first.get("resourceType")
    return Citation(
        creator=" ; ".join(filter(None, creators)),
        title=_text(title),
        publisher=_text(first.get("publisher")),
        date=_text(first.get("publicationYear")),
        type="/".join(filter(None, (kind.get("resourceTypeGeneral", "").strip(), _text(kind)))) if kind is not None else "",
    )


def _of_crossref(record: Record) -> Citation:
    from pidstack.formats.crossref_item import find_item
    from pidstack.formats.crossref_people import creators_and_contributors

    item = find_item(kept(encoded(record.elements, "crossref")), record.identifier.doi or "")
    node = item.node
    authors, _others = creators_and_contributors(item)
    titles = (text_at(node, *path) for path in _TITLE_PATHS)
    publisher = child(node, "publisher")
    parts = (text_at(publisher, "publisher_place"), text_at(publisher, "publisher_name"))
    return Citation(
        creator=" ; ".join(author.name for author in authors) or _UNKNOWN,
        title=next(filter(None, titles), _UNKNOWN),
        publisher=": ".join(filter(None, parts)) or _UNKNOWN,
        date=text_at(node, "publication_date", "year")
        or text_at(node, "database_date", "publication_date", "year")
        or _UNKNOWN_YEAR,
        type=_crossref_type(item.name, node),
    )


def _crossref_type(name: str, node: Node) -> str:
    if name in {"component", "sa_component"}:
        media = next((mime for part in children(node, "format") if (mime := said(part, "mime_type"))), "")
        return f"{_MEDIA_TYPES.get(media.partition('/')[0], 'Other')}/{media}" if media else ""
    return _CROSSREF_TYPES.get(name, "")


def _of_foreign(record: Record) -> Citation:
    from pidstack.services.describe import describe

    found = describe(record)
    kinds = (found.types.general, found.types.specific)
    return Citation(
        creator=" ; ".join(creator.name for creator in found.creators),
        title=found.titles[0].title if found.titles else "",
        publisher=found.publisher.name if found.publisher else "",
        date=found.publication_year,
        type="/".join(filter(None, kinds)),
    )


def _text(node: etree._Element | None) -> str:
    return "" if node is None else (node.text or "").strip()
