"""What all written forms share: the thing to be cited, and the questions that citations ask of a description.

Text leaves here as plain Unicode; each form escapes in its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.metadata import Agent, Container, Metadata, Title, Types
from pidstack.domain.values import value
from pidstack.formats.container import container_of
from pidstack.formats.outside_names import doi_name
from pidstack.formats.type_names import complete_types

# What is no text, not what is: the other way round Python takes fifteen times as long to compile it.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INLINE_MARKUP = re.compile(r"</?(?:b|code|em|i|pre|strong|sub|sup)>|(?P<break><br\s*/?>)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])", re.ASCII)
_UNKNOWN = re.compile(r"(?:\(:|:\()(?:unac|unal|unap|unas|unav|unkn|none|null)\)(?:\s.*)?", re.DOTALL)
_NO_QUOTES = re.compile(r"[\w./:;()!*'@&=+$,~-]+", re.ASCII)
_IN_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@value(frozen=True, slots=True)
class Cited:
    """A description and what the record around it knows.

    Attributes:
        metadata: as it was given or read. Not as `normalise.as_read` shows it: there, text is HTML already.
        url: where the object is to be seen; empty if nowhere.
        content_urls: where its files are.
        agency: who registers its name, as the forms should say it (`datacite`); empty to say nothing.
    """

    metadata: Metadata
    identifier: Identifier
    url: str = ""
    content_urls: tuple[str, ...] = ()
    agency: str = ""

    @property
    def name_url(self) -> str:
        """The identifier as a link."""
        return name_url(self.identifier)

    @property
    def doi(self) -> str:
        """The DOI in lower case, without a scheme; empty for other identifiers."""
        return (self.identifier.doi or "").lower()

    @property
    def container(self) -> Container:
        """What it appeared in; an empty one if nothing is known."""
        return container_of(self.metadata) or Container()

    @property
    def types(self) -> Types:
        """What kind of thing it is, in all vocabularies."""
        return complete_types(self.metadata.types)

    @property
    def title(self) -> str:
        """The main title: the first without a type, else the first."""
        titles = [title for title in self.metadata.titles if title.title.strip()]
        main = next((title for title in titles if not title.title_type), titles[0] if titles else Title(""))
        return clean(main.title)

    @property
    def creators(self) -> tuple[Agent, ...]:
        """Its makers; none if the description only says that they are unknown."""
        return tuple([agent for agent in self.metadata.creators if agent.name.strip() and not is_unknown(agent.name)])

    @property
    def publisher(self) -> str:
        """The publisher's name; empty if unknown."""
        name = self.metadata.publisher.name if self.metadata.publisher else ""
        return "" if is_unknown(name) else one_line(name)

    @property
    def year(self) -> str:
        """The year of publication; empty if unknown."""
        year = one_line(self.metadata.publication_year)
        return "" if year == "0000" else year

    @property
    def issued(self) -> str:
        """When it was issued, as precisely as is known."""
        return self.date("Issued") or self.year

    @property
    def abstract(self) -> str:
        """The first abstract; empty if there is none."""
        for description in self.metadata.descriptions:
            if description.description_type == "Abstract":
                return clean(description.description)
        return ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Keywords, one line each, none twice."""
        return tuple(dict.fromkeys(line for subject in self.metadata.subjects if (line := one_line(subject.subject))))

    def date(self, date_type: str) -> str:
        """The first date of a type; empty if there is none."""
        for date in self.metadata.dates:
            if date.date_type == date_type and date.date:
                return one_line(date.date)
        return ""


def name_url(identifier: Identifier) -> str:
    """Write an identifier as a link: DOIs (lower case) at doi.org, ARKs at n2t.net, UUIDs as a URN."""
    if identifier.scheme is Scheme.DOI:
        return doi_link(identifier.doi or "")
    if identifier.scheme is Scheme.ARK:
        return "https://n2t.net/" + quote(identifier.name, safe="/:;()!*'@&=+$,~%")
    return f"urn:{identifier.name}"


def doi_link(text: str) -> str:
    """Write a DOI, however it is given, as a link (lower case, encoded as little as RFC 3986 allows); other text gives ""."""
    doi = doi_name(text)
    if _NO_QUOTES.fullmatch(doi):
        return f"https://doi.org/{doi}"
    return "https://doi.org/" + quote(doi, safe="/:;()!*'@&=+$,~") if doi else ""


def is_unknown(text: str) -> bool:
    """Tell whether a value is a standard code for something not known, such as `(:unav)`, with or without words behind it.

    DataCite also writes `:(unav)`.
    """
    return ":" in text and _UNKNOWN.fullmatch(text.strip()) is not None


def parts_of_name(agent: Agent) -> tuple[str, str] | None:
    """Return family and given name of a person, either may be empty; None for an organisation or a name that has no parts.

    A name that nobody has taken apart counts as `Family, Given` if it has a comma and no semicolon.
    """
    if agent.name_type == "Organizational":
        return None
    if agent.family_name.strip():
        return one_line(agent.family_name), one_line(agent.given_name)
    family, comma, given = (one_line(part) for part in agent.name.partition(","))
    return (family, given) if comma and family and given and ";" not in agent.name else None


def sorted_name(agent: Agent) -> str:
    """Write a name as lists have it: `Family, Given`, or the organisation."""
    parts = parts_of_name(agent)
    return ", ".join(part for part in parts if part) if parts else one_line(agent.name)


def spoken_name(agent: Agent) -> str:
    """Write a name as people say it: `Given Family`, or the organisation."""
    parts = parts_of_name(agent)
    return " ".join(part for part in reversed(parts) if part) if parts else one_line(agent.name)


def pages(container: Container, separator: str = "-") -> str:
    """Write `first-last`, or the one that is known."""
    return separator.join(page for page in (one_line(container.first_page), one_line(container.last_page)) if page)


def date_parts(date: str) -> list[int]:
    """Take a date (of an interval: its start) apart into year, month and day as far as they are there; [] if it is none."""
    match = _DAY.match(date.strip())
    parts = [int(part) for part in match.groups() if part] if match else []
    return parts if parts[:1] != [0] else []


def clean(text: str) -> str:
    """Drop what is no text (control characters, halves of surrogate pairs) and blanks around it; marks of direction stay."""
    # What is printable has nothing to drop, and is most of what comes here.
    return (text if text.isprintable() or _spaced(text).isprintable() else _NOT_TEXT.sub("", text)).strip()


def one_line(text: str) -> str:
    """Write text as one line with single blanks."""
    if not text.isprintable() and not (text := _spaced(text)).isprintable():
        return " ".join(_NOT_TEXT.sub("", text).split())
    while "  " in text:  # the only blank that is printable is the space
        text = text.replace("  ", " ")
    return text.strip()


def _spaced(text: str) -> str:
    """Write spaces for the tabs and the ends of lines."""
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ")


def plain(text: str) -> str:
    """Write text as one line without the inline markup that titles and abstracts may have."""
    return one_line(_INLINE_MARKUP.sub(lambda found: " " if found["break"] else "", text) if "<" in text else text)


def known(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {name: value for name, value in properties.items() if value not in ("", None, [], {}, ())}


def json_text(value: object) -> str:
    """Write JSON for people, which may also stand inside an HTML script element: no `<`, `>`, `&` or line separator is bare."""
    return _NOT_TEXT.sub("", json.dumps(value, indent=2, ensure_ascii=False)).translate(_IN_SCRIPT)
