"""Documents as plain values: they say what libxml2 reads, whoever wrote them and in whatever spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pidstack.formats import plain_xml, safe_xml
from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.plain_xml import (
    Node,
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

steady = settings(derandomize=True, deadline=None, max_examples=150)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DOCUMENT = """<?xml version="1.0"?>
<journal xmlns="http://www.crossref.org/schema/5.3.1" xmlns:j="http://www.ncbi.nlm.nih.gov/JATS1">
  <titles><title xml:lang="pt">Maré <i>baixa</i>,\n maré</title><title/></titles>
  <j:abstract j:kind="short"><j:p>One &amp; <j:b>two</j:b></j:p><j:p>three&#8201;&lt;4&gt;</j:p></j:abstract>
  <issn media_type="print">12345679</issn>
  <issn media_type='electro"nic'>2049-3630</issn>
</journal>"""


@pytest.fixture
def journal() -> Node:
    return plain_xml.kept(DOCUMENT.encode())


def test_elements_are_found_by_paths_of_names_whatever_their_namespace(journal: Node) -> None:
    parts = by_name(journal)

    assert list(parts) == ["titles", "abstract", "issn"]
    assert [text(each) for each in children(journal, "abstract", "p")] == ["One & two", "three <4>"]
    assert [text(each) for each in within(parts, "abstract", "p", "b")] == ["two"]
    assert (text_at(journal, "titles", "title"), text_in(parts, "titles", "title")) == ("Maré baixa, maré",) * 2
    assert (child(journal, "titles", "subtitle"), child(None, "titles")) == (None, None)
    assert (list(children(None)), list(within(parts, "pages"))) == ([], [])
    assert (text_at(journal, "pages"), text_in(parts, "pages", "first_page"), text(None), by_name(None)) == ("", "", "", {})


def test_elements_are_found_at_any_depth_in_document_order(journal: Node) -> None:
    assert [text(each) for each in descendants(journal, "b", "issn")] == ["two", "12345679", "2049-3630"]
    assert [each[plain_xml.NAME] for each in leaves(journal)] == ["i", "title", "b", "p", "issn", "issn"]
    assert descendants(journal, "journal") == [journal]


def test_the_own_text_of_an_element_is_that_without_the_elements_in_it(journal: Node) -> None:
    assert [own_text(each) for each in descendants(journal, "p", "title")] == ["Maré , maré", "", "One &", "three <4>"]


def test_attributes_have_their_values_and_what_is_not_said_is_empty(journal: Node) -> None:
    first, second = children(journal, "issn")

    assert (said(first, "media_type"), said(second, "media_type")) == ("print", 'electro"nic')
    assert said(child(journal, "titles", "title") or first, "xml:lang") == "pt"
    assert (said(first, "language"), said(first, "language", "en")) == ("", "en")


SPELLINGS = [
    pytest.param("<a><b>x</b></a>", id="usual"),
    pytest.param("<a ><b\n>x</b ></a >", id="blanks in tags"),
    pytest.param("<a><b>x</b><!-- <c>y</c> --></a>", id="comment"),
    pytest.param("<a><?do <c>y</c>?><b>x</b></a>", id="instruction"),
    pytest.param("<a><b><![CDATA[x]]></b></a>", id="section"),
    pytest.param("<a><b><![CDATA[]]>&#x78;</b></a>", id="reference"),
    pytest.param("<!-- first --><a><b>x</b></a><!-- last -->", id="comments around it"),
    pytest.param("\ufeff<a><b>x</b></a>", id="byte order mark"),
    pytest.param("<?xml version='1.0' encoding='utf-8'?>\n<a><b>x</b></a>\n", id="declaration"),
    pytest.param("<n:a xmlns:n='urn:n'><n:b>x</n:b></n:a>", id="prefix"),
]


@pytest.mark.parametrize("document", SPELLINGS)
def test_however_a_document_is_spelt_it_says_the_same(document: str) -> None:
    for root in (plain_xml.kept(document.encode()), plain_xml.given(document)):
        assert (root[plain_xml.NAME], [(name, text(each)) for name, (each,) in by_name(root).items()]) == ("a", [("b", "x")])


@pytest.mark.parametrize(
    "document",
    [
        "<a><b>1 > 0</b></a>",
        "<a><b>1 > 0 > -1</b>c</a>",
        "<a>x>y</a>",
        "<a>x>y<b>z>w</b></a>",
        "<a b='1>0'>x</a>",
        "<a b='1\t0\n&#10;&amp;'>x</a>",
        "<a b='1>0' c='>'>x</a>",
    ],
)
def test_brackets_that_are_none_of_a_tag_and_blanks_in_one_are_what_libxml2_takes_them_for(document: str) -> None:
    assert plain(plain_xml.kept(document.encode())) == of_tree(etree.fromstring(document))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param("<a><b></a>", Reason.NOT_WELL_FORMED, id="an end is missing"),
        pytest.param("<a></b></a>", Reason.NOT_WELL_FORMED, id="a start is missing"),
        pytest.param("x<a/>", Reason.NOT_WELL_FORMED, id="text before it"),
        pytest.param("<a></a>x", Reason.NOT_WELL_FORMED, id="text behind it"),
        pytest.param("<a/><b/>", Reason.NOT_WELL_FORMED, id="two documents"),
        pytest.param("no markup", Reason.NOT_WELL_FORMED, id="text"),
        pytest.param("", Reason.NOT_WELL_FORMED, id="nothing"),
        pytest.param("<a>&b;</a>", Reason.NOT_WELL_FORMED, id="unknown entity"),
        pytest.param("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Reason.FORBIDDEN, id="document type"),
    ],
)
def test_what_is_no_document_is_refused(document: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        text(plain_xml.kept(document.encode()))

    assert refused.value.reason is reason


def test_tags_that_never_come_again_do_not_fill_the_memory() -> None:
    many = "".join(f'<b n="{number}"/>' for number in range(5000))

    root = plain_xml.kept(f"<a>{many}<c d='{'x' * 5000}'/></a>".encode())

    assert [said(each, "n") for each in children(root, "b")] == [str(number) for number in range(5000)]
    assert len(said(child(root, "c") or root, "d")) == 5000
    assert len(plain_xml._START_TAGS) <= 1024
    assert max(map(len, plain_xml._START_TAGS)) < 5000


def test_nodes_lead_to_the_elements_that_they_were_made_of() -> None:
    root = safe_xml.parse("<a><b><c/></b>x<b><c/><d/><c n='1'/></b></a>")
    node = plain_xml.plain(root)
    second = children(node, "b")[1]
    third = children(second, "c")[1]

    assert plain_xml.elements_of(root, (third, second, node)) == [root[1][2], root[1], root]
    assert plain_xml.elements_of(root, (node,)) == [root]


# What is written is read ---------------------------------------------------------------------------------------------------------
_characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\t\n &<>\"'/=;")
_texts = st.text(_characters, max_size=12)
_names = st.sampled_from(["a", "b", "title", "n-1", "é", "{urn:n}a", "{urn:n}program"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Any:
    element = etree.Element(draw(_names), {name: draw(_texts) for name in draw(st.sets(st.sampled_from(["x", "y-z", XML_LANG])))})
    element.text = draw(_texts)
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        part = draw(trees(depth - 1))
        part.tail = draw(_texts)
        element.append(part)
    return element


@steady
@given(tree=trees())
def test_whatever_libxml2_writes_is_read_as_libxml2_reads_it(tree: Any) -> None:
    document = etree.tostring(tree, encoding="utf-8")

    assert plain(plain_xml.kept(document)) == plain(plain_xml.given(document)) == of_tree(etree.fromstring(document))


def plain(node: Node) -> Any:
    name, attributes, _, parts = node
    return name, dict(attributes), text(node), own_text(node), [plain(part) for part in parts]


def of_tree(element: Any) -> Any:
    own = (element.text or "", *(part.tail or "" for part in element))
    return (
        etree.QName(element).localname,
        {name.replace(XML_LANG, "xml:lang"): value for name, value in element.attrib.items()},
        " ".join("".join(element.itertext()).split()),
        " ".join("".join(own).split()),
        [of_tree(part) for part in element],
    )
