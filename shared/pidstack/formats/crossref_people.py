"""Who made a thing, as Crossref says it: authors are creators, everybody else is a contributor.

Rule: Crossref deposit schema 5.4.0, `contributors` and `institution`.
"""

from __future__ import annotations

from dataclasses import replace

from pidstack.domain.metadata import Affiliation, Agent
from pidstack.formats.crossref_item import Item
from pidstack.formats.crossref_types import CONTRIBUTOR_TYPES, REVIEWER_ROLES
from pidstack.formats.outside_names import affiliation, name_identifier
from pidstack.formats.plain_xml import INSIDE, NAME, Node, Parts, by_name, said, text, text_in, within

_AUTHOR = "author"


def creators_and_contributors(item: Item) -> tuple[tuple[Agent, ...], tuple[Agent, ...]]:
    """Return the authors and the others of an item, each in document order.

    A review without an author was made by its reviewers.
    """
    people = _people(item)
    creators = tuple([agent for role, agent in people if role == _AUTHOR])
    if item.name == "peer_review" and not creators:
        creators = tuple(replace(agent, contributor_type="") for role, agent in people if role in REVIEWER_ROLES)
        return creators, tuple(agent for role, agent in people if role not in REVIEWER_ROLES)
    return creators, tuple([agent for role, agent in people if role != _AUTHOR])


def institution_name(institution: Node) -> str:
    """Return an institution's name with its departments before it, as an address has them."""
    return _named(by_name(institution))


def _named(institution: Parts) -> str:
    name = text_in(institution, "institution_name")
    departments = institution.get("institution_department")
    return ", ".join([part for part in (*map(text, departments), name) if part]) if departments else name


def _people(item: Item) -> list[tuple[str, Agent]]:
    listed = item.parts.get("contributors")
    found = []
    for person in (listed[0] if listed else item.node)[INSIDE]:
        name = person[NAME]
        if name in _PEOPLE:
            role = said(person, "contributor_role", _AUTHOR)
            agent = _PEOPLE[name](person, "" if role == _AUTHOR else CONTRIBUTOR_TYPES.get(role, "Other"))
            if agent is not None:
                found.append((role, agent))
    return found


def _organization(node: Node, kind: str) -> Agent | None:
    parts = by_name(node)
    name = _named(parts) if "institution_name" in parts else text(node)
    return Agent(name, "Organizational", contributor_type=kind) if name else None


def _anonymous(node: Node, kind: str) -> Agent | None:
    return Agent("Anonymous", affiliations=_affiliations(by_name(node)), contributor_type=kind)


def _person(node: Node, kind: str) -> Agent | None:
    parts = by_name(node)
    given, family, suffix = text_in(parts, "given_name"), text_in(parts, "surname"), text_in(parts, "suffix")
    if suffix:
        family = f"{family} {suffix}".strip()
    name = f"{family}, {given}" if family and given else family or given
    if not name:
        return None
    known = text_in(parts, "ORCID")
    orcid = name_identifier(known) if known else None
    return Agent(name, "Personal", given, family, (orcid,) if orcid else (), _affiliations(parts), kind)


def _affiliations(parts: Parts) -> tuple[Affiliation, ...]:
    found = [affiliation(text(part)) for part in parts.get("affiliation", ())]
    if "affiliations" in parts:
        found += [_institution(by_name(part)) for part in within(parts, "affiliations", "institution")]
    return tuple([each for each in found if each is not None])


def _institution(parts: Parts) -> Affiliation | None:
    known = ""
    for part in parts.get("institution_id", ()):
        known = known or (found if name_identifier(found := text(part)) else "")
    return affiliation(_named(parts), known)


_PEOPLE = {"person_name": _person, "organization": _organization, "anonymous": _anonymous}
"""Element to what reads it; others name nobody."""
