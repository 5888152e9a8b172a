"""What other vocabularies call a kind of thing: one row for each general type of DataCite, and the rows that overrule them.

Rule: DataCite REST API, attribute `types`, as DataCite fills it; kernel 4.7's two new types by their nearest names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pidstack.domain.metadata import Types
from pidstack.domain.values import replace


class Names(NamedTuple):
    """The names in schema.org, CSL, BibTeX and RIS; None falls through to the general type."""

    schema_org: str | None
    citeproc: str | None
    bibtex: str | None
    ris: str | None


_OTHER = Names("CreativeWork", "article", "misc", "GEN")
_GENERAL = {
    "Audiovisual": Names("MediaObject", "article", "misc", "MPCT"),
    "Award": Names("Grant", "article", "misc", "GEN"),
    "Book": Names("Book", "article", "misc", "BOOK"),
    "BookChapter": Names("Chapter", "article", "misc", "CHAP"),
    "Collection": Names("Collection", "article", "misc", "GEN"),
    "ComputationalNotebook": Names("SoftwareSourceCode", "article", "misc", "COMP"),
    "ConferencePaper": Names("Article", "", "article", "CPAPER"),
    "ConferenceProceeding": Names("Periodical", "article", "misc", "CONF"),
    "DataPaper": Names("Article", "", "article", "GEN"),
    "Dataset": Names("Dataset", "dataset", "misc", "DATA"),
    "Dissertation": Names("Thesis", "thesis", "phdthesis", "THES"),
    "Event": Names("Event", "article", "misc", "GEN"),
    "Image": Names("ImageObject", "graphic", "misc", "FIGURE"),
    "Journal": Names("Periodical", "article", "misc", "GEN"),
    "JournalArticle": Names("ScholarlyArticle", "article-journal", "article", "JOUR"),
    "PeerReview": Names("Review", "article", "misc", "GEN"),
    "Poster": Names("Poster", "document", "misc", "GEN"),
    "Presentation": Names("PresentationDigitalDocument", "presentation", "misc", "SLIDE"),
    "Project": Names("Project", "article", "misc", "GEN"),
    "Report": Names("Report", "report", "misc", "RRPT"),
    "Service": Names("Service", "article", "misc", "GEN"),
    "Software": Names("SoftwareSourceCode", "article", "misc", "COMP"),
    "Sound": Names("AudioObject", "song", "misc", "SOUND"),
    "Text": Names("ScholarlyArticle", "article-journal", "article", "RPRT"),
}
_SPECIFIC = {
    "Dissertation": Names("Thesis", "thesis", "phdthesis", "THES"),
    "Dataset": Names("Dataset", "dataset", None, "DATA"),
    "JournalArticle": Names("ScholarlyArticle", "article-journal", "article", "JOUR"),
    "Report": Names("Report", "report", "techreport", "RPRT"),
    "Book": Names("Book", "book", "book", "BOOK"),
    "EditedBook": Names("Book", "book", "book", "BOOK"),
    "Monograph": Names("Book", "book", "book", "BOOK"),
    "BookChapter": Names("Chapter", "chapter", "inbook", "CHAP"),
    "BookSection": Names(None, "chapter", "inbook", "CHAP"),
    "ReferenceBook": Names("Book", None, "book", "BOOK"),
    "ReferenceEntry": Names(None, "entry-dictionary", None, "DICT"),
    "Proceedings": Names(None, None, "proceedings", "CONF"),
    "ProceedingsArticle": Names(None, "paper-conference", None, "CPAPER"),
    "PostedContent": Names("ScholarlyArticle", None, "article", None),
    "PeerReview": Names("Review", None, None, None),
    "Standard": Names(None, None, None, "STAND"),
    "BookPart": Names(None, None, None, "CHAP"),
    "JournalIssue": Names("PublicationIssue", None, None, None),
    "JournalVolume": Names("PublicationVolume", None, None, None),
    "Other": Names("CreativeWork", None, None, "GEN"),
    "Component": Names("CreativeWork", None, None, None),
}
_NONE = Names(None, None, None, None)
# CSL and BibTeX follow from the schema.org name, whichever row that came from.
_BY_SCHEMA_ORG = {row.schema_org: row for row in _GENERAL.values()} | {"CreativeWork": _OTHER}
# The way back, for what came with a schema.org type and no DataCite type.
_FROM_SCHEMA_ORG = {
    "Article": "Text",
    "Blog": "Text",
    "BlogPosting": "Text",
    "DataCatalog": "Dataset",
    "Grant": "Award",
    "Movie": "Audiovisual",
    "Periodical": "Journal",
    "PublicationIssue": "Text",
    "PublicationVolume": "Text",
    "ScholarlyArticle": "Text",
    "SoftwareSourceCode": "Software",
    "VideoObject": "Audiovisual",
    "WebPage": "Text",
    "WebSite": "Text",
}


@lru_cache(maxsize=512)
def complete_types(types: Types) -> Types:
    """Fill what is missing of the four other names; nothing is filled where nothing is known."""
    if types == Types():
        return types
    general = _GENERAL.get(types.general, _OTHER)
    specific = _SPECIFIC.get(_camel_case(types.specific), _NONE)
    schema_org = types.schema_org or _first(specific.schema_org, general.schema_org)
    by_name = _BY_SCHEMA_ORG.get(schema_org, _OTHER)
    return replace(
        types,
        schema_org=schema_org,
        citeproc=types.citeproc or _first(specific.citeproc, by_name.citeproc),
        bibtex=types.bibtex or _first(specific.bibtex, by_name.bibtex),
        ris=types.ris or _first(specific.ris, general.ris),
    )


def general_type(types: Types) -> str:
    """Return the DataCite type: the given one, else a guess from schema.org's, else `Other`; nothing if nothing is known."""
    if types.general or types == Types():
        return types.general
    if types.schema_org in _FROM_SCHEMA_ORG:
        return _FROM_SCHEMA_ORG[types.schema_org]
    return next((name for name, row in _GENERAL.items() if row.schema_org == types.schema_org), "Other")


def _first(*names: str | None) -> str:
    return next((name for name in names if name is not None), "")


def _camel_case(text: str) -> str:
    """Write `journal_article` as `JournalArticle`; a blank is no underscore."""
    return "".join(part[:1].upper() + part[1:] for part in re.split("_", text))
