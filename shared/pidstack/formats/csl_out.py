"""CSL-JSON, the input of citation processors.

Rule: CSL 1.0.2, "Appendix III - Types" and "Appendix IV - Variables", and the keys that DataCite's content negotiation adds
(`categories`, `copyright`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pidstack.domain.metadata import Agent
from pidstack.formats.cited import Cited, clean, date_parts, json_text, known, one_line, pages, parts_of_name

_TYPES = frozenset(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset document
    entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation manuscript map
    motion_picture musical_score pamphlet paper-conference patent performance periodical personal_communication post post-weblog
    regulation report review review-book software song speech standard thesis treaty webpage
    """.split()  # noqa: SIM905 - read as a list of words
)


def write_csl(cited: Cited) -> str:
    """Write CSL-JSON, one object, pretty-printed."""
    return json_text(csl_item(cited))


def csl_item(cited: Cited) -> dict[str, Any]:
    """Return the CSL-JSON object; what is unknown is left out. Text may carry the inline markup that it came with."""
    metadata, container = cited.metadata, cited.container
    kind = _type(cited)
    issued = date_parts(cited.issued) or date_parts(cited.year)
    return known(
        {
            "type": kind,
            "id": cited.name_url,
            "categories": list(cited.subjects),
            "language": one_line(metadata.language),
            "author": _names(cited.creators),
            "contributor": _names(metadata.contributors),
            "editor": _names(agent for agent in metadata.contributors if agent.contributor_type == "Editor"),
            "translator": _names(agent for agent in metadata.contributors if agent.contributor_type == "Translator"),
            "issued": {"date-parts": [issued]} if issued else None,
            "abstract": clean(metadata.descriptions[0].description) if metadata.descriptions else "",
            "container-title": one_line(container.title) or (cited.publisher if kind == "article-journal" else ""),
            "DOI": cited.doi,
            "volume": one_line(container.volume),
            "issue": one_line(container.issue),
            "number": one_line(container.number),
            "chapter-number": one_line(container.chapter_number),
            "edition": one_line(container.edition),
            "page": pages(container),
            "page-first": one_line(container.first_page),
            "publisher": cited.publisher,
            "title": one_line(cited.title),
            "URL": one_line(cited.url) or ("" if cited.doi else cited.name_url),
            "copyright": one_line(metadata.rights[0].rights) if metadata.rights else "",
            "version": one_line(metadata.version),
        }
    )


def _type(cited: Cited) -> str:
    types = cited.types
    if types.general == "Software" and cited.metadata.version:
        return "book"
    if types.general == "ConferencePaper" and not types.citeproc:
        return "paper-conference"
    return types.citeproc if types.citeproc in _TYPES else "article"


def _names(agents: Iterable[Agent]) -> list[dict[str, str]]:
    return [_name(agent) for agent in agents if one_line(agent.name) or agent.family_name]


def _name(agent: Agent) -> dict[str, str]:
    parts = parts_of_name(agent)
    return known({"family": parts[0], "given": parts[1]}) if parts else {"literal": one_line(agent.name)}
