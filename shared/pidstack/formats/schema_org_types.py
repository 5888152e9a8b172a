"""What schema.org calls things, and what the DataCite schema and the citation formats call them.

Rule: schema.org vocabulary; DataCite Metadata Schema 4.7, appendix 1; CSL 1.0.2, item types.
"""

from __future__ import annotations

from pidstack.domain.metadata import Types

GENERAL = {
    "Article": "Text",
    "AudioObject": "Sound",
    "Blog": "Text",
    "BlogPosting": "Text",
    "Book": "Book",
    "Chapter": "BookChapter",
    "Clip": "Audiovisual",
    "Collection": "Collection",
    "CreativeWork": "Other",
    "DataCatalog": "Collection",
    "DataDownload": "Dataset",
    "Dataset": "Dataset",
    "DigitalDocument": "Text",
    "Episode": "Audiovisual",
    "Event": "Event",
    "Grant": "Award",
    "ImageObject": "Image",
    "Map": "Image",
    "MediaObject": "Audiovisual",
    "MonetaryGrant": "Award",
    "Movie": "Audiovisual",
    "MusicRecording": "Sound",
    "NewsArticle": "Text",
    "Periodical": "Journal",
    "Photograph": "Image",
    "Poster": "Poster",
    "PresentationDigitalDocument": "Presentation",
    "Project": "Project",
    "PublicationIssue": "Text",
    "PublicationVolume": "Text",
    "Report": "Report",
    "ResearchProject": "Project",
    "Review": "PeerReview",
    "ScholarlyArticle": "JournalArticle",
    "Service": "Service",
    "SoftwareApplication": "Software",
    "SoftwareSourceCode": "Software",
    "TechArticle": "Text",
    "Thesis": "Dissertation",
    "VideoObject": "Audiovisual",
    "WebPage": "Text",
    "WebSite": "Text",
}
"""schema.org class to general type; any other is `Other`."""

CITEPROC = {
    "BlogPosting": "post-weblog",
    "Blog": "webpage",
    "NewsArticle": "article-newspaper",
    "WebPage": "webpage",
    "WebSite": "webpage",
}
"""Classes that CSL can name better than by the general type."""

CSL = {
    "article": Types("Text", "", "Article", "article"),
    "article-journal": Types("JournalArticle", "JournalArticle", "ScholarlyArticle", "article-journal"),
    "article-magazine": Types("Text", "", "Article", "article-magazine"),
    "article-newspaper": Types("Text", "", "NewsArticle", "article-newspaper"),
    "book": Types("Book", "Book", "Book", "book"),
    "chapter": Types("BookChapter", "BookChapter", "Chapter", "chapter"),
    "collection": Types("Collection", "", "Collection", "collection"),
    "dataset": Types("Dataset", "", "Dataset", "dataset"),
    "entry-dictionary": Types("BookChapter", "ReferenceEntry", "Chapter", "entry-dictionary"),
    "entry-encyclopedia": Types("BookChapter", "ReferenceEntry", "Chapter", "entry-encyclopedia"),
    "event": Types("Event", "", "Event", "event"),
    "figure": Types("Image", "", "ImageObject", "figure"),
    "graphic": Types("Image", "", "ImageObject", "graphic"),
    "map": Types("Image", "", "Map", "map"),
    "motion_picture": Types("Audiovisual", "", "VideoObject", "motion_picture"),
    "paper-conference": Types("ConferencePaper", "ProceedingsArticle", "Article", "paper-conference"),
    "periodical": Types("Journal", "Journal", "Periodical", "periodical"),
    "post": Types("Text", "", "CreativeWork", "post"),
    "post-weblog": Types("Text", "", "BlogPosting", "post-weblog"),
    "report": Types("Report", "Report", "Report", "report"),
    "review": Types("PeerReview", "PeerReview", "Review", "review"),
    "software": Types("Software", "", "SoftwareSourceCode", "software"),
    "song": Types("Sound", "", "AudioObject", "song"),
    "speech": Types("Presentation", "", "PresentationDigitalDocument", "speech"),
    "standard": Types("Standard", "Standard", "CreativeWork", "standard"),
    "thesis": Types("Dissertation", "Dissertation", "Thesis", "thesis"),
    "webpage": Types("Text", "", "WebPage", "webpage"),
}
"""CSL item type to all the names of it; any other is `Other`."""

CROSSREF_REST = {
    "book-chapter": "chapter",
    "dissertation": "thesis",
    "edited-book": "book",
    "journal-article": "article-journal",
    "monograph": "book",
    "peer-review": "review",
    "posted-content": "article",
    "proceedings-article": "paper-conference",
    "reference-book": "book",
    "reference-entry": "entry-encyclopedia",
}
"""Types that Crossref's REST API says in items that otherwise are CSL, to CSL's."""
