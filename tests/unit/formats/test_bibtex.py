"""BibTeX, read back by an independent parser."""

from typing import Any

import bibtexparser
import pytest
from bibtexparser import middlewares
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, Metadata, Publisher, Subject, Title, Types
from pidstack.formats.bibtex import write_bibtex
from pidstack.formats.cited import Cited, one_line, plain
from tests.unit.formats.cited_examples import ARTICLE, HOSTILE, NASTY

steady = settings(derandomize=True, deadline=None, max_examples=200)
# Commands of LaTeX's text font that the parser's own table lacks or gives another character for.
MORE_COMMANDS = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
NAMES = [middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()]


def decoder() -> Any:
    """Give what turns TeX commands into the characters they stand for."""
    commands = get_default_latex_context_db()
    macros = [MacroTextSpec(name, text) for name, text in MORE_COMMANDS.items()]
    commands.add_context_category("text", macros=macros, prepend=True)
    return LatexNodes2Text(latex_context=commands, keep_braced_groups=False, strict_latex_spaces=True)


def read(text: str, *, decode: Any = False) -> Any:
    """Give the only entry of a text, its TeX commands turned into characters if wanted."""
    more = [middlewares.LatexDecodingMiddleware(decoder=decoder())] if decode else []
    library = bibtexparser.parse_string(text, append_middleware=more)
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries) == 1
    return library.entries[0]


def cited(**properties: Any) -> Any:
    """Give something to cite that has these properties only."""
    return Cited(Metadata(**properties), Identifier.parse("doi:10.5072/FK2X"))


def test_an_independent_parser_reads_type_key_and_fields() -> None:
    entry = read(write_bibtex(ARTICLE), decode=True)

    assert (entry.entry_type, entry.key) == ("article", "https://doi.org/10.5072/notes_1843")
    fields = {field.key: field.value for field in entry.fields}
    assert fields["title"] == "Notes on the Analytical Engine: 100% of R&D"
    assert (fields["pages"], fields["volume"], fields["issue"], fields["year"]) == ("666-731", "3", "2", "1843")


def test_an_independent_parser_finds_the_same_authors() -> None:
    library = bibtexparser.parse_string(write_bibtex(ARTICLE), append_middleware=NAMES)

    authors = library.entries[0]["author"]

    assert [(author.last, author.first) for author in authors] == [
        (["Lovelace"], ["Ada"]),
        (["Menabrea"], ["Luigi", "Federico"]),
        (["{Society for Engines and Looms}"], []),
    ]


def test_a_name_with_an_and_or_a_comma_inside_stays_one_name() -> None:
    agents = (Agent("x", "Personal", "Ann and Bob", "Smith, Jr."), Agent("Doe, Jane"))

    library = bibtexparser.parse_string(write_bibtex(cited(creators=agents)), append_middleware=NAMES)

    assert [author.last for author in library.entries[0]["author"]] == [["{Smith, Jr.}"], ["Doe"]]


def test_hostile_text_stays_in_its_field() -> None:
    entry = read(write_bibtex(HOSTILE), decode=True)

    assert [field.key for field in entry.fields if field.key not in ARTICLE_FIELDS] == []
    assert entry["title"] == plain(NASTY)
    assert entry["publisher"] == one_line(NASTY).replace("<b>", "").replace("</b>", "")


ARTICLE_FIELDS = [field.key for field in read(write_bibtex(ARTICLE)).fields]


@steady
@given(st.text(st.characters(exclude_categories=("Cs", "Cn", "Co", "Mn", "Zs"), include_characters=" "), max_size=30))
def test_any_title_is_read_back(title: str) -> None:
    source = one_line(plain(title))

    entry = read(write_bibtex(cited(titles=(Title(title),))), decode=True)

    assert (entry["title"] if source else entry.get("title")) == (source or None)


@steady
@given(st.text("{}\\%#&$_~^\"' ,=()<>ab", min_size=1, max_size=12))
def test_braces_balance_whatever_is_written(text: str) -> None:
    written = write_bibtex(
        cited(titles=(Title(text),), publisher=Publisher(text), subjects=(Subject(text),), creators=(Agent(text),))
    )

    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_a_link_is_not_escaped_but_cannot_end_its_field() -> None:
    entry = read(
        write_bibtex(Cited(Metadata(), Identifier.parse("ark:/99999/fk4x"), url="https://example.org/a_b?c=%20&d={x}#e f"))
    )

    assert entry["url"] == "https://example.org/a_b?c=%20&d=%7Bx%7D#e%20f"
    assert entry.key == "https://n2t.net/ark:/99999/fk4x"


@pytest.mark.parametrize("kind", ["comment", "string", "preamble", "Article{", "", "x y"])
def test_an_entry_type_that_is_none_becomes_misc(kind: str) -> None:
    assert write_bibtex(cited(types=Types("Other", bibtex=kind))).startswith("@misc{")
