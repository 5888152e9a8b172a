"""A record's description as facts for people: label by label, bounded however much there is, with links only to the web.

Everything here is text or a link; the templates escape it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from pidstack.domain.metadata import Agent, Metadata, NameIdentifier, RelatedIdentifier
from pidstack.domain.record import Record
from pidstack.formats.cited import Cited, doi_link, one_line, plain
from pidstack.protocols.pages.layout import visible

MOST_VALUES, MOST_CHARACTERS = 50, 5_000
_LINK = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?", re.IGNORECASE | re.ASCII)
_ORCID = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.IGNORECASE | re.ASCII)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a fact; `link` is empty or an http address, `note` says more about it."""

    text: str
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known; `more` says how many values are left out."""

    label: str
    values: Sequence[Value]
    more: int = 0
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a record."""

    name: str
    title: str
    citation: str
    facts: Sequence[Fact] = field(default_factory=tuple)


def show(record: Record, metadata: Metadata, citation: str, *, status: str, dates: Sequence[tuple[str, str]]) -> Shown:
    """Pick what a page shows.

    Args:
        status: in words.
        dates: what the registry itself did when, each a label and a day.
    """
    cited = Cited(metadata, record.identifier)
    facts = (
        _fact("Also known as", (Value(title.title) for title in metadata.titles[1:])),
        _fact("Creators", map(_agent, cited.creators)),
        _fact("Contributors", map(_agent, metadata.contributors)),
        _fact("Publisher", [Value(cited.publisher)]),
        _fact("Published", [Value(cited.issued)]),
        _fact("Kind", [Value(one_line(" / ".join(part for part in (metadata.types.general, metadata.types.specific) if part)))]),
        _fact("Appeared in", [Value(one_line(cited.container.title))]),
        *_descriptions(metadata),
        _fact("Subjects", (Value(one_line(subject.subject)) for subject in metadata.subjects)),
        _fact("Language", [Value(one_line(metadata.language))]),
        _fact("Version", [Value(one_line(metadata.version))]),
        _fact("Rights", (Value(one_line(r.rights) or one_line(r.identifier) or r.uri, web_link(r.uri)) for r in metadata.rights)),
        _fact("Dates", (Value(one_line(d.date), note=spoken(d.date_type)) for d in metadata.dates if d.date_type != "Issued")),
        _fact("Sizes", (Value(one_line(size)) for size in metadata.sizes)),
        _fact("File formats", (Value(one_line(kind)) for kind in metadata.formats)),
        _fact("Places", (Value(one_line(place.place)) for place in metadata.geo_locations)),
        _fact(
            "Funding",
            (
                Value(one_line(f.funder_name), web_link(f.award_uri) or web_link(f.funder_identifier), one_line(f.award_number))
                for f in metadata.funding_references
            ),
        ),
        _fact("Related", map(_related, metadata.related_identifiers)),
        _fact(
            "Other names", (Value(one_line(a.identifier), note=one_line(a.identifier_type)) for a in metadata.alternate_identifiers)
        ),
        _fact("Status", [Value(status)]),
        *(_fact(label, [Value(day)]) for label, day in dates),
    )
    title = visible(plain(cited.title))[:500]
    return Shown(record.identifier.name, title, citation, tuple(fact for fact in facts if fact.values))


def web_link(url: str) -> str:
    """Give an address that a browser may be led to, in ASCII; empty for whatever is not http."""
    url = url.strip()
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~") if len(url) <= 2_000 and _LINK.fullmatch(url) else ""


def orcid_of(agent: Agent) -> str:
    """Give the address of a person's ORCID iD; empty if none is known."""
    return next((link for name in agent.name_identifiers if (link := _orcid(name))), "")


def spoken(word: str) -> str:
    """Write a word of a vocabulary as words: `IsPartOf` is `is part of`."""
    return _CAPITAL.sub(" ", one_line(word)).lower()


def _orcid(name: NameIdentifier) -> str:
    match = _ORCID.fullmatch(name.value.strip())
    return f"https://orcid.org/{match[1].upper()}" if match else ""


def _fact(label: str, values: Iterable[Value], *, is_long: bool = False) -> Fact:
    kept: list[Value] = []
    more = 0
    for value in values:
        if not value.text.strip():
            continue
        if len(kept) < MOST_VALUES:
            kept.append(Value(_cut(value.text), value.link, _cut(value.note)))
        else:
            more += 1
    return Fact(label, kept, more, is_long)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"


def _agent(agent: Agent) -> Value:
    belongs = "; ".join(one_line(affiliation.name) for affiliation in agent.affiliations[:5])
    note = ", ".join(part for part in (spoken(agent.contributor_type), belongs) if part)
    return Value(one_line(agent.name), orcid_of(agent), note)


def _descriptions(metadata: Metadata) -> Iterable[Fact]:
    for kind in dict.fromkeys(description.description_type for description in metadata.descriptions[:MOST_VALUES]):
        of_kind = (d.description for d in metadata.descriptions if d.description_type == kind)
        yield _fact(spoken(kind).capitalize() or "Description", (Value(_text(text)) for text in of_kind), is_long=True)


def _text(text: str) -> str:
    """Write long text without its markup, in the lines it has."""
    return "\n".join(line for part in text[: 2 * MOST_CHARACTERS].splitlines() if (line := plain(part)))


def _related(related: RelatedIdentifier) -> Value:
    name = one_line(related.identifier)
    is_doi = related.identifier_type.upper() == "DOI"
    return Value(name, (doi_link(name) if is_doi else "") or web_link(name), spoken(related.relation_type))
