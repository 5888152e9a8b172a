"""A grant that Crossref registered: an award with its projects, investigators and money.

Rule: Crossref grant_id schema 0.2.0 (`grant`); DataCite Metadata Schema 4.6 and later, general type Award.
"""

from __future__ import annotations

from pidstack.domain.metadata import (
    Agent,
    AlternateIdentifier,
    Date,
    Description,
    FundingReference,
    Metadata,
    NameIdentifier,
    Publisher,
    Title,
    Types,
)
from pidstack.formats.crossref_links import programs_of, stated_relations
from pidstack.formats.outside_names import affiliation, doi_name, funder, name_identifier
from pidstack.formats.plain_xml import Node, by_name, children, said, text, text_at

_XML_LANG = "xml:lang"
_LEADERS = frozenset({"lead_investigator", "co-lead_investigator", "investigator"})


def read_grant(grant: Node) -> Metadata:
    """Read a `grant` element: investigators are creators, the funder is the publisher, the award number another identifier."""
    projects = children(grant, "project")
    people = [found for project in projects for found in _people(project)]
    funding = tuple(dict.fromkeys(found for project in projects for found in _funding(project, grant)))
    start, end = _when(grant, projects)
    return Metadata(
        creators=tuple(agent for role, agent in people if role in _LEADERS),
        titles=_titles(projects),
        publisher=Publisher(funding[0].funder_name) if funding else None,
        publication_year=start[:4],
        types=Types("Award", "Grant"),
        contributors=tuple(agent for role, agent in people if role not in _LEADERS),
        dates=(Date(start, "Issued"), Date(f"{start}/{end}", "Valid"))[: 2 if end else 1] if start else (),
        alternate_identifiers=tuple(AlternateIdentifier(text(part), "award_number") for part in children(grant, "award-number")),
        related_identifiers=tuple(stated_relations(programs_of(by_name(grant)))),
        descriptions=tuple(
            Description(text(part), "Abstract", said(part, _XML_LANG))
            for project in projects
            for part in children(project, "description")
            if text(part)
        ),
        funding_references=funding,
    )


def _titles(projects: list[Node]) -> tuple[Title, ...]:
    found = [Title(text(part), lang=said(part, _XML_LANG)) for project in projects for part in children(project, "project-title")]
    return tuple(title for title in found if title.title)


def _people(project: Node) -> list[tuple[str, Agent]]:
    found = []
    for person in children(project, "investigators", "person"):
        given, family = text_at(person, "givenName"), text_at(person, "familyName")
        name = ", ".join(part for part in (family, given) if part) or text_at(person, "alternateName")
        if not name:
            continue
        known = [name_identifier(text(part)) for part in children(person, "ORCID")]
        identifiers: tuple[NameIdentifier, ...] = tuple(one for one in known if one is not None)
        belongs = [affiliation(text_at(part, "institution"), text_at(part, "ROR")) for part in children(person, "affiliation")]
        role = said(person, "role", "investigator")
        kind = "" if role in _LEADERS else "ProjectMember"
        agent = Agent(name, "Personal", given, family, identifiers, tuple(one for one in belongs if one is not None), kind)
        found.append((role, agent))
    return found


def _funding(project: Node, grant: Node) -> list[FundingReference]:
    number = text_at(grant, "award-number")
    doi = doi_name(text_at(grant, "doi_data", "doi"))
    uri = f"https://doi.org/{doi}" if doi else ""
    found = []
    for part in children(project, "funding"):
        name = text_at(part, "funder-name")
        identifier, kind = funder(text_at(part, "ROR") or text_at(part, "funder-id"))
        if name:
            found.append(FundingReference(name, identifier, kind, "", number, uri, text_at(part, "funding-scheme")))
    return found


def _when(grant: Node, projects: list[Node]) -> tuple[str, str]:
    start, end = text_at(grant, "award-start-date"), ""
    for part in [part for project in projects for part in children(project, "award-dates")]:
        start = start or said(part, "start-date") or said(part, "planned-start-date")
        end = end or said(part, "end-date") or said(part, "planned-end-date")
    return start, end
