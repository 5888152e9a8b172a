"""Who made a thing, in schema.org's words.

Rule: schema.org Person and Organization; the properties of CreativeWork that name one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pidstack.domain.metadata import Affiliation, Agent, NameIdentifier
from pidstack.formats.foreign_json import first, many, person_of, said
from pidstack.formats.outside_names import affiliation, name_identifier

_CONTRIBUTORS = (
    ("editor", "Editor"),
    ("translator", "Translator"),
    ("contributor", "Other"),
    ("producer", "Producer"),
    ("copyrightHolder", "RightsHolder"),
)


def creators(work: dict[str, Any]) -> tuple[Agent, ...]:
    """Return the authors of a work, in their order."""
    return _agents(work.get("author") or work.get("creator"))


def contributors(work: dict[str, Any]) -> tuple[Agent, ...]:
    """Return everybody else that a work names, with what they did."""
    return tuple(replace(agent, contributor_type=kind) for key, kind in _CONTRIBUTORS for agent in _agents(work.get(key)))


def _agents(value: Any) -> tuple[Agent, ...]:
    found = [_agent(part) if isinstance(part, dict) else Agent(said(part)) for part in many(value)]
    return tuple(agent for agent in found if agent is not None and agent.name)


def _agent(node: dict[str, Any]) -> Agent | None:
    kinds = {said(kind).rpartition("/")[2].lower() for kind in many(node.get("@type", node.get("type")))}
    identifiers = _identifiers(node)
    given, family, name = first(node, "givenName"), first(node, "familyName"), first(node, "name")
    is_person = "person" in kinds or bool(family) or any(one.scheme == "ORCID" for one in identifiers)
    if not (name or family or given):
        return None
    if is_person and family:
        agent = Agent(", ".join(part for part in (family, given) if part), "Personal", given, family)
    elif is_person:
        agent = person_of(name or given)
    else:
        agent = Agent(name or given, "Organizational" if kinds else "")
    return replace(agent, name_identifiers=identifiers, affiliations=_affiliations(node))


def _identifiers(node: dict[str, Any]) -> tuple[NameIdentifier, ...]:
    texts = [first(part, "@id", "value", "url") if isinstance(part, dict) else said(part) for part in _places(node)]
    known = [name_identifier(text) for text in texts]
    return tuple(dict.fromkeys(one for one in known if one is not None))


def _places(node: dict[str, Any]) -> list[Any]:
    return [part for key in ("@id", "identifier", "sameAs", "url") for part in many(node.get(key))]


def _affiliations(node: dict[str, Any]) -> tuple[Affiliation, ...]:
    found = []
    for part in many(node.get("affiliation")):
        identifier = first(part, "@id", "identifier", "sameAs") if isinstance(part, dict) else ""
        found.append(affiliation(said(part), identifier))
    return tuple(one for one in found if one is not None)
