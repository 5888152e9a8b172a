"""Crossref metadata, as a deposit or as Crossref gives it out, read into the model.

`read_crossref` understands all families of the deposit schema (4.3 to 5.5), UNIXREF, UNIXSD and OAI-PMH records, and grants.
`stored_deposit`, from the module beside, is the form in which a deposit is kept.
Rules: Crossref deposit schema 5.4.0; UNIXREF 1.1; grant_id 0.2.0; DataCite's Crossref crosswalk (bolognese) where it says more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pidstack.domain.metadata import Agent, Description, Metadata, Publisher, Title, Types
from pidstack.formats import plain_xml
from pidstack.formats.crossref_container import container, volume_and_issue
from pidstack.formats.crossref_dates import dates
from pidstack.formats.crossref_deposit import is_output, stored_deposit
from pidstack.formats.crossref_grant import read_grant
from pidstack.formats.crossref_item import Item, find_item
from pidstack.formats.crossref_links import (
    alternate_identifiers,
    funding_references,
    programs_of,
    related_identifiers,
    rights,
)
from pidstack.formats.crossref_people import creators_and_contributors, institution_name
from pidstack.formats.crossref_types import BOOK_TYPES, CONTENT_OF, CONTENT_TYPES, MIME_TYPES, POSTED_TYPES, TYPES
from pidstack.formats.plain_xml import INSIDE, NAME, Node, Parts, said, text, text_in

__all__ = ["is_output", "read_crossref", "stored_deposit"]

UNKNOWN = ":(unav)"
"""What DataCite says where its schema demands a value and nothing is known."""

_TITLE_PATHS = (
    ("proceedings_title",),
    ("full_title",),
    ("series_metadata", "titles", "title"),
    ("set_metadata", "titles", "title"),
)


def read_crossref(given: str | bytes | Node, doi: str = "", *, unknown: str = UNKNOWN) -> Metadata:
    """Read the one object that a Crossref document is about.

    Args:
        given: XML in UTF-8: a deposit (`doi_batch`, `body` or the element itself), or a record of Crossref's; or what
            `plain_xml.kept` made of it.
        doi: which object is meant, where the document describes several; else the document's own word for it counts.
        unknown: what titles and creators say when nothing is known of them, as DataCite says it; empty to leave them out.
    Returns:
        The description. Publisher and year are left out when nothing is known of them: no deposit of a journal names its publisher.
    Raises:
        Unreadable: not XML that we read, or nothing of Crossref's in it (WRONG_RECORD).
    """
    item = find_item(plain_xml.given(given) if isinstance(given, str | bytes) else given, doi)
    if item.name == "grant":
        return _filled(read_grant(item.node), unknown)
    parts, programs = item.parts, programs_of(item.parts)
    creators, contributors = creators_and_contributors(item)
    when = dates(item)
    issued = when[0].date if when and when[0].date_type == "Issued" else ""
    found = Metadata(
        creators=creators,
        titles=_titles(item),
        publisher=_publisher(item),
        publication_year=issued[:4],
        types=_types(item),
        contributors=contributors,
        dates=when,
        language=said(item.node, "language") or (said(item.whole, "language") if item.whole is not None else ""),
        alternate_identifiers=alternate_identifiers(parts),
        related_identifiers=related_identifiers(item, programs),
        formats=tuple([mime for part in parts.get("format", ()) if (mime := said(part, "mime_type") or text(part))]),
        version=text_in(parts, "version_info", "version"),
        rights=rights(programs),
        descriptions=_descriptions(parts),
        funding_references=funding_references(programs),
        container=container(item),
    )
    return _filled(found, unknown)


def _filled(found: Metadata, unknown: str) -> Metadata:
    if not unknown:
        return found
    creators = found.creators or (Agent(unknown, "Organizational"),)
    return replace(found, creators=creators, titles=found.titles or (Title(unknown),))


def _titles(item: Item) -> tuple[Title, ...]:
    found: list[Title] = []
    for titles in item.parts.get("titles", ()):
        for part in titles[INSIDE]:
            name, words = part[NAME], text(part)
            if name in ("title", "original_language_title"):
                found.append(Title(words, lang=said(part, "language")))
            elif name == "subtitle" and found and words:
                whole = f"{found[-1].title}: {words}" if found[-1].title else words
                found[-1] = Title(whole, lang=found[-1].lang)
    found = [title for title in found if title.title]
    if not found:
        found = [Title(name) for path in _TITLE_PATHS if (name := text_in(item.parts, *path))][:1]
    if not found and item.name in ("journal_issue", "journal_volume"):
        issue = text_in(item.parts, "issue")
        name = f"{text_in(item.whole_parts, 'full_title')} {volume_and_issue(item)[0]}{f'({issue})' if issue else ''}".strip()
        found = [Title(name)] if name else []
    return tuple(dict.fromkeys(found))


def _publisher(item: Item) -> Publisher | None:
    name = item.facts.get("publisher-name", "") or _named_publisher(item.parts) or _named_publisher(item.whole_parts)
    return Publisher(name) if name else None


def _named_publisher(parts: Parts) -> str:
    if "publisher" in parts and (name := text_in(parts, "publisher", "publisher_name")):
        return name
    for institution in parts.get("institution", ()):
        if name := institution_name(institution):
            return name
    return text_in(parts, "standards_body", "standards_body_name") if "standards_body" in parts else ""


def _types(item: Item) -> Types:
    general, specific = TYPES.get(item.name, ("Other", ""))
    match item.name:
        case "book_metadata":
            specific = BOOK_TYPES.get(said(item.family, "book_type"), "Book")
        case "book_series_metadata" | "book_set_metadata" if "titles" in item.parts:
            if item.kind not in ("book_series", "book_set"):  # a volume with a title of its own is a book
                specific = BOOK_TYPES.get(said(item.family, "book_type"), "Book")
        case "content_item" if item.family_name in CONTENT_OF:
            general, specific = CONTENT_OF[item.family_name]
        case "content_item":
            general, specific = "BookChapter", CONTENT_TYPES.get(said(item.node, "component_type"), "BookChapter")
        case "posted_content":
            general = POSTED_TYPES.get(said(item.node, "type", "preprint"), "Text")
        case "component":
            mime = next((said(part, "mime_type") for part in item.parts.get("format", ())), "")
            general = next((kind for beginning, kind in MIME_TYPES if mime.startswith(beginning)), "Other")
    return Types(general, specific)


def _descriptions(parts: Parts) -> tuple[Description, ...]:
    found = [Description(words, "Abstract") for part in parts.get("abstract", ()) if (words := _paragraphs(part))]
    found += [Description(words, "Other") for part in parts.get("description", ()) if (words := text(part))]
    return tuple(found)


def _paragraphs(abstract: Node) -> str:
    """Paragraphs parted by blank lines; a heading that only says Abstract is none."""
    blocks = [(name, text(part)) for name, part in _blocks(abstract)]
    words = [words for name, words in blocks if words and not (name == "title" and words.lower() == "abstract")]
    return "\n\n".join(words) if blocks else text(abstract)


def _blocks(node: Node) -> Iterator[tuple[str, Node]]:
    """Headings and paragraphs, at any depth, but for what is in a paragraph."""
    for part in node[INSIDE]:
        name = part[NAME]
        if name in ("title", "p"):
            yield name, part
        if name != "p":
            yield from _blocks(part)
