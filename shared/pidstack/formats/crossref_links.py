"""What a thing is linked to, as Crossref says it: other works, money and licences.

Rules: Crossref deposit schema 5.4.0, `citation_list` and `publisher_item`; relations.xsd, fundref.xsd and AccessIndicators.xsd.
"""

from __future__ import annotations

from collections.abc import Iterator

from pidstack.domain.metadata import AlternateIdentifier, FundingReference, RelatedIdentifier, Rights
from pidstack.formats.crossref_container import book_number, serial, series_of
from pidstack.formats.crossref_item import Item
from pidstack.formats.crossref_types import ALTERNATE_TYPES, IDENTIFIER_TYPES, ITEMS, RELATIONS
from pidstack.formats.outside_names import doi_name, funder, issn
from pidstack.formats.plain_xml import (
    NAME,
    Node,
    Parts,
    by_name,
    child,
    children,
    descendants,
    leaves,
    own_text,
    said,
    text,
    text_at,
    text_in,
    within,
)

_ASSERTIONS = ("funder_name", "ror", "funder_identifier", "grant_doi", "award_number")
_INSIDE = {"fundref": "assertion", "AccessIndicators": "license_ref", "relations": "related_item"}


def alternate_identifiers(parts: Parts) -> tuple[AlternateIdentifier, ...]:
    """Return the other names of an item: publisher's numbers, ISBN, ISSN, designations; never a DOI."""
    published = [by_name(part) for part in parts.get("publisher_item", ())]
    found = [
        AlternateIdentifier(text(part), said(part, "item_number_type") or "Publisher ID")
        for place in (*published, parts)
        for part in place.get("item_number", ())
    ]
    for place in published:
        for part in place.get("identifier", ()):
            kind = said(part, "id_type") or "Publisher ID"
            if kind != "doi":
                found.append(AlternateIdentifier(text(part), ALTERNATE_TYPES.get(kind, kind)))
    found += [AlternateIdentifier(text(part), "ISBN") for part in parts.get("isbn", ())]
    found += [AlternateIdentifier(issn(text(part)), "ISSN") for part in parts.get("issn", ())]
    found += [AlternateIdentifier(text(part), "contract_number") for part in parts.get("contract_number", ())]
    for designators in parts.get("designators", ()):
        found += [AlternateIdentifier(text(part), "std-designation") for part in leaves(designators)]
    return tuple(dict.fromkeys([name for name in found if name.identifier]))


def related_identifiers(item: Item, programs: Parts) -> tuple[RelatedIdentifier, ...]:
    """Return what an item is part of, what it refers to, and the relations that its publisher stated."""
    found = [*_wholes(item), *stated_relations(programs), *_citations(item.parts)]
    return tuple(dict.fromkeys([related for related in found if related.identifier != item.doi]))


def programs_of(parts: Parts) -> Parts:
    """Return an item's own program blocks by their names, those in its crossmark included; an old block may lack its name."""
    found: dict[str, list[Node]] = {}
    for place in (*within(parts, "crossmark", "custom_metadata", "program"), *parts.get("program", ())):
        named = said(place, "name")
        for name in [named] if named else [name for name, inside in _INSIDE.items() if child(place, inside) is not None]:
            found.setdefault(name, []).append(place)
    return found


def funding_references(programs: Parts) -> tuple[FundingReference, ...]:
    """Return one entry for each award, or for each funder without one."""
    found: list[FundingReference] = []
    for program in programs.get("fundref", ()):
        groups = [part for part in children(program, "assertion") if said(part, "name") == "fundgroup"]
        for group in groups or [program]:
            found += _funding(group)
    return tuple(dict.fromkeys(found))


def rights(programs: Parts) -> tuple[Rights, ...]:
    """Return each licence once, whichever version of the text it applies to."""
    found = []
    for program in programs.get("AccessIndicators", ()):
        parts = by_name(program)
        found += [Rights(uri=address) for part in parts.get("license_ref", ()) if (address := text(part))]
        found += [Rights(rights="Free to read") for _ in parts.get("free_to_read", ())]
    return tuple(dict.fromkeys(found))


def stated_relations(programs: Parts) -> Iterator[RelatedIdentifier]:
    """Yield the relations that a publisher stated in the item itself (relations.xsd)."""
    for program in programs.get("relations", ()):
        for part in descendants(program, "inter_work_relation", "intra_work_relation"):
            stated = said(part, "relationship-type")
            kind = IDENTIFIER_TYPES.get(said(part, "identifier-type"), "")
            name = text(part)
            identifier = doi_name(name) if kind == "DOI" else issn(name) if kind == "ISSN" else name
            if kind and identifier:
                relation = RELATIONS.get(stated, "Other")
                remark = stated if relation == "Other" else ""
                yield RelatedIdentifier(identifier, kind, relation, relation_type_information=remark)


def _wholes(item: Item) -> Iterator[RelatedIdentifier]:
    """What the item is part of: series or journal by ISSN, book or proceedings by ISBN and DOI, the parent of a component."""
    whole = item.whole_or_own
    if "series_metadata" in whole and (number := serial(series_of(whole))[0]):
        yield _part_of(number, "ISSN", "Collection")
    if item.whole is not None and item.name != "component":
        if number := serial(whole)[0]:
            yield _part_of(number, "ISSN", "Collection")
        if number := book_number(whole)[0]:
            yield _part_of(number, "ISBN", "Book")
        if item.whole[NAME] != "journal_metadata" and (doi := doi_name(text_in(whole, "doi_data", "doi"))):
            yield _part_of(doi, "DOI")
    if item.name == "component" and (doi := _parent_of_component(item)):
        yield _part_of(doi, "DOI")


def _part_of(identifier: str, kind: str, general: str = "") -> RelatedIdentifier:
    return RelatedIdentifier(identifier, kind, "IsPartOf", general)


def _parent_of_component(item: Item) -> str:
    for each in item.around:
        if each[NAME] in ITEMS:
            return doi_name(text_at(each, "doi_data", "doi"))
    return doi_name(said(item.family, "parent_doi")) or doi_name(item.facts.get("relation", ""))


def _citations(parts: Parts) -> Iterator[RelatedIdentifier]:
    for listed in parts.get("citation_list", ()):
        for part in children(listed, "citation", "doi"):
            if doi := doi_name(text(part)):
                yield RelatedIdentifier(doi, "DOI", "References")


def _funding(group: Node) -> list[FundingReference]:
    asserted: dict[str, list[str]] = {name: [] for name in _ASSERTIONS}
    for part in descendants(group, "assertion"):
        name = said(part, "name")
        if name in asserted:
            asserted[name].append(own_text(part))
    names, identifiers, grants = asserted["funder_name"], asserted["ror"] or asserted["funder_identifier"], asserted["grant_doi"]
    if not names or not names[0]:
        return []
    identifier, kind = funder(identifiers[0]) if identifiers else ("", "")
    grant = doi_name(grants[0]) if grants else ""
    uri = f"https://doi.org/{grant}" if grant else ""
    awards = asserted["award_number"] or [""]
    return [FundingReference(names[0], identifier, kind, award_number=award, award_uri=uri) for award in awards]
