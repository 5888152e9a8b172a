"""What a thing is linked to, as Crossref says it: other works, money and licences.

Rules: Crossref deposit schema 5.4.0, `citation_list` and `publisher_item`; relations.xsd, fundref.xsd and AccessIndicators.xsd.
"""

from __future__ import annotations

from lxml import etree

from pidstack.domain.metadata import AlternateIdentifier, FundingReference, RelatedIdentifier, Rights
from pidstack.formats.crossref_container import book_number, serial
from pidstack.formats.crossref_item import Item
from pidstack.formats.crossref_types import ALTERNATE_TYPES, IDENTIFIER_TYPES, ITEMS, RELATIONS
from pidstack.formats.outside_names import doi_name, funder, issn
from pidstack.formats.xml_nodes import child, children, descendants, local, own_text, text, text_at


def alternate_identifiers(item: Item) -> tuple[AlternateIdentifier, ...]:
    """Return the other names of an item: publisher's numbers, ISBN, ISSN, designations; never a DOI."""
    node = item.node
    found = [
        AlternateIdentifier(text(part), part.get("item_number_type") or "Publisher ID")
        for path in ("publisher_item/item_number", "item_number")
        for part in children(node, path)
    ]
    for part in children(node, "publisher_item/identifier"):
        kind = part.get("id_type") or "Publisher ID"
        if kind != "doi":
            found.append(AlternateIdentifier(text(part), ALTERNATE_TYPES.get(kind, kind)))
    found += [AlternateIdentifier(text(part), "ISBN") for part in children(node, "isbn")]
    found += [AlternateIdentifier(issn(text(part)), "ISSN") for part in children(node, "issn")]
    found += [AlternateIdentifier(text(part), "contract_number") for part in children(node, "contract_number")]
    for designators in children(node, "designators"):
        found += [AlternateIdentifier(text(part), "std-designation") for part in designators.iter() if len(part) == 0]
    return tuple(dict.fromkeys(name for name in found if name.identifier))


def related_identifiers(item: Item) -> tuple[RelatedIdentifier, ...]:
    """Return what an item is part of, what it refers to, and the relations that its publisher stated."""
    found = [*_wholes(item), *related_identifiers_of(item.node), *_citations(item.node)]
    return tuple(dict.fromkeys(related for related in found if related.identifier != item.doi))


def funding_references(node: etree._Element) -> tuple[FundingReference, ...]:
    """Return one entry for each award, or for each funder without one."""
    found: list[FundingReference] = []
    for program in _programs(node, "fundref"):
        groups = [part for part in children(program, "assertion") if part.get("name") == "fundgroup"]
        for group in groups or [program]:
            found += _funding(group)
    return tuple(dict.fromkeys(found))


def rights(node: etree._Element) -> tuple[Rights, ...]:
    """Return each licence once, whichever version of the text it applies to."""
    found = []
    for program in _programs(node, "AccessIndicators"):
        found += [Rights(uri=text(part)) for part in children(program, "license_ref") if text(part)]
        found += [Rights(rights="Free to read") for _ in children(program, "free_to_read")]
    return tuple(dict.fromkeys(found))


def _wholes(item: Item) -> list[RelatedIdentifier]:
    """What the item is part of: series or journal by ISSN, book or proceedings by ISBN and DOI, the parent of a component."""
    whole = item.node if item.whole is None else item.whole
    series, _ = serial(child(whole, "series_metadata"))
    found = [_part_of(series, "ISSN", "Collection")]
    if item.whole is not None and item.name != "component":
        journal = local(whole) == "journal_metadata"
        found.append(_part_of(serial(whole)[0], "ISSN", "Collection"))
        found.append(_part_of(book_number(whole)[0], "ISBN", "Book"))
        found.append(_part_of("" if journal else doi_name(text_at(whole, "doi_data/doi")), "DOI"))
    if item.name == "component":
        found.append(_part_of(_parent_of_component(item), "DOI"))
    return [related for related in found if related.identifier]


def _part_of(identifier: str, kind: str, general: str = "") -> RelatedIdentifier:
    return RelatedIdentifier(identifier, kind, "IsPartOf", general)


def _parent_of_component(item: Item) -> str:
    for above in item.node.iterancestors():
        if local(above) in ITEMS:
            return doi_name(text_at(above, "doi_data/doi"))
    return doi_name(item.family.get("parent_doi", "")) or doi_name(item.facts.get("relation", ""))


def related_identifiers_of(node: etree._Element) -> tuple[RelatedIdentifier, ...]:
    """Return the relations that a publisher stated in the item itself (relations.xsd)."""
    found = []
    for program in _programs(node, "relations"):
        for part in program.iter("{*}inter_work_relation", "{*}intra_work_relation"):
            said = part.get("relationship-type", "")
            kind = IDENTIFIER_TYPES.get(part.get("identifier-type", ""), "")
            identifier = doi_name(text(part)) if kind == "DOI" else issn(text(part)) if kind == "ISSN" else text(part)
            if kind and identifier:
                relation = RELATIONS.get(said, "Other")
                remark = said if relation == "Other" else ""
                found.append(RelatedIdentifier(identifier, kind, relation, relation_type_information=remark))
    return tuple(found)


def _citations(node: etree._Element) -> list[RelatedIdentifier]:
    found = (doi_name(text(part)) for part in children(node, "citation_list/citation/doi"))
    return [RelatedIdentifier(doi, "DOI", "References") for doi in found if doi]


def _programs(node: etree._Element, name: str) -> list[etree._Element]:
    """The item's own program blocks of a name, those in its crossmark included; an old block may lack its name attribute."""
    inside = {"fundref": "assertion", "AccessIndicators": "license_ref", "relations": "related_item"}[name]
    places = [*children(node, "crossmark/custom_metadata/program"), *children(node, "program")]
    return [place for place in places if place.get("name") == name or (not place.get("name") and child(place, inside) is not None)]


def _funding(group: etree._Element) -> list[FundingReference]:
    said: dict[str, list[etree._Element]] = {}
    for part in descendants(group, "assertion"):
        said.setdefault(part.get("name", ""), []).append(part)
    names = [own_text(part) for part in said.get("funder_name", [])]
    identifier, kind = funder(next((own_text(part) for part in [*said.get("ror", []), *said.get("funder_identifier", [])]), ""))
    awards = [own_text(part) for part in said.get("award_number", [])]
    grants = [doi_name(own_text(part)) for part in said.get("grant_doi", [])]
    if not names or not names[0]:
        return []
    uri = f"https://doi.org/{grants[0]}" if grants and grants[0] else ""
    return [FundingReference(names[0], identifier, kind, award_number=award, award_uri=uri) for award in awards or [""]]
