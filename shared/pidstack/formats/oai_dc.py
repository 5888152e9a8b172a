"""Unqualified Dublin Core in the container of OAI-PMH.

Rule: OAI-PMH 2.0, section 3.5 and the schema `oai_dc`: fifteen elements, any order and number, text only. The order here is title,
creator, contributor, publisher, date, type, identifier, source, relation, language, rights, subject, description, coverage.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pidstack.domain.metadata import AlternateIdentifier, Container, GeoLocation, Metadata, RelatedIdentifier, Rights
from pidstack.formats.cited import Cited, clean, doi_link, one_line, pages, plain, sorted_name
from pidstack.formats.markup import in_text

_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_HEAD = (
    b'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    b'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
)


class Element(NamedTuple):
    """One Dublin Core statement: the element's local name, its text, and the text's language if known."""

    name: str
    text: str
    lang: str = ""


def write_oai_dc(cited: Cited) -> str:
    """Write the `oai_dc:dc` element, without an XML declaration."""
    return enclosed(write_statements(cited).encode()).decode()


def write_statements(cited: Cited) -> str:
    """Write what stands in the `oai_dc:dc` element, a line each. It depends on the description and the identifier alone."""
    return "".join(f"  {_tagged(element)}\n" for element in dublin_core(cited))


def enclosed(statements: bytes) -> bytes:
    """Put statements into their element, in UTF-8."""
    return b"".join((_HEAD, statements, b"</oai_dc:dc>\n"))


def dublin_core(cited: Cited) -> tuple[Element, ...]:
    """Return the statements in their order, in Unicode normal form C; empty ones and repetitions are left out."""
    elements = (Element(name, _normal(text), lang) for name, text, lang in _statements(cited) if text)
    return tuple(dict.fromkeys(element for element in elements if element.text))


def _normal(text: str) -> str:
    text = clean(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _statements(cited: Cited) -> Iterator[Element]:
    yield from _who_and_when(cited)
    yield from _names_and_relations(cited)
    yield from _contents(cited.metadata)


def _who_and_when(cited: Cited) -> Iterator[Element]:
    metadata = cited.metadata
    for title in metadata.titles:
        yield Element("title", plain(title.title), title.lang)
    for agent in cited.creators:
        yield Element("creator", sorted_name(agent), agent.lang)
    for agent in metadata.contributors:
        yield Element("contributor", sorted_name(agent), agent.lang)
    yield Element("publisher", cited.publisher, metadata.publisher.lang if metadata.publisher else "")
    yield Element("date", cited.issued)
    yield Element("type", plain(metadata.types.specific))
    yield Element("type", one_line(metadata.types.general))


def _names_and_relations(cited: Cited) -> Iterator[Element]:
    container = cited.container
    yield Element("identifier", cited.name_url)
    for other in cited.metadata.alternate_identifiers:
        yield Element("identifier", _other_name(other))
    yield Element("source", _source(container))
    if container.identifier_type == "ISSN":
        yield Element("source", f"ISSN {one_line(container.identifier)}")
    for related in cited.metadata.related_identifiers:
        yield Element("relation", _relation(related))


def _contents(metadata: Metadata) -> Iterator[Element]:
    yield Element("language", one_line(metadata.language))
    for rights in metadata.rights:
        yield Element("rights", _rights(rights), rights.lang if not rights.uri else "")
    for subject in metadata.subjects:
        yield Element("subject", plain(subject.subject), subject.lang)
    for description in metadata.descriptions:
        if description.description_type == "Abstract":
            yield Element("description", plain(description.description), description.lang)
    for place in metadata.geo_locations:
        yield from (Element("coverage", text) for text in _coverage(place))


def _other_name(other: AlternateIdentifier) -> str:
    kind, name = one_line(other.identifier_type), one_line(other.identifier)
    if kind.upper() == "DOI":
        return doi_link(name) or name
    return f"{kind} {name}" if kind.upper() in ("ISBN", "ISSN") else name


def _source(container: Container) -> str:
    """Write `Title, volume(issue), first-last` as far as it is known; nothing without a title."""
    if not container.title.strip():
        return ""
    issue = f"({one_line(container.issue)})" if container.issue.strip() else ""
    parts = (plain(container.title), one_line(container.volume) + issue, pages(container))
    return ", ".join(part for part in parts if part)


def _relation(related: RelatedIdentifier) -> str:
    name = one_line(related.identifier)
    if related.identifier_type == "DOI":
        return doi_link(name) or name
    return f"{related.identifier_type} {name}" if related.identifier_type in ("EISSN", "ISBN", "ISSN", "LISSN") else name


def _rights(rights: Rights) -> str:
    return one_line(rights.uri) or plain(rights.rights)


def _coverage(place: GeoLocation) -> Iterator[str]:
    yield plain(place.place)
    if place.point:
        yield f"{one_line(place.point.latitude)}, {one_line(place.point.longitude)}"
    if place.box:
        sides = ("south", place.box.south), ("west", place.box.west), ("north", place.box.north), ("east", place.box.east)
        yield "; ".join(f"{side}limit={one_line(degrees)}" for side, degrees in sides)


def _tagged(element: Element) -> str:
    name, text, lang = element
    return f"<dc:{name}{_language(lang) if lang else ''}>{in_text(text)}</dc:{name}>"


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    return f' xml:lang="{tag}"' if _LANGUAGE.fullmatch(tag) else ""
