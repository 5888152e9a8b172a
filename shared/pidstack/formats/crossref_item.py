"""Which part of a Crossref document is meant: the node that carries the DOI, and what stands around it.

A journal article's document also describes its journal and issue, each perhaps with a DOI of its own; so the node is found by its
DOI where one is known, and by how particular it is where none is.
Rule: Crossref deposit schema 5.4.0 and UNIXREF 1.1 (`doi_data`), UNIXSD query output 3.0 (`query`, `crm-item`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from pidstack.domain.values import value
from pidstack.formats.crossref_types import CONTAINERS, FAMILIES, ITEMS
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.outside_names import doi_name
from pidstack.formats.plain_xml import INSIDE, NAME, Node, Parts, by_name, child, children, descendants, said, text, text_at

Around: TypeAlias = tuple[Node, ...]
"""All that an element is in, from the inside; the last is the outermost."""

_WHOLES = frozenset(CONTAINERS)
_OWN_PLACES = frozenset({"component", "pending_publication"})  # carry a DOI without `doi_data`
# Nothing in these is an object of its own, and they are what most of a document consists of.
_DESCRIPTIONS = frozenset(
    {
        "abstract",
        "acceptance_date",
        "archive_locations",
        "citation_list",
        "contributors",
        "crossmark",
        "doi_data",
        "pages",
        "program",
        "publication_date",
        "publisher_item",
        "titles",
    }
)


@value(frozen=True, slots=True)
class Item:
    """One described object.

    Args:
        node: the element that carries its DOI, or would.
        around: all that the node is in.
        name: of the node.
        parts: what is directly in it.
        family: `journal`, `book`, ... around it; often the node itself.
        family_name: name of that.
        family_parts: what is directly in it.
        whole: the family's own metadata (`journal_metadata`, `book_metadata`, ...), None if it has none or is the node.
        whole_parts: what is directly in that.
        doi: lower case, empty if the document does not say.
        facts: what Crossref's query output adds, by name (`publisher-name`, `created`, `last-update`); the first of each.
        kind: Crossref's word for the kind of DOI (`book_title`), empty outside query output.
    """

    node: Node
    around: Around
    name: str
    parts: Parts
    family: Node
    family_name: str
    family_parts: Parts
    whole: Node | None
    whole_parts: Parts
    doi: str
    facts: dict[str, str]
    kind: str

    @property
    def whole_or_own(self) -> Parts:
        """What is directly in the whole, else in the node, which then is the whole."""
        return self.parts if self.whole is None else self.whole_parts


def find_item(root: Node, doi: str = "") -> Item:
    """Return the object that a document is about.

    Args:
        root: of a deposit, or of a record as Crossref gives it out, in whatever wrapper.
        doi: the object's DOI, where it is known; without one the document's own word counts (the query, the OAI-PMH header), and
            without that the most particular element.
    Raises:
        Unreadable: WRONG_RECORD: nothing of Crossref's is in it, or Crossref said that there is no such record.
    """
    families = list(_families(root, ()))
    if not families:
        raise _nothing(root)
    asked: dict[int, str] = {}
    given, first = doi_name(doi), _carriers(*families[0])
    for number, (family, outside) in enumerate(families):
        wanted = (given, _asked(outside, asked))
        for node, around, found in _carriers(family, outside) if number else first:
            if found and found in wanted:
                return _item(node, around, (family, outside), found)
    return _most_particular(*families[0], first)


def _families(node: Node, around: Around) -> Iterator[tuple[Node, Around]]:
    if node[NAME] in FAMILIES:
        yield node, around
        return
    for part in node[INSIDE]:
        yield from _families(part, (node, *around))


def _nothing(root: Node) -> Unreadable:
    error = next(iter(descendants(root, "error")), None)
    name = root[NAME][:100]
    words = f"root element is <{name}>" if error is None else f"the record says {text(error)[:200]}"
    return Unreadable(f"not Crossref metadata: {words}", Reason.WRONG_RECORD, "crossref", name if error is None else "error")


def _asked(outside: Around, known: dict[int, str]) -> str:
    """The DOI that the wrapper says the record is about; each wrapper is looked at once, however much is in it."""
    for wrapper in outside:
        if id(wrapper) not in known:
            known[id(wrapper)] = doi_name(text_at(wrapper, "doi")) or doi_name(text_at(wrapper, "header", "identifier"))
        if known[id(wrapper)]:
            return known[id(wrapper)]
    return ""


def _carriers(family: Node, outside: Around) -> list[tuple[Node, Around, str]]:
    """All nodes in a family that name a DOI as theirs, with it, in the order of the places where they do."""
    found = [(family, outside, doi) for doi in _dois(family)] if family[NAME] in _OWN_PLACES else []
    return found + _carriers_in(family, outside)


def _carriers_in(node: Node, around: Around) -> list[tuple[Node, Around, str]]:
    found = []
    inside = (node, *around)
    for part in node[INSIDE]:
        if not part[INSIDE]:
            continue
        if part[NAME] == "doi_data":
            found += [(node, around, doi) for doi in _dois(part)]
        elif part[NAME] in _OWN_PLACES:
            found += [(part, inside, doi) for doi in _dois(part)]
        if part[NAME] not in _DESCRIPTIONS:
            found += _carriers_in(part, inside)
    return found


def _dois(place: Node) -> list[str]:
    return [doi_name(text(part)) for part in place[INSIDE] if part[NAME] == "doi"]


def _most_particular(family: Node, outside: Around, carriers: list[tuple[Node, Around, str]]) -> Item:
    order = ITEMS if family[NAME] == "sa_component" else ITEMS[1:]
    last = {id(node): (node, around, doi) for node, around, doi in carriers}
    for name in order:
        for node, around, doi in last.values():
            if node[NAME] == name:
                return _item(node, around, (family, outside), doi)
    if id(family) in last:
        _, _, own = last[id(family)]
        return _item(family, outside, (family, outside), own)
    for name in order:
        for node, around in _named(family, outside, name):
            return _item(node, around, (family, outside), "")
    return _item(family, outside, (family, outside), "")


def _named(node: Node, around: Around, name: str) -> Iterator[tuple[Node, Around]]:
    if node[NAME] == name:
        yield node, around
    for part in node[INSIDE]:
        yield from _named(part, (node, *around), name)


def _item(node: Node, around: Around, inside: tuple[Node, Around], doi: str) -> Item:
    family, outside = inside
    family_parts = by_name(family)
    parts = family_parts if node is family else by_name(node)
    whole = next((found[0] for name, found in family_parts.items() if name in _WHOLES), None)
    if whole is node:
        whole = None
    facts: dict[str, str] = {}
    kind = ""
    for wrapper in outside:
        for fact in children(wrapper, "crm-item"):
            facts.setdefault(said(fact, "name"), text(fact))
        asked = child(wrapper, "doi")
        kind = kind or (said(asked, "type") if asked is not None and doi_name(text(asked)) == doi else "")
    return Item(node, around, node[NAME], parts, family, family[NAME], family_parts, whole, by_name(whole), doi, facts, kind)
