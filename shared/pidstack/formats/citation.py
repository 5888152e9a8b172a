"""A reference as people print it, in a citation style and a language.

The work is done by citeproc-py, which is loaded only here and on first use. It takes text for HTML as it is, so all that HTML
would read goes through it as noncharacters and is written out afterwards.
Rule: CSL 1.0.2 (bibliography layout); DataCite, "Content negotiation", `text/x-bibliography`, for the fallbacks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from pidstack.formats.cited import Cited
from pidstack.formats.csl_out import csl_item

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

DEFAULT_STYLE = "apa"
DEFAULT_LOCALE = "en-US"

# Names under which styles are known besides that of their file (the CSL project renamed some).
_STYLE_FILES = {
    "apa": "apa",
    "chicago-fullnote-bibliography": "chicago-notes-bibliography",
    "chicago-notes-bibliography": "chicago-notes-bibliography",
    "harvard-cite-them-right": "harvard-cite-them-right",
    "ieee": "ieee",
    "mla": "modern-language-association",
    "modern-language-association": "modern-language-association",
    "nlm-citation-sequence": "nlm-citation-sequence",
    "vancouver": "nlm-citation-sequence",
}
STYLES = frozenset(_STYLE_FILES)

# Noncharacters (never text, Unicode 23.7) that stand for what HTML reads, while a style changes case and punctuation around them.
_MARKUP = ("<b>", "</b>", "<i>", "</i>", "<sub>", "</sub>", "<sup>", "</sup>")
_OUT = {0xFDD0 + n: text for n, text in enumerate(("&amp;", "&lt;", "&gt;", *_MARKUP))}
_IN = {ord(char): 0xFDD0 + n for n, char in enumerate("&<>")} | dict.fromkeys(range(0xFDD0, 0xFDF0))
_MARKUP_IN = {text: chr(0xFDD3 + n) for n, text in enumerate(_MARKUP)}
_TAG = re.compile(r"<(/?)(b|i|sub|sup)>")
_TAG_APART = re.compile(r"(</?(?:b|i|sub|sup)>)")


def format_citation(cited: Cited, style: str = DEFAULT_STYLE, locale: str = DEFAULT_LOCALE) -> str:
    """Write one entry of a bibliography, without its number, as HTML (`<i>`, `&amp;`).

    Args:
        style: a name out of `STYLES`; any other gives APA.
        locale: language, with or without a country (`de`, `pt-BR`); an unknown one gives American English.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    item = _harmless(csl_item(cited))
    loaded = _style(_STYLE_FILES.get(style.strip().lower(), DEFAULT_STYLE), _locale(locale))
    bibliography = CitationStylesBibliography(loaded, CiteProcJSON([item]), formatter.html)
    bibliography.register(Citation([CitationItem(item["id"])]))
    entries = bibliography.bibliography()
    return str(entries[0]).translate(_OUT).strip() if entries else ""


def _harmless(item: dict[str, Any]) -> dict[str, Any]:
    """Keep the variables that styles use, with text in which HTML finds nothing to read."""
    from citeproc import VARIABLES

    kept = {name: value for name, value in item.items() if name in ("id", "type") or name.replace("-", "_") in VARIABLES}
    kept.pop("abstract", None)
    return {name: _harmless_value(name, value) for name, value in kept.items()}


def _harmless_value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _harmless_text(value)
    return value if name == "issued" else [{part: text.translate(_IN) for part, text in each.items()} for each in value]


def _harmless_text(text: str) -> str:
    """Hide `&`, `<` and `>`; the inline markup of CSL-JSON keeps its meaning if all of it is properly nested."""
    if not _is_nested(text):
        return text.translate(_IN)
    return "".join(_MARKUP_IN.get(piece) or piece.translate(_IN) for piece in _TAG_APART.split(text))


def _is_nested(text: str) -> bool:
    open_tags: list[str] = []
    for closing, name in _TAG.findall(text):
        if not closing:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


@cache
def _known_locales() -> dict[str, str]:
    """Map every locale, and every language without a country, in lower case, to the locale that speaks it."""
    from citeproc import LANGUAGE_NAMES, PRIMARY_DIALECTS

    return {name.lower(): name for name in LANGUAGE_NAMES} | {name.lower(): dialect for name, dialect in PRIMARY_DIALECTS.items()}


def _locale(wanted: str) -> str:
    tag = wanted.strip().replace("_", "-").lower()
    known = _known_locales()
    return known.get(tag) or known.get(tag.partition("-")[0], DEFAULT_LOCALE)


@lru_cache(maxsize=8)
def _style(name: str, locale: str) -> CitationStylesStyle:
    from pidstack.formats.citation_style import load_style

    return load_style(name, locale)
