"""A description written as UNIXREF 1.1: the one element `crossref` with the family that fits, and in it just this work.

`unixref_kinds` chooses the kind, `unixref_parts` and `unixref_links` write what the families have in common; here is in which order
each family wants it. What a family demands and nobody knows says `(:unav)`.
Rule: Crossref UNIXREF 1.1, unixref1.1.xsd.
"""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata
from pidstack.domain.values import value
from pidstack.formats import unixref_parts as part
from pidstack.formats.cited import Cited, name_url, one_line, plain
from pidstack.formats.unixref_kinds import DATASET_TYPES, POSTED_TYPES, kind_of
from pidstack.formats.unixref_links import access, citations, programs, relations
from pidstack.formats.unixref_parts import UNKNOWN, Work, element, language, said

NAMESPACE = "http://www.crossref.org/xschema/1.1"
SCHEMA = "http://doi.crossref.org/schemas/unixref1.1.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
DECLARATIONS = f'xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}"'
OPENING = f"<crossref {DECLARATIONS}>"
CLOSING = "</crossref>"

_BOOK_TYPES = {"EditedBook": "edited_book", "Monograph": "monograph", "ReferenceBook": "reference"}
_CHAPTER_TYPES = {
    "BookChapter": "chapter",
    "BookSection": "section",
    "BookPart": "part",
    "BookTrack": "track",
    "ReferenceEntry": "reference_entry",
}
_NO_KINDS = {"book_set": "book_title", "database_title": "dataset", "journal_volume": "journal_volume"}


@value(frozen=True, slots=True)
class Unixref:
    """A `crossref` element, in UTF-8, and what UNIXSD calls the kind of DOI that it is about (`journal_article`)."""

    xml: bytes
    kind: str


def write_unixref(metadata: Metadata, identifier: Identifier, target: str = "") -> Unixref:
    """Write a description.

    Args:
        target: where the identifier leads, as a URL; empty takes its resolver.
    """
    cited = Cited(metadata, identifier)
    container = cited.container
    kind = kind_of(metadata.types, container)
    work = Work(cited, container, kind, identifier.doi or identifier.name, target or name_url(identifier))
    return Unixref(f"{OPENING}{_FAMILIES[kind](work)}{CLOSING}".encode(), _NO_KINDS.get(kind, kind))


# What several families begin or end with -----------------------------------------------------------------------------------------


def _beginning(work: Work) -> str:
    return part.contributors(work) + part.titles(work) + part.abstracts(work)


def _ending(work: Work) -> str:
    return programs(work) + part.version_info(work) + part.doi_data(work) + citations(work)


def _whereabouts(work: Work) -> str:
    """When and where an article, a paper or a chapter appeared, and all that ends it."""
    dates = part.issued(work) + part.dated(work, "acceptance_date", "Accepted")
    return dates + part.pages(work) + part.publisher_item(work) + _ending(work)


# Journals ----------------------------------------------------------------------------------------------------------------------


def _journal(work: Work) -> str:
    title = said("full_title", plain(work.cited.title) or UNKNOWN)
    own = title + part.numbers(work, "issn") + part.doi_data(work)
    return f"<journal>{element('journal_metadata', own, language(work))}</journal>"


def _article(work: Work) -> str:
    content = part.titles(work) + part.contributors(work) + part.abstracts(work) + _whereabouts(work)
    article = element("journal_article", content, language(work))
    return f"<journal>{_journal_of(work)}{_issue_of(work)}{article}</journal>"


def _issue(work: Work) -> str:
    issue = said("issue", work.container.issue)
    own = part.contributors(work) + part.titles(work) + part.issued(work) + _volume(work) + issue + part.doi_data(work)
    return f"<journal>{_journal_of(work)}{element('journal_issue', own)}</journal>"


def _journal_volume(work: Work) -> str:
    number = said("volume", work.container.volume) or said("volume", plain(work.cited.title) or UNKNOWN)
    volume = element("journal_volume", number + part.publisher_item(work) + part.doi_data(work))
    return f"<journal>{_journal_of(work)}{element('journal_issue', part.issued(work) + volume)}</journal>"


def _journal_of(work: Work) -> str:
    return element("journal_metadata", part.title_of_container(work, "full_title") + part.number_of_container(work, "issn"))


def _issue_of(work: Work) -> str:
    """The issue that an article is in, if anything is known of it."""
    found = _volume(work) + said("issue", work.container.issue)
    return element("journal_issue", part.issued(work) + found) if found else ""


def _volume(work: Work) -> str:
    return element("journal_volume", said("volume", work.container.volume))


# Books -------------------------------------------------------------------------------------------------------------------------


def _book(work: Work) -> str:
    series = _series_of(work)
    own = (
        _beginning(work)
        + (said("volume", work.container.volume) if series else "")
        + said("edition_number", work.container.edition)
        + part.issued(work)
        + ("" if series else part.dated(work, "acceptance_date", "Accepted"))
        + part.isbn_or_none(part.numbers(work, "isbn"))
        + part.publisher(work)
        + part.publisher_item(work)
        + programs(work)
        + part.doi_data(work)
        + citations(work)
    )
    name = "book_series_metadata" if series else "book_metadata"
    return element("book", element(name, series + own, language(work)), _book_type(work))


def _book_series(work: Work) -> str:
    series = _beginning(work) + part.numbers(work, "issn", 6) + part.publisher_item(work) + programs(work) + part.doi_data(work)
    about = part.titles(work) + part.issued(work) + part.isbn_or_none("", "simple_series") + part.publisher(work)
    whole = element("book_series_metadata", element("series_metadata", series) + about, language(work))
    return element("book", whole, _book_type(work))


def _book_set(work: Work) -> str:
    isbns = part.isbn_or_none(part.numbers(work, "isbn"))
    own = part.titles(work) + isbns + part.contributors(work) + part.publisher_item(work) + part.doi_data(work)
    about = part.titles(work) + part.issued(work) + isbns + part.publisher(work)
    return element("book", element("book_set_metadata", element("set_metadata", own) + about, language(work)), _book_type(work))


def _chapter(work: Work) -> str:
    whole = (
        element("titles", part.title_of_container(work, "title"))
        + said("edition_number", work.container.edition)
        + part.issued(work)
        + part.isbn_or_none(part.number_of_container(work, "isbn"))
        + part.publisher(work)
    )
    kind = f' component_type="{_CHAPTER_TYPES.get(work.cited.metadata.types.specific, "chapter")}"'
    return element("book", element("book_metadata", whole) + _content_item(work, kind), ' book_type="other"')


def _content_item(work: Work, attributes: str) -> str:
    content = _beginning(work) + said("component_number", work.container.chapter_number) + _whereabouts(work)
    return element("content_item", content, attributes + language(work))


def _book_type(work: Work) -> str:
    return f' book_type="{_BOOK_TYPES.get(work.cited.metadata.types.specific, "other")}"'


def _series_of(work: Work) -> str:
    """The series that a book or report is in, if its title is known."""
    title = said("title", plain(work.container.title))
    return element("series_metadata", element("titles", title) + part.number_of_container(work, "issn")) if title else ""


# Conferences -------------------------------------------------------------------------------------------------------------------


def _proceedings(work: Work) -> str:
    own = (
        said("proceedings_title", plain(work.cited.title) or UNKNOWN)
        + part.publisher(work)
        + part.issued(work)
        + part.isbn_or_none(part.numbers(work, "isbn"))
        + part.publisher_item(work)
        + part.doi_data(work)
    )
    event = _event(plain(work.container.title) or plain(work.cited.title))
    return f"<conference>{part.contributors(work)}{event}{element('proceedings_metadata', own, language(work))}</conference>"


def _paper(work: Work) -> str:
    whole = (
        part.title_of_container(work, "proceedings_title")
        + part.publisher(work)
        + part.issued(work)
        + part.isbn_or_none(part.number_of_container(work, "isbn"))
        + part.number_of_container(work, "issn")
    )
    paper = element("conference_paper", _beginning(work) + _whereabouts(work), language(work))
    event = _event(plain(work.container.title))
    return f"<conference>{event}{element('proceedings_metadata', whole)}{paper}</conference>"


def _event(name: str) -> str:
    return f"<event_metadata>{said('conference_name', name or UNKNOWN)}</event_metadata>"


# What stands alone -------------------------------------------------------------------------------------------------------------


def _dissertation(work: Work) -> str:
    content = (
        _beginning(work)
        + part.issued(work, "approval_date")
        + part.publishing_institution(work, required=True)
        + part.numbers(work, "isbn", 6)
        + part.publisher_item(work)
        + _ending(work)
    )
    return element("dissertation", content, language(work))


def _report(work: Work) -> str:
    contract = part.alternate(work, "contract_number", 255)
    own = (
        part.contributors(work)
        + _series_of(work)
        + part.titles(work)
        + said("edition_number", work.container.edition)
        + part.abstracts(work)
        + part.issued(work)
        + part.numbers(work, "isbn", 6)
        + part.numbers(work, "issn", 6)
        + part.publisher(work)
        + part.publisher_item(work)
        + (said("contract_number", contract) if len(contract) > 1 else "")
        + _ending(work)
    )
    return f"<report-paper>{element('report-paper_metadata', own, language(work))}</report-paper>"


def _report_content(work: Work) -> str:
    whole = element("titles", part.title_of_container(work, "title")) + part.issued(work)
    whole += part.number_of_container(work, "isbn") + part.publisher(work)
    return f"<report-paper>{element('report-paper_metadata', whole)}{_content_item(work, '')}</report-paper>"


def _standard(work: Work) -> str:
    name = part.alternate(work, "std-designation", 150)
    named = f"<std_as_published><std_designator>{part.escaped(name)}</std_designator></std_as_published>" if len(name) > 1 else ""
    own = (
        _beginning(work)
        + element("designators", named)
        + said("edition_number", work.container.edition)
        + part.issued(work)
        + part.numbers(work, "isbn", 6)
        + part.numbers(work, "issn", 6)
        + part.publisher(work)
        + _standards_body(work)
        + part.publisher_item(work)
        + _ending(work)
    )
    return f"<standard>{element('standard_metadata', own, language(work))}</standard>"


def _standards_body(work: Work) -> str:
    return element("standards_body", said("standards_body_name", work.cited.publisher))


def _posted(work: Work) -> str:
    content = (
        said("group_title", plain(work.container.title))
        + part.contributors(work)
        + part.titles(work)
        + part.issued(work, "posted_date")
        + part.dated(work, "acceptance_date", "Accepted")
        + part.publishing_institution(work)
        + part.item_numbers(work)
        + part.abstracts(work)
        + _ending(work)
    )
    kind = f' type="{POSTED_TYPES.get(work.cited.metadata.types.general, "other")}"'
    return element("posted_content", content, kind + language(work))


def _review(work: Work) -> str:
    content = (
        part.contributors(work)
        + part.titles(work)
        + part.reviewed(work)
        + part.publishing_institution(work)
        + access(work)
        + relations(work, required=True)
        + part.doi_data(work)
        + citations(work)
    )
    return element("peer_review", content, language(work))


# Data --------------------------------------------------------------------------------------------------------------------------


def _dataset(work: Work) -> str:
    content = (
        part.contributors(work)
        + part.titles(work)
        + _database_date(work)
        + part.publisher_item(work)
        + part.description(work)
        + said("format", next((each for each in work.cited.metadata.formats if one_line(each)), ""))
        + _ending(work)
    )
    kind = f' dataset_type="{DATASET_TYPES.get(work.cited.metadata.types.general, "other")}"'
    database = element("titles", part.title_of_container(work, "title")) + part.publisher(work)
    return f"<database>{element('database_metadata', database, language(work))}{element('dataset', content, kind)}</database>"


def _database(work: Work) -> str:
    own = (
        part.contributors(work)
        + part.titles(work)
        + part.description(work)
        + _database_date(work)
        + part.publisher(work)
        + part.publisher_item(work)
        + part.version_info(work)
        + part.doi_data(work)
        + relations(work)
    )
    return f"<database>{element('database_metadata', own, language(work))}</database>"


def _database_date(work: Work) -> str:
    created, updated = part.dated(work, "creation_date", "Created"), part.dated(work, "update_date", "Updated")
    return f"<database_date>{created}{part.issued(work)}{updated}</database_date>"


def _component(work: Work) -> str:
    parents = [each for each in work.cited.metadata.related_identifiers if each.relation_type == "IsPartOf"]
    parent = next((one_line(each.identifier) for each in parents if each.identifier_type == "DOI"), "")
    content = (
        part.titles(work)
        + part.contributors(work)
        + part.issued(work)
        + part.description(work)
        + said("format", next((each for each in work.cited.metadata.formats if one_line(each)), ""))
        + access(work)
        + part.doi_data(work)
    )
    component = element("component", content, ' parent_relation="isPartOf"')
    whole = f' parent_doi="{part.escaped(parent)}"' if len(parent) > 5 else ""
    return element("sa_component", f"<component_list>{component}</component_list>", whole)


_FAMILIES: dict[str, Callable[[Work], str]] = {
    "journal_title": _journal,
    "journal_article": _article,
    "journal_issue": _issue,
    "journal_volume": _journal_volume,
    "book_title": _book,
    "book_series": _book_series,
    "book_set": _book_set,
    "book_content": _chapter,
    "conference_title": _proceedings,
    "conference_paper": _paper,
    "dissertation": _dissertation,
    "report-paper_title": _report,
    "report-paper_content": _report_content,
    "standard_title": _standard,
    "posted_content": _posted,
    "peer_review": _review,
    "dataset": _dataset,
    "database_title": _database,
    "component": _component,
}
