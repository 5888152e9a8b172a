"""What Crossref calls things, and what the DataCite schema calls them: tables, no code worth the name.

Rule: Crossref deposit schema 5.4.0 (element and attribute values); DataCite Metadata Schema 4.7, appendix 1 (controlled lists).
"""

from __future__ import annotations

FAMILIES = frozenset(
    {
        "book",
        "conference",
        "database",
        "dissertation",
        "grant",
        "journal",
        "peer_review",
        "pending_publication",
        "posted_content",
        "preprint",
        "report-paper",
        "sa_component",
        "standard",
    }
)
"""The elements below `body` or `crossref`: one of them is one record (`preprint` is an early name of `posted_content`)."""

CONTAINERS = (
    "journal_metadata",
    "book_metadata",
    "book_series_metadata",
    "book_set_metadata",
    "proceedings_metadata",
    "proceedings_series_metadata",
    "report-paper_metadata",
    "report-paper_series_metadata",
    "standard_metadata",
    "standard_series_metadata",
    "database_metadata",
)
"""The child of a family that describes the whole: what an article or chapter appeared in."""

ITEMS = (
    "component",
    "content_item",
    "conference_paper",
    "journal_article",
    "dataset",
    "journal_issue",
    "journal_volume",
    *CONTAINERS,
)
"""Elements that may carry a DOI, the most particular first: without a DOI to look for, the first of these is meant."""

TYPES = {
    "journal_article": ("JournalArticle", "JournalArticle"),
    "journal_issue": ("Text", "JournalIssue"),
    "journal_volume": ("Text", "JournalVolume"),
    "journal_metadata": ("Journal", "Journal"),
    "book_metadata": ("Book", "Book"),
    "book_series_metadata": ("Book", "BookSeries"),
    "series_metadata": ("Book", "BookSeries"),
    "book_set_metadata": ("Book", "BookSet"),
    "set_metadata": ("Book", "BookSet"),
    "proceedings_metadata": ("ConferenceProceeding", "Proceedings"),
    "proceedings_series_metadata": ("ConferenceProceeding", "Proceedings"),
    "conference_paper": ("ConferencePaper", "ProceedingsArticle"),
    "dissertation": ("Dissertation", "Dissertation"),
    "report-paper_metadata": ("Report", "Report"),
    "report-paper_series_metadata": ("Report", "ReportSeries"),
    "standard_metadata": ("Standard", "Standard"),
    "standard_series_metadata": ("Standard", "StandardSeries"),
    "dataset": ("Dataset", "Dataset"),
    "database_metadata": ("Collection", "Database"),
    "posted_content": ("Preprint", "PostedContent"),
    "preprint": ("Preprint", "PostedContent"),
    "pending_publication": ("Text", "PendingPublication"),
    "peer_review": ("PeerReview", "PeerReview"),
    "component": ("Other", "Component"),
    "grant": ("Award", "Grant"),
}
"""Item element to general and specific type."""

BOOK_TYPES = {"edited_book": "EditedBook", "monograph": "Monograph", "reference": "ReferenceBook"}
"""`book/@book_type` to specific type; any other is a `Book`."""

CONTENT_TYPES = {
    "chapter": "BookChapter",
    "section": "BookSection",
    "part": "BookPart",
    "track": "BookTrack",
    "reference_entry": "ReferenceEntry",
}
"""`content_item/@component_type` to specific type; any other is a `BookChapter`."""

CONTENT_OF = {"report-paper": ("Report", "ReportComponent"), "standard": ("Standard", "StandardComponent")}
"""Family to the types of its content items, where the family is not a book."""

POSTED_TYPES = {"preprint": "Preprint", "dissertation": "Dissertation", "report": "Report", "review": "PeerReview"}
"""`posted_content/@type` to general type; any other is `Text`."""

MIME_TYPES = (
    ("image/", "Image"),
    ("video/", "Audiovisual"),
    ("audio/", "Sound"),
    ("chemical/", "Dataset"),
    ("text/csv", "Dataset"),
    ("text/tab-separated-values", "Dataset"),
    ("application/vnd.ms-excel", "Dataset"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "Dataset"),
    ("text/", "Text"),
    ("application/pdf", "Text"),
    ("application/msword", "Text"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", "Text"),
)
"""How a component's `format/@mime_type` begins, to its general type; the first that fits."""

CONTRIBUTOR_TYPES = {"editor": "Editor", "translator": "Translator"}
"""`contributor_role` to DataCite contributor type; authors are creators, any other role is `Other`."""

REVIEWER_ROLES = frozenset({"reviewer", "review-assistant", "stats-reviewer", "reviewer-external"})

RELATIONS = {
    "isPartOf": "IsPartOf",
    "hasPart": "HasPart",
    "isSupplementTo": "IsSupplementTo",
    "isSupplementedBy": "IsSupplementedBy",
    "isDerivedFrom": "IsDerivedFrom",
    "hasDerivation": "IsSourceOf",
    "isReviewOf": "Reviews",
    "hasReview": "IsReviewedBy",
    "references": "References",
    "isReferencedBy": "IsReferencedBy",
    "isContinuedBy": "IsContinuedBy",
    "continues": "Continues",
    "isDocumentedBy": "IsDocumentedBy",
    "documents": "Documents",
    "isCompiledBy": "IsCompiledBy",
    "compiles": "Compiles",
    "requires": "Requires",
    "isRequiredBy": "IsRequiredBy",
    "isIdenticalTo": "IsIdenticalTo",
    "isSameAs": "IsIdenticalTo",
    "isVariantFormOf": "IsVariantFormOf",
    "isOriginalFormOf": "IsOriginalFormOf",
    "isVersionOf": "IsVersionOf",
    "hasVersion": "HasVersion",
    "isTranslationOf": "IsTranslationOf",
    "hasTranslation": "HasTranslation",
    "replaces": "Obsoletes",
    "isReplacedBy": "IsObsoletedBy",
    "isPreprintOf": "IsPreviousVersionOf",
    "hasPreprint": "IsNewVersionOf",
    "basedOnData": "IsDerivedFrom",
    "isDataBasisFor": "IsSourceOf",
    "isBasedOn": "IsDerivedFrom",
    "isBasisFor": "IsSourceOf",
}
"""`relationship-type` to relation type; any other is `Other`, with Crossref's word as its information."""

IDENTIFIER_TYPES = {
    "doi": "DOI",
    "issn": "ISSN",
    "isbn": "ISBN",
    "uri": "URL",
    "pmid": "PMID",
    "purl": "PURL",
    "arxiv": "arXiv",
    "ark": "ARK",
    "handle": "Handle",
}
"""`identifier-type` of a relation to related identifier type; the schema has no name for the others."""

ALTERNATE_TYPES = {"pii": "PII", "sici": "SICI", "pmid": "PMID", "dai": "DAI"}
"""`identifier/@id_type` to the usual spelling; the others are kept as they are."""
