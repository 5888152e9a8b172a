"""Who made a thing, as Crossref says it: authors are creators, everybody else is a contributor.

Rule: Crossref deposit schema 5.4.0, `contributors` and `institution`.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from pidstack.domain.metadata import Affiliation, Agent
from pidstack.formats.crossref_types import CONTRIBUTOR_TYPES, REVIEWER_ROLES
from pidstack.formats.outside_names import affiliation, name_identifier
from pidstack.formats.xml_nodes import by_name, child, children, local, text, text_at

_AFFILIATED = frozenset({"affiliation", "affiliations"})


def creators_and_contributors(node: etree._Element) -> tuple[tuple[Agent, ...], tuple[Agent, ...]]:
    """Return the authors and the others of an item, each in document order.

    A review without an author was made by its reviewers.
    """
    people = _people(node)
    authors = {"author"}
    if local(node) == "peer_review" and not any(role in authors for role, _ in people):
        authors = {*REVIEWER_ROLES}
    creators = tuple(agent for role, agent in people if role in authors)
    others = tuple(
        replace(agent, contributor_type=CONTRIBUTOR_TYPES.get(role, "Other")) for role, agent in people if role not in authors
    )
    return creators, others


def institution_name(institution: etree._Element) -> str:
    """Return an institution's name with its departments before it, as an address has them."""
    parts = [text(part) for part in children(institution, "institution_department")]
    return ", ".join(part for part in [*parts, text_at(institution, "institution_name")] if part)


def _people(node: etree._Element) -> list[tuple[str, Agent]]:
    listed = child(node, "contributors")
    found = []
    for person in node if listed is None else listed:
        agent = _agent(person)
        if agent is not None:
            found.append((person.get("contributor_role", "author"), agent))
    return found


def _agent(node: etree._Element) -> Agent | None:
    match local(node):
        case "person_name":
            return _person(node)
        case "organization":
            name = institution_name(node) if child(node, "institution_name") is not None else text(node)
            return Agent(name, "Organizational") if name else None
        case "anonymous":
            return Agent("Anonymous", affiliations=_affiliations(node))
    return None


def _person(node: etree._Element) -> Agent | None:
    parts = by_name(node)
    given, family, suffix, known = (
        text(parts[name][0]) if name in parts else "" for name in ("given_name", "surname", "suffix", "ORCID")
    )
    if suffix:
        family = f"{family} {suffix}".strip()
    name = ", ".join(part for part in (family, given) if part)
    if not name:
        return None
    orcid = name_identifier(known) if known else None
    return Agent(
        name,
        "Personal",
        given_name=given,
        family_name=family,
        name_identifiers=(orcid,) if orcid else (),
        affiliations=_affiliations(node) if parts.keys() & _AFFILIATED else (),
    )


def _affiliations(node: etree._Element) -> tuple[Affiliation, ...]:
    plain = [affiliation(text(part)) for part in children(node, "affiliation")]
    structured = [_institution(part) for part in children(node, "affiliations/institution")]
    return tuple(found for found in [*plain, *structured] if found is not None)


def _institution(node: etree._Element) -> Affiliation | None:
    identifiers = [text(part) for part in children(node, "institution_id")]
    known = [identifier for identifier in identifiers if name_identifier(identifier)]
    return affiliation(institution_name(node), known[0] if known else "")
