"""Which of Crossref's record types a description makes: the tables of `crossref_types` read backwards.

Rule: Crossref UNIXREF 1.1 (the families below `crossref`) and crossref_query_output3.0.xsd (`doi/@type`: the words used here).
"""

from __future__ import annotations

from pidstack.domain.metadata import Container, Types

_BOTH = {
    ("Text", "JournalIssue"): "journal_issue",
    ("Text", "JournalVolume"): "journal_volume",
    ("Book", "BookSeries"): "book_series",
    ("Book", "BookSet"): "book_set",
    ("ConferenceProceeding", "Proceedings"): "conference_title",
    ("Report", "ReportComponent"): "report-paper_content",
    ("Collection", "Database"): "database_title",
}
"""General and specific type, where the specific one decides."""

_GENERAL = {
    "Book": "book_title",
    "BookChapter": "book_content",
    "ConferencePaper": "conference_paper",
    "ConferenceProceeding": "conference_title",
    "DataPaper": "journal_article",
    "Dissertation": "dissertation",
    "Journal": "journal_title",
    "JournalArticle": "journal_article",
    "OutputManagementPlan": "posted_content",
    "Other": "posted_content",
    "PeerReview": "peer_review",
    "Poster": "posted_content",
    "Preprint": "posted_content",
    "Presentation": "posted_content",
    "Report": "report-paper_title",
    "Standard": "standard_title",
    "Text": "posted_content",
    "": "posted_content",
}
"""General type; whatever is not here is no text, and goes into a database."""

POSTED_TYPES = {"Preprint": "preprint", "Poster": "poster"}
"""General type to `posted_content/@type`; any other is `other`."""

DATASET_TYPES = {"Dataset": "record", "Collection": "collection"}
"""General type to `dataset/@dataset_type`; any other is `other`."""

_NO_ARTICLES = frozenset({"component", "journal_issue", "journal_title", "journal_volume"})


def kind_of(types: Types, container: Container) -> str:
    """Give the kind of record that a thing of these types, in this container, is written as.

    Returns:
        the word that UNIXSD has for it; `book_set` and `database_title`, too, for which it has none.
    """
    found = _BOTH.get((types.general, types.specific)) or _GENERAL.get(types.general, "dataset")
    if found == "posted_content" and types.specific == "Component":
        return "component"
    return "journal_article" if container.type == "Journal" and found not in _NO_ARTICLES else found
