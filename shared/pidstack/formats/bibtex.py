r"""BibTeX: one entry, in UTF-8, with what is special to TeX written as commands.

Braces count in BibTeX whether or not a backslash precedes them, so a brace in the text becomes a command without one.
Rule: O. Patashnik, "BibTeXing" (entry types, names, fields); the fields are those of DataCite's content negotiation.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from pidstack.domain.metadata import Agent
from pidstack.formats.cited import Cited, is_unknown, known, one_line, pages, parts_of_name, plain

_COMMANDS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_NOT_IN_KEY = re.compile(r"""[\s"#%'(),={}\\~]""")
_NOT_IN_LINK = re.compile(r"""[\s{}\\"<>^`|]""")
_LINKS = frozenset({"doi", "url"})
_AND = re.compile(r"\band\b", re.IGNORECASE)
_ENTRY_TYPE = re.compile(r"[a-z]+")


def write_bibtex(cited: Cited) -> str:
    """Write one entry whose key is the identifier's link; fields without a value are left out."""
    container = cited.container
    metadata = cited.metadata
    fields = known(
        {
            "doi": cited.doi,
            "url": cited.url,
            "author": " and ".join(_name(agent) for agent in cited.creators),
            "keywords": _escaped(", ".join(cited.subjects)),
            "language": _escaped(metadata.language),
            "title": _escaped(cited.title),
            "journal": _escaped(container.title),
            "volume": _escaped(container.volume),
            "issue": _escaped(container.issue),
            "pages": _escaped(pages(container)),
            "publisher": _escaped(cited.publisher),
            "year": _escaped(cited.year),
            "copyright": _escaped(metadata.rights[0].rights) if metadata.rights else "",
        }
    )
    lines = [f"  {name} = {{{_link(value) if name in _LINKS else value}}}" for name, value in fields.items()]
    return ",\n".join([f"@{_type(cited)}{{{_key(cited)}", *lines]) + "\n}\n"


def _type(cited: Cited) -> str:
    kind = cited.types.bibtex
    return kind if _ENTRY_TYPE.fullmatch(kind) and kind not in ("comment", "preamble", "string") else "misc"


def _key(cited: Cited) -> str:
    return _NOT_IN_KEY.sub("_", cited.name_url)


def _link(text: str) -> str:
    """Keep a link as it is, for TeX typesets it verbatim, but encode what would end the field."""
    return _NOT_IN_LINK.sub(lambda found: quote(found[0], safe=""), one_line(text))


def _escaped(text: str) -> str:
    return "" if is_unknown(text) else plain(text).translate(_COMMANDS)


def _name(agent: Agent) -> str:
    """Write `Family, Given`; what BibTeX would take apart otherwise (organisations, an inner `and` or comma) is in braces."""
    parts = parts_of_name(agent)
    if parts is None:
        return f"{{{_escaped(agent.name)}}}"
    return ", ".join(_guarded(part) for part in parts if part)


def _guarded(part: str) -> str:
    escaped = _escaped(part)
    return f"{{{escaped}}}" if "," in part or _AND.search(part) else escaped
