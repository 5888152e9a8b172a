"""Loading a citation style into citeproc-py, with three things put right.

A part that stands in for a missing name is not printed a second time (citeproc-py 0.11 forgets that when a macro printed it), names
that a style wants in full are not cut to initials (it does not know `initialize`), and an entry has no number in front.
Rule: CSL 1.0.2, "Substitute", "Name" and "Bibliography".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from citeproc import STYLES_PATH, CitationStylesStyle
from citeproc.model import CitationStylesElement
from citeproc.model import Name as InitialisedName
from citeproc.model import Substitute as IncompleteSubstitute
from lxml import etree

_CSL = "http://purl.org/net/xbiblio/csl"
_TEXT = f"{{{_CSL}}}text"


class Substitute(IncompleteSubstitute):  # type: ignore[misc]
    """What is printed instead of a name, and then not again."""

    def add_to_repressed_list(self, child: Any, context: Any) -> None:
        """Note what the child printed: its variable, or those of the macro that it calls."""
        super().add_to_repressed_list(child, context)
        if macro := child.get("macro"):
            repressed = context.get_layout().repressed
            repressed[_TEXT] = repressed.get(_TEXT, []) + [name for name in self._variables(macro) if name == "title"]

    def _variables(self, macro: str) -> list[str]:
        """List the variables that a macro may print, also by way of other macros."""
        found: list[str] = []
        for text in self.get_macro(macro).iter(_TEXT):
            found += [text.get("variable")] if text.get("variable") else []
            found += self._variables(text.get("macro")) if text.get("macro") else []
        return found


class Name(InitialisedName):  # type: ignore[misc]
    """How names are printed."""

    def get_option(self, name: str, context: Any = None, sort_options: Any = None) -> Any:
        """Give an option's value; without initials there is nothing to write them with."""
        if name == "initialize-with" and self.get("initialize") == "false":
            return None
        return super().get_option(name, context, sort_options)


class _Style(CitationStylesStyle):  # type: ignore[misc]
    def __init__(self, path: Path, locale: str) -> None:
        """Parse a style as citeproc-py does, but with our `Name` and `Substitute`."""
        lookup = etree.ElementNamespaceClassLookup()
        classes: Any = lookup.get_namespace(_CSL)
        classes[None] = CitationStylesElement
        classes.update({each.__name__.replace("_", "-").lower(): each for each in CitationStylesElement.__subclasses__()})
        classes.update({"name": Name, "substitute": Substitute})
        self.parser = etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False)
        self.parser.set_element_class_lookup(lookup)
        self.xml = etree.parse(str(path), self.parser)
        self.root = root = cast("Any", self.xml.getroot())
        root.set_locale_list(locale, validate=False)


def load_style(name: str, locale: str) -> CitationStylesStyle:
    """Load a style by the name of its file, ours or one that comes with citeproc-py; the locale must be one that it knows."""
    ours = Path(__file__).parent / "styles" / f"{name}.csl"
    style = _Style(ours if ours.exists() else Path(STYLES_PATH) / ours.name, locale)
    for number in list(style.root.iterfind(f"{{{_CSL}}}bibliography//{_TEXT}[@variable='citation-number']")):
        number.getparent().remove(number)
    return style
