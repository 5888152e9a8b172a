"""Which part of a Crossref document is meant: the node that carries the DOI, and what stands around it.

A journal article's document also describes its journal and issue, each perhaps with a DOI of its own; so the node is found by its
DOI where one is known, and by how particular it is where none is.
Rule: Crossref deposit schema 5.4.0 and UNIXREF 1.1 (`doi_data`), UNIXSD query output 3.0 (`query`, `crm-item`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pidstack.domain.values import value
from pidstack.formats.crossref_types import CONTAINERS, FAMILIES, ITEMS
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.outside_names import doi_name
from pidstack.formats.xml_nodes import Parts, by_name, child, children, descendants, local, text

_WHOLES = frozenset(CONTAINERS)
_FAMILY_TAGS = tuple(f"{{*}}{name}" for name in sorted(FAMILIES))
_DOI_PLACES = ("{*}doi_data", "{*}component", "{*}pending_publication")


@value(frozen=True, slots=True)
class Item:
    """One described object.

    Args:
        node: the element that carries its DOI, or would.
        name: local name of the node.
        parts: what is directly in it.
        family: `journal`, `book`, ... around it; often the node itself.
        family_name: local name of that.
        family_parts: what is directly in it.
        whole: the family's own metadata (`journal_metadata`, `book_metadata`, ...), None if it has none or is the node.
        whole_parts: what is directly in that.
        doi: lower case, empty if the document does not say.
        facts: what Crossref's query output adds, by name (`publisher-name`, `created`, `last-update`); the first of each.
        kind: Crossref's word for the kind of DOI (`book_title`), empty outside query output.
    """

    node: etree._Element
    name: str
    parts: Parts
    family: etree._Element
    family_name: str
    family_parts: Parts
    whole: etree._Element | None
    whole_parts: Parts
    doi: str
    facts: dict[str, str]
    kind: str

    @property
    def whole_or_own(self) -> Parts:
        """What is directly in the whole, else in the node, which then is the whole."""
        return self.parts if self.whole is None else self.whole_parts


def find_item(root: etree._Element, doi: str = "") -> Item:
    """Return the object that a document is about.

    Args:
        root: of a deposit, or of a record as Crossref gives it out, in whatever wrapper.
        doi: the object's DOI, where it is known; without one the document's own word counts (the query, the OAI-PMH header), and
            without that the most particular element.
    Raises:
        Unreadable: WRONG_RECORD: nothing of Crossref's is in it, or Crossref said that there is no such record.
    """
    families = _families(root)
    if not families:
        raise _nothing(root)
    asked: dict[etree._Element, str] = {}
    given, first = doi_name(doi), _carriers(families[0])
    for family in families:
        wanted = (given, _asked(family, asked))
        for node, found in first if family is families[0] else _carriers(family):
            if found and found in wanted:
                return _item(node, family, found)
    return _most_particular(families[0], dict(first))


def _families(root: etree._Element) -> list[etree._Element]:
    if local(root) in FAMILIES:
        return [root]
    found = list(root.iter(*_FAMILY_TAGS))
    return [node for node in found if not any(local(above) in FAMILIES for above in node.iterancestors())]


def _nothing(root: etree._Element) -> Unreadable:
    error = next(descendants(root, "error"), None)
    name = local(root)[:100]
    words = f"root element is <{name}>" if error is None else f"the record says {text(error)[:200]}"
    line = (root if error is None else error).sourceline or 0
    return Unreadable(f"not Crossref metadata: {words}", Reason.WRONG_RECORD, "crossref", name if error is None else "error", line)


def _asked(family: etree._Element, known: dict[etree._Element, str]) -> str:
    """The DOI that the wrapper says the record is about; each wrapper is looked at once, however much is in it."""
    for above in _around(family):
        if above not in known:
            known[above] = doi_name(text(child(above, "doi"))) or doi_name(text(child(above, "header/identifier")))
        if known[above]:
            return known[above]
    return ""


def _around(family: etree._Element) -> Iterable[etree._Element]:
    """What a family is in, from the inside; of a deposit that is kept, nothing."""
    return () if family.getparent() is None else family.iterancestors()


def _carriers(family: etree._Element) -> list[tuple[etree._Element, str]]:
    """All nodes below a family that name a DOI as theirs, with it."""
    found = []
    for place in family.iter(*_DOI_PLACES):
        carrier = place.getparent() if local(place) == "doi_data" else place
        if carrier is not None:
            found += [(carrier, doi_name(text(part))) for part in place if local(part) == "doi"]
    return found


def _most_particular(family: etree._Element, carriers: dict[etree._Element, str]) -> Item:
    order = ITEMS if local(family) == "sa_component" else ITEMS[1:]
    for name in order:
        for node in carriers:
            if local(node) == name:
                return _item(node, family, carriers[node])
    if family in carriers:
        return _item(family, family, carriers[family])
    for name in order:
        for node in descendants(family, name):
            return _item(node, family, "")
    return _item(family, family, "")


def _item(node: etree._Element, family: etree._Element, doi: str) -> Item:
    family_parts = by_name(family)
    parts = family_parts if node is family else by_name(node)
    whole = next((found[0] for name, found in family_parts.items() if name in _WHOLES), None)
    if whole is node:
        whole = None
    facts: dict[str, str] = {}
    kind = ""
    for above in _around(family):
        for fact in children(above, "crm-item"):
            facts.setdefault(fact.get("name", ""), text(fact))
        asked = child(above, "doi")
        kind = kind or (asked.get("type", "") if asked is not None and doi_name(text(asked)) == doi else "")
    return Item(node, local(node), parts, family, local(family), family_parts, whole, by_name(whole), doi, facts, kind)
