"""The pieces of which all families of UNIXREF are made: people, titles, dates, numbers, and the element for the DOI.

A function gives the text of one or more elements, or nothing if nothing is known. The schema's limits of length are kept.
Rule: Crossref UNIXREF 1.1, unixref1.1.xsd; what is written is valid by it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from pidstack.domain.metadata import Agent, Container, NameIdentifier
from pidstack.domain.values import value
from pidstack.formats import markup, vocabularies
from pidstack.formats.cited import Cited, clean, date_parts, is_unknown, one_line, parts_of_name, plain
from pidstack.formats.outside_names import name_identifier

UNKNOWN = "(:unav)"
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_WEB = re.compile(r"(?:https?|ftp)://[^/?#:@\s]+(?::[0-9]{1,5})?(?:[/?#].*)?", re.IGNORECASE | re.ASCII)
_USUAL = re.compile(r"https?://[a-z0-9.-]+(?:/[\w./~+=&?;,:!*'()@$-]*)?", re.ASCII)
_TAG = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", re.ASCII)
_JATS = "http://www.ncbi.nlm.nih.gov/JATS1"
_ROLES = {"Editor": "editor", "Translator": "translator"}
_IDENTIFIER_TYPES = {
    kind.lower(): kind
    for kind in ("pii", "sici", "dai", "Z39.23", "ISO-std-ref", "std-designation", "report-number", "pmid", "other")
}
_DATE_LENGTH = 11  # of a whole day, and what must not follow it
_ELSEWHERE = frozenset({"isbn", "issn", "doi", "contract_number", "std-designation"})  # these have elements of their own
_NAMED = _ELSEWHERE | _IDENTIFIER_TYPES.keys()
_ITEM_NUMBERS, _ITEM_NUMBER_LENGTH, _IDENTIFIERS, _IDENTIFIER_LENGTH, _NAME_LENGTH = 3, 32, 10, 255, 1024


@value(frozen=True, slots=True)
class Work:
    """One thing to be written down.

    Attributes:
        kind: as `unixref_kinds.kind_of` gives it.
        doi: as its element says it: the DOI without scheme, in the registry's spelling; of another identifier its whole name.
        target: where it leads, as a URL.
    """

    cited: Cited
    container: Container
    kind: str
    doi: str
    target: str


def escaped(text: str) -> str:
    """Write text for an element or an attribute in double quotes."""
    text = markup.escaped(text)
    return text.replace('"', "&quot;") if '"' in text else text


def element(name: str, content: str, attributes: str = "") -> str:
    """Write an element around finished content; nothing without content."""
    return f"<{name}{attributes}>{content}</{name}>" if content else ""


def said(name: str, text: str, attributes: str = "", longest: int = 0) -> str:
    """Write an element that says a text on one line, cut to `longest` characters if that is not 0; nothing without text."""
    line = one_line(text)
    if longest:
        line = line[:longest].rstrip()
    return f"<{name}{attributes}>{escaped(line)}</{name}>" if line else ""


def uri(text: str) -> str:
    """Write a web address so that the schema's `anyURI` takes it; nothing if it is none."""
    if _USUAL.fullmatch(text):
        return text
    address, _, fragment = clean(text).partition("#")
    address, fragment = (_STRAY_PERCENT.sub("%25", quote(part, safe="%/:;?@&=+$,!~*'()-._")) for part in (address, fragment))
    whole = f"{address}#{fragment}" if fragment else address
    return whole if _WEB.fullmatch(whole) else ""


def language(work: Work) -> str:
    """Write the attribute for the language, where it is one with a code of two letters (ISO 639-1)."""
    given = work.cited.metadata.language
    if not given:
        return ""
    # With a subtag behind it, only a code that is in the table comes out alone.
    code = vocabularies.language_code(f"{vocabularies.language_code(given)}-x")
    return f' language="{code}"' if len(code) == 2 else ""


# People ------------------------------------------------------------------------------------------------------------------------


def contributors(work: Work) -> str:
    """Write the authors, then everybody else."""
    cited = work.cited
    people = [("author", agent) for agent in cited.creators]
    people += [
        (_ROLES.get(agent.contributor_type, "other"), agent)
        for agent in cited.metadata.contributors
        if agent.name.strip() and not is_unknown(agent.name)
    ]
    return element("contributors", "".join([_person(number, role, agent) for number, (role, agent) in enumerate(people)]))


def _person(number: int, role: str, agent: Agent) -> str:
    attributes = f' sequence="{"additional" if number else "first"}" contributor_role="{role}"'
    if agent.name == "Anonymous":
        plain_names = "".join(said("affiliation", each.name) for each in agent.affiliations)
        return f"<anonymous{attributes}>{plain_names}</anonymous>"
    parts = parts_of_name(agent)
    if parts is None and agent.name_type == "Personal":
        parts = (agent.name, "")
    if parts is None:
        return said("organization", agent.name, attributes)
    family, given = parts
    name = said("given_name", given) + said("surname", family)
    return element("person_name", name + _affiliations(agent) + _orcid(agent.name_identifiers), attributes)


def _affiliations(agent: Agent) -> str:
    """Names alone in the old form; all of them as institutions if one has an identifier, so that they keep their order."""
    if not agent.affiliations:
        return ""
    found = [(each.name, name_identifier(each.identifier) if each.identifier else None) for each in agent.affiliations]
    if any(known for _, known in found):
        return element("affiliations", "".join(institution(name, known) for name, known in found))
    return "".join(said("affiliation", name) for name, _ in found)


def institution(name: str, known: NameIdentifier | None = None) -> str:
    """Write an institution by its name, and its identifier at ROR or ISNI."""
    identifier = ""
    if known is not None and known.scheme in ("ROR", "ISNI"):
        identifier = said("institution_id", known.value, f' type="{known.scheme.lower()}"')
    return element("institution", said("institution_name", name, longest=_NAME_LENGTH) + identifier)


def _orcid(identifiers: tuple[NameIdentifier, ...]) -> str:
    for identifier in identifiers:
        known = name_identifier(identifier.value)
        if known is not None and known.scheme == "ORCID":
            return said("ORCID", known.value)
    return ""


def publisher(work: Work) -> str:
    """Write who published it."""
    return element("publisher", said("publisher_name", work.cited.publisher, longest=_IDENTIFIER_LENGTH))


def publishing_institution(work: Work, *, required: bool = False) -> str:
    """Write the publisher as an institution, which theses and what is posted have instead."""
    agent = work.cited.metadata.publisher
    known = name_identifier(agent.identifier) if agent and agent.identifier else None
    return institution(work.cited.publisher or (UNKNOWN if required else ""), known)


# Titles and texts --------------------------------------------------------------------------------------------------------------


def titles(work: Work) -> str:
    """Write the main title, its subtitle, and a second title of no other kind as the original one; `(:unav)` without a title."""
    given = [title for title in work.cited.metadata.titles if title.title.strip()]
    main = work.cited.title
    subtitle = next((title.title for title in given if title.title_type == "Subtitle"), "")
    original = [title for title in given if not title.title_type][1:2]
    written = said("title", plain(main) or UNKNOWN) + said("subtitle", plain(subtitle))
    return element("titles", written + "".join(said("original_language_title", plain(title.title)) for title in original))


def title_of_container(work: Work, name: str) -> str:
    """Write what it appeared in, else who published it, else that nobody knows, in an element of this name."""
    return said(name, plain(work.container.title) or work.cited.publisher or UNKNOWN)


def abstracts(work: Work) -> str:
    """Write each abstract in JATS, a paragraph for each that a blank line parts."""
    written = []
    for description in work.cited.metadata.descriptions:
        if description.description_type == "Abstract":
            blocks = re.split(r"\n\s*\n", clean(description.description))
            paragraphs = "".join([element("jats:p", escaped(plain(block))) for block in blocks])
            lang = f' xml:lang="{description.lang}"' if _TAG.fullmatch(description.lang) else ""
            written.append(element("jats:abstract", paragraphs, f' xmlns:jats="{_JATS}"{lang}'))
    return "".join(written)


def description(work: Work) -> str:
    """Write the abstract, or the first description of any kind, as plain text."""
    found = work.cited.abstract or next((each.description for each in work.cited.metadata.descriptions), "")
    return element("description", escaped(plain(found)))


# Dates -------------------------------------------------------------------------------------------------------------------------


def issued(work: Work, name: str = "publication_date", attributes: str = ' media_type="online"') -> str:
    """Write when it was published; an empty element if nobody knows, since most families demand one."""
    return _date(name, work.cited.issued, attributes) or _date(name, work.cited.year, attributes) or f"<{name}{attributes}/>"


def dated(work: Work, name: str, date_type: str) -> str:
    """Write one other date of the description."""
    return _date(name, work.cited.date(date_type))


def reviewed(work: Work) -> str:
    """Write the date of a review, of which the schema wants month and day to be there, be they empty."""
    parts = _calendar(work.cited.issued) or _calendar(work.cited.year)
    year, month, day = (*parts, "", "", "")[:3]
    return f"<review_date><month>{month}</month><day>{day}</day><year>{year}</year></review_date>"


def _date(name: str, date: str, attributes: str = "") -> str:
    return _written_date(name, date[:_DATE_LENGTH], attributes) if date else ""


@lru_cache(maxsize=4096)
def _written_date(name: str, date: str, attributes: str) -> str:
    parts = _calendar(date)
    if not parts:
        return ""
    year, month, day = (*parts, "", "")[:3]
    return element(name, element("month", month) + element("day", day) + element("year", year), attributes)


def _calendar(date: str) -> list[str]:
    """Give year, month and day as far as they can be."""
    parts = date_parts(date)
    if len(parts) > 1 and not 1 <= parts[1] <= 12:
        parts = parts[:1]
    if len(parts) > 2 and not 1 <= parts[2] <= 31:
        parts = parts[:2]
    return [f"{part:0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False)]


# Numbers -----------------------------------------------------------------------------------------------------------------------


def numbers(work: Work, kind: str, most: int = 0) -> str:
    """Write all ISBNs or ISSNs that are the work's own (`kind`: `isbn`, `issn`)."""
    found = [each.identifier for each in work.cited.metadata.alternate_identifiers if each.identifier_type.lower() == kind]
    return "".join(said(kind, number) for number in found[: most or None])


def number_of_container(work: Work, kind: str) -> str:
    """Write the ISBN or ISSN of what it appeared in."""
    container = work.container
    return said(kind, container.identifier) if container.identifier_type.upper().endswith(kind.upper()) else ""


def isbn_or_none(found: str, reason: str = "monograph") -> str:
    """Give these ISBNs, or the element that says that there is none."""
    return found or f'<noisbn reason="{reason}"/>'


def pages(work: Work) -> str:
    """Write the first and the last page."""
    first = said("first_page", work.container.first_page)
    return element("pages", first + said("last_page", work.container.last_page)) if first else ""


def item_numbers(work: Work) -> str:
    """Write up to three short numbers that the publisher gave it."""
    return "".join(_short_numbers(work)[:_ITEM_NUMBERS])


def publisher_item(work: Work) -> str:
    """Write the publisher's numbers, the long ones and those of known schemes as identifiers."""
    if not (work.cited.metadata.alternate_identifiers or work.container.number):
        return ""
    identifiers = [
        said("identifier", each.identifier, f' id_type="{_scheme(each.identifier_type)}"', _IDENTIFIER_LENGTH)
        for each in work.cited.metadata.alternate_identifiers
        if _scheme(each.identifier_type) and not _is_short(each.identifier, each.identifier_type)
    ]
    return element("publisher_item", item_numbers(work) + "".join([each for each in identifiers if each][:_IDENTIFIERS]))


def alternate(work: Work, kind: str, longest: int = 0) -> str:
    """Give the first alternate identifier of a type."""
    found = (each.identifier for each in work.cited.metadata.alternate_identifiers if each.identifier_type.lower() == kind)
    text = one_line(next(found, ""))
    return text[:longest].rstrip() if longest else text


def _short_numbers(work: Work) -> list[str]:
    found = [
        said("item_number", each.identifier, _number_type(each.identifier_type))
        for each in work.cited.metadata.alternate_identifiers
        if _is_short(each.identifier, each.identifier_type)
    ]
    if number := one_line(work.container.number):
        found.append(said("item_number", number, ' item_number_type="article_number"', _ITEM_NUMBER_LENGTH))
    return [each for each in found if each]


def _number_type(kind: str) -> str:
    word = one_line(kind)
    return f' item_number_type="{escaped(word)}"' if word and word != "Publisher ID" else ""


def _is_short(number: str, kind: str) -> bool:
    return kind.lower() not in _NAMED and len(one_line(number)) <= _ITEM_NUMBER_LENGTH


def _scheme(kind: str) -> str:
    """Name the scheme of an identifier as the schema does; nothing if it has an element of its own."""
    return "" if kind.lower() in _ELSEWHERE else _IDENTIFIER_TYPES.get(kind.lower(), "other")


# The DOI -----------------------------------------------------------------------------------------------------------------------


def doi_data(work: Work) -> str:
    """Write the DOI and where it leads."""
    return f"<doi_data>{said('doi', work.doi)}{resource(work.target)}</doi_data>"


def resource(target: str) -> str:
    """Write where something leads."""
    return said("resource", uri(target) or target)


def version_info(work: Work) -> str:
    """Write its version."""
    return element("version_info", said("version", work.cited.metadata.version, longest=100))
