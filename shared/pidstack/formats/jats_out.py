"""One entry of a list of references, as JATS writes it: `element-citation`.

Rule: JATS 1.3, Journal Publishing, `<element-citation>`; DataCite, "Content negotiation", `application/vnd.jats+xml`, for the kinds
of publications and what is a title and what a source.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pidstack.domain.metadata import Agent, Types
from pidstack.formats.cited import Cited, date_parts, one_line, parts_of_name, plain

_BY_SPECIFIC = {
    **dict.fromkeys(("Book", "BookSeries", "BookSet", "BookTrack", "EditedBook", "Monograph", "ReferenceBook"), "book"),
    **dict.fromkeys(("BookChapter", "BookPart", "BookSection"), "chapter"),
    **dict.fromkeys(("Journal", "JournalArticle", "JournalIssue", "JournalVolume"), "journal"),
    **dict.fromkeys(("Proceedings", "ProceedingsArticle"), "working-paper"),
    **dict.fromkeys(("Report", "ReportSeries"), "report"),
    **dict.fromkeys(("Standard", "StandardSeries"), "standard"),
    "Dataset": "data",
}
_BY_SCHEMA_ORG = {
    **dict.fromkeys(("Article", "PublicationIssue", "ScholarlyArticle"), "journal"),
    **dict.fromkeys(("DataCatalog", "Dataset"), "data"),
    "Book": "book",
    "Chapter": "chapter",
    "Report": "report",
    "SoftwareSourceCode": "software",
    "WebSite": "website",
}
# Kinds whose source is what they appeared in; all else is its own source.
_TITLES = {"journal": "article-title", "data": "data-title", "chapter": "chapter-title"}
_GROUPS = {"Editor": "editor", "Translator": "translator"}


def write_jats(cited: Cited) -> str:
    """Write the element, with an XML declaration."""
    root = etree.Element("element-citation")
    kind = _kind(cited.types)
    if kind:
        root.set("publication-type", kind)
    _people(root, "author", cited.creators)
    for contributor_type, group in _GROUPS.items():
        _people(root, group, (each for each in cited.metadata.contributors if each.contributor_type == contributor_type))
    _titles(root, kind, cited)
    if kind != "data":
        _add(root, "publisher-name", cited.publisher)
    _date(root, cited.issued)
    container = cited.container
    for name, text in (
        ("volume", container.volume),
        ("issue", container.issue),
        ("fpage", container.first_page),
        ("lpage", container.last_page),
        ("version", cited.metadata.version),
    ):
        _add(root, name, text)
    if cited.doi:
        _add(root, "pub-id", cited.doi, {"pub-id-type": "doi"})
    else:
        _add(root, "pub-id", cited.identifier.name, {"pub-id-type": cited.identifier.scheme.value})
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True).decode()


def _kind(types: Types) -> str:
    return _BY_SPECIFIC.get(one_line(types.specific)) or _BY_SCHEMA_ORG.get(types.schema_org, "")


def _people(root: etree._Element, group: str, agents: Iterable[Agent]) -> None:
    named = [agent for agent in agents if one_line(agent.name) or one_line(agent.family_name)]
    if not named:
        return
    people = etree.SubElement(root, "person-group", {"person-group-type": group})
    for agent in named:
        parts = parts_of_name(agent)
        if parts is None:
            _add(people, "collab", agent.name)
        else:
            name = etree.SubElement(people, "name")
            _add(name, "surname", parts[0])
            _add(name, "given-names", parts[1])


def _titles(root: etree._Element, kind: str, cited: Cited) -> None:
    title = plain(cited.title)
    if kind in _TITLES:
        _add(root, _TITLES[kind], title)
        _add(root, "source", plain(cited.container.title) or cited.publisher)
    else:
        _add(root, "source", title)


def _date(root: etree._Element, issued: str) -> None:
    parts = date_parts(issued)
    for name, number in zip(("year", "month", "day"), parts, strict=False):
        digits = f"{number:04}" if name == "year" else f"{number:02}"
        _add(root, name, digits, {"iso-8601-date": one_line(issued)} if name == "year" else {})


def _add(parent: etree._Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    if said := one_line(text):
        etree.SubElement(parent, name, attributes or {}).text = said
