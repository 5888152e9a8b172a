"""BibTeX read into the model: the first entry of a file, with TeX's commands as the characters that they stand for.

Rule: O. Patashnik, "BibTeXing", with the fields that biblatex adds; what becomes what: DataCite's reading of BibTeX (bolognese).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from pidstack.domain.metadata import (
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    Metadata,
    Publisher,
    RelatedIdentifier,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.outside_names import issn
from pidstack.formats.schema_org_types import CSL

MAX_CHARACTERS = 131_072  # an entry of 3,000 authors has less; taking apart as many of TeX's commands takes some seconds
_START = re.compile(r"\ufeff?\s*(?:%.*\n\s*)*@\s*[a-zA-Z]+\s*[{(]")
_CSL = {
    **dict.fromkeys(("mastersthesis", "phdthesis", "thesis"), "thesis"),
    **dict.fromkeys(("inbook", "incollection", "bookinbook"), "chapter"),
    **dict.fromkeys(("inproceedings", "conference"), "paper-conference"),
    **dict.fromkeys(("book", "booklet", "mvbook", "proceedings"), "book"),
    **dict.fromkeys(("techreport", "report"), "report"),
    **dict.fromkeys(("online", "electronic", "www"), "webpage"),
    "article": "article-journal",
    "collection": "collection",
    "dataset": "dataset",
    "manual": "report",
    "software": "software",
    "unpublished": "article",
}
_MORE_COMMANDS = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "url": "%s"}
_WHOLE = frozenset({"book", "booklet", "mvbook", "proceedings", "phdthesis", "mastersthesis", "thesis"})
_CONTAINERS = {"article-journal": "Journal", "chapter": "Book", "paper-conference": "Proceedings", "dataset": "DataRepository"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/[0-9-]*)?")


def is_bibtex(text: str) -> bool:
    """Tell whether text begins as BibTeX does."""
    return _START.match(text) is not None


def read_bibtex(text: str) -> Metadata:
    """Read the first entry.

    Raises:
        Unreadable: there is none that can be read (NOT_WELL_FORMED), or it says nothing (WRONG_RECORD), or it is TOO_LARGE.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"bibtex: is larger than {MAX_CHARACTERS} characters", Reason.TOO_LARGE, "bibtex")
    entry_type, raw = _entry(text)
    entry = _Entry(entry_type, raw)
    if not (entry.said("title") or raw.get("author")):
        raise Unreadable("bibtex: not a description: title or author is expected", Reason.WRONG_RECORD, "bibtex")
    issued = entry.issued()
    publisher = entry.said("publisher", "school", "institution", "organization", "howpublished")
    return Metadata(
        creators=entry.people("author"),
        titles=tuple(Title(words, kind) for name, kind in (("title", ""), ("subtitle", "Subtitle")) if (words := entry.said(name))),
        publisher=Publisher(publisher) if publisher else None,
        publication_year=issued[:4],
        types=entry.types(),
        subjects=tuple(Subject(word) for word in entry.keywords()),
        contributors=tuple(
            replace(agent, contributor_type=kind)
            for name, kind in (("editor", "Editor"), ("translator", "Translator"))
            for agent in entry.people(name)
        ),
        dates=(Date(issued, "Issued"),) if issued else (),
        language=entry.said("language", "langid"),
        alternate_identifiers=(AlternateIdentifier(entry.said("isbn"), "ISBN"),) if entry.is_whole and entry.said("isbn") else (),
        related_identifiers=entry.part_of(),
        version=entry.said("version"),
        rights=entry.rights(),
        descriptions=(Description(entry.said("abstract"), "Abstract"),) if entry.said("abstract") else (),
        container=entry.container(),
    )


def _entry(text: str) -> tuple[str, dict[str, str]]:
    """Take the first entry apart into its type and its fields, still in TeX's words."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.exceptions import ParserStateException

    try:
        library = parse_string(text)
    except (ParserStateException, RecursionError, ValueError) as error:
        raise Unreadable(f"bibtex: cannot be read: {error}", Reason.NOT_WELL_FORMED, "bibtex") from None
    if not library.entries:
        wrong = next((f": {block.error}" for block in library.failed_blocks), "")
        raise Unreadable(f"bibtex: there is no entry that can be read{wrong[:300]}", Reason.NOT_WELL_FORMED, "bibtex")
    entry = library.entries[0]
    return entry.entry_type.lower(), {field.key.lower(): str(field.value) for field in entry.fields}


class _Entry:
    """An entry whose fields can be asked for as plain text."""

    def __init__(self, entry_type: str, raw: dict[str, str]) -> None:
        self._raw = raw
        self._type = entry_type
        self._decoder = _decoder()
        self.is_whole = entry_type in _WHOLE

    def said(self, *names: str) -> str:
        """Give the first of some fields that says anything, on one line."""
        return next((text for name in names if (text := self._plain(self._raw.get(name, "")))), "")

    def _plain(self, tex: str) -> str:
        if not re.search(r"[\\{}$~%]|--|``|''", tex):
            return " ".join(tex.split())
        try:
            plain = self._decoder.latex_to_text(tex)
        except Exception:  # noqa: BLE001 - a parser of a language without rules; what it cannot read stays as it came
            plain = tex
        return " ".join(str(plain).split())

    def people(self, name: str) -> tuple[Agent, ...]:
        """Read a list of names; what stands in braces as a whole is an organisation."""
        from bibtexparser.middlewares.names import split_multiple_persons_names

        listed = " ".join(self._raw.get(name, "").split())
        agents = (self._agent(each.strip()) for each in split_multiple_persons_names(listed)) if listed else ()
        return tuple(agent for agent in agents if agent.name and agent.name != "others")

    def _agent(self, name: str) -> Agent:
        from bibtexparser.middlewares.names import parse_single_name_into_parts

        if name.startswith("{") and _closing(name) == len(name) - 1:
            return Agent(self._plain(name), "Organizational")
        parts = parse_single_name_into_parts(name, strict=False)
        family = self._plain(" ".join([*parts.von, *parts.last, *parts.jr]))
        given = self._plain(" ".join(parts.first))
        if not given:
            return Agent(family)
        return Agent(", ".join(part for part in (family, given) if part), "Personal", given, family)

    def types(self) -> Types:
        """Say what kind of thing it is."""
        known = CSL.get(_CSL.get(self._type, ""), Types("Other", "", "CreativeWork", "article"))
        if self._type == "proceedings":
            known = Types("ConferenceProceeding", "Proceedings", "Periodical", "book")
        return replace(known, bibtex=self._type)

    def issued(self) -> str:
        """Say when it was issued, as precisely as is known; empty if even the year is not."""
        date = self.said("date")
        if _DATE.fullmatch(date):
            return date
        year, month, day = (self.said(name) for name in ("year", "month", "day"))
        if not _YEAR.fullmatch(year):
            return date[:4] if _YEAR.match(date) else ""
        number = next((place for place, name in enumerate(_MONTHS, 1) if month.lower().startswith(name)), 0)
        if not number and month.isdecimal() and 1 <= int(month[:4]) <= len(_MONTHS):
            number = int(month)
        if not number:
            return year
        known = f"{int(day):02}" if day.isdecimal() and len(day) < 3 and 1 <= int(day) <= 31 else ""
        return "-".join(part for part in (year, f"{number:02}", known) if part)

    def keywords(self) -> list[str]:
        """Give the keywords, each once."""
        return [*dict.fromkeys(word for part in re.split("[,;]", self.said("keywords", "keyword")) if (word := part.strip()))]

    def rights(self) -> tuple[Rights, ...]:
        """Give the licence: its address, or its name."""
        said = self.said("copyright", "license", "rights")
        if not said:
            return ()
        return (Rights(uri=said) if said.startswith(("http://", "https://")) else Rights(said),)

    def part_of(self) -> tuple[RelatedIdentifier, ...]:
        """Name what it appeared in by its number."""
        found = [RelatedIdentifier(issn(self.said("issn")), "ISSN", "IsPartOf")] if self.said("issn") else []
        if self.said("isbn") and not self.is_whole:
            found.append(RelatedIdentifier(self.said("isbn"), "ISBN", "IsPartOf"))
        return tuple(found)

    def container(self) -> Container | None:
        """Describe what it appeared in."""
        title = self.said("journal", "journaltitle", "booktitle", "series")
        if not title:
            return None
        serial, book = self.said("issn"), "" if self.is_whole else self.said("isbn")
        first, _, last = re.sub("[-\u2010-\u2014]+", "-", self._raw.get("pages", "").replace(" ", "")).partition("-")
        return Container(
            type=_CONTAINERS.get(_CSL.get(self._type, ""), "Series"),
            title=title,
            identifier=issn(serial) or book,
            identifier_type="ISSN" if serial else "ISBN" if book else "",
            volume=self.said("volume"),
            issue=self.said("number", "issue"),
            edition=self.said("edition"),
            chapter_number=self.said("chapter"),
            first_page=self._plain(first),
            last_page=self._plain(last),
        )


@cache
def _decoder() -> Any:
    """Make what turns TeX's commands into characters, with those of the text font that its own table lacks."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    commands = get_default_latex_context_db()
    commands.add_context_category("text", macros=[MacroTextSpec(*each) for each in _MORE_COMMANDS.items()], prepend=True)
    return LatexNodes2Text(latex_context=commands, math_mode="verbatim", strict_latex_spaces=True)


def _closing(text: str) -> int:
    """Find the brace that closes the one at the beginning; -1 if there is none."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return place
    return -1
