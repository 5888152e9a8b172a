"""What is let through, what is refused and why, and what refusing costs."""

from __future__ import annotations

import subprocess
import sys
import time
from textwrap import dedent

import pytest
from lxml import etree

from pidstack.formats import safe_xml
from pidstack.formats.errors import Reason, Unreadable

_XI = "http://www.w3.org/2001/XInclude"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _attributes(name: str, many: int) -> str:
    return " ".join(f"{name}{number}='u'" for number in range(many))


ATTACKS = {
    "billion laughs": (f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]><a>&l9;</a>', Reason.FORBIDDEN),
    "quadratic blowup": (f'<!DOCTYPE a [<!ENTITY b "{"x" * 100_000}">]><a>{"&b;" * 20_000}</a>', Reason.FORBIDDEN),
    "external entity": ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', Reason.FORBIDDEN),
    "parameter entity": ('<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x"> %b;]><a/>', Reason.FORBIDDEN),
    "external subset": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', Reason.FORBIDDEN),
    "bare document type": ("<!DOCTYPE a><a/>", Reason.FORBIDDEN),
    "inclusion": (f'<a xmlns:xi="{_XI}"><xi:include href="/etc/passwd" parse="text"/></a>', Reason.FORBIDDEN),
    "undeclared entity": ("<a>&b;</a>", Reason.NOT_WELL_FORMED),
    "deep nesting": ("<a>" * 500_000 + "</a>" * 500_000, Reason.TOO_LARGE),
    "not quite so deep nesting": ("<a>" * 65 + "</a>" * 65, Reason.TOO_LARGE),
    "huge text": (f"<a>{'x' * 3_000_000}</a>", Reason.TOO_LARGE),
    "huge comment and text": (f"<a><!--{'x' * 1_000_000}-->{'y' * 2_000_001}</a>", Reason.TOO_LARGE),
    "huge document": ("x" * 5_000_000, Reason.TOO_LARGE),
    "huge name": (f"<{'a' * 3_000_000}/>", Reason.TOO_LARGE),
    "flood of elements": (f"<a>{'<b/>' * 900_000}</a>", Reason.TOO_LARGE),
    "flood of attributes": (f"<a {_attributes('a', 300_000)}/>", Reason.TOO_LARGE),
    "flood of namespaces": (f"<a {_attributes('xmlns:a', 200_000)}/>", Reason.TOO_LARGE),
    "attributes in each element": ("<a>" + f"<b {_attributes('a', 60)}/>" * 8_000 + "</a>", Reason.TOO_LARGE),
    "tag that never ends": (f"<a {'x ' * 1_900_000}", Reason.NOT_WELL_FORMED),
    "nothing but openings": ("<" * 3_900_000, Reason.TOO_LARGE),
}
attack = pytest.mark.parametrize(("document", "reason"), ATTACKS.values(), ids=ATTACKS.keys())


@attack
def test_an_attack_is_refused_with_its_reason(document: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        safe_xml.parse(document)

    assert refused.value.reason is reason
    assert len(str(refused.value)) < 300


@attack
def test_an_attack_is_refused_with_the_same_reason_where_comments_are_kept(document: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        safe_xml.parse(document, keep_comments=True)

    assert refused.value.reason is reason


def test_comments_and_processing_instructions_are_kept_for_those_who_ask() -> None:
    document = "<a>x<!-- y --><b/><?z z?></a>"

    assert etree.tostring(safe_xml.parse(document), encoding="unicode") == "<a>x<b/></a>"
    assert etree.tostring(safe_xml.parse(document, keep_comments=True), encoding="unicode") == document


@attack
def test_an_attack_costs_less_than_a_tenth_of_a_second(document: str, reason: Reason) -> None:
    def cost_s() -> float:
        before = time.process_time()
        with pytest.raises(Unreadable):
            safe_xml.parse(document)
        return time.process_time() - before

    # Once is enough: what else the machine does only makes it slower.
    assert any(cost_s() < 0.1 for _ in range(10))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on a process is Linux's")
@attack
def test_an_attack_needs_less_than_64_megabytes(document: str, reason: Reason) -> None:
    program = dedent("""
        import pathlib, resource, sys
        from pidstack.formats import safe_xml
        from pidstack.formats.errors import Unreadable
        document = sys.stdin.buffer.read().decode()
        in_use = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + int(sys.argv[1]),) * 2)
        try:
            safe_xml.parse(document)
        except Unreadable as refused:
            print(refused.reason.name)
    """)

    command = [sys.executable, "-c", program, str(64_000_000)]
    done = subprocess.run(command, input=document.encode(), capture_output=True, check=False)  # noqa: S603

    assert done.stdout.decode().strip() == reason.name, done.stderr.decode()


@pytest.mark.parametrize(
    ("document", "reason", "line", "column"),
    [
        pytest.param('<?xml version="1.1"?><a/>', Reason.XML_VERSION, 1, 1, id="XML 1.1"),
        pytest.param('<?xml version="1.0" encoding="latin1"?><a/>', Reason.ENCODING, 1, 1, id="another encoding declared"),
        pytest.param("<a>é</a>".encode("utf-16"), Reason.NOT_UTF8, 0, 0, id="another encoding used"),
        pytest.param("<a>é</a>".encode("latin-1"), Reason.NOT_UTF8, 0, 0, id="Latin 1 bytes"),
        pytest.param("<a>\ud800</a>", Reason.NOT_UTF8, 0, 0, id="half a character"),
        pytest.param("<a>\x01</a>", Reason.NOT_WELL_FORMED, 1, 4, id="control character"),
        pytest.param("<a>\n <b></a>", Reason.NOT_WELL_FORMED, 2, 7, id="mismatched tags"),
        pytest.param("<a x='1' x='2'/>", Reason.NOT_WELL_FORMED, 1, 10, id="attribute twice"),
        pytest.param("<p:a/>", Reason.NOT_WELL_FORMED, 1, 1, id="unbound prefix"),
        pytest.param("", Reason.NOT_WELL_FORMED, 1, 1, id="empty"),
        pytest.param("no markup", Reason.NOT_WELL_FORMED, 1, 1, id="text"),
        pytest.param(' <?xml version="1.0"?><a/>', Reason.NOT_WELL_FORMED, 1, 2, id="blank before the declaration"),
        pytest.param("<?xml version='1.0' colour='red'?><a/>", Reason.NOT_WELL_FORMED, 1, 1, id="odd declaration"),
    ],
)
def test_a_broken_document_is_refused_with_its_place(document: str | bytes, reason: Reason, line: int, column: int) -> None:
    with pytest.raises(Unreadable) as refused:
        safe_xml.parse(document)

    assert (refused.value.reason, refused.value.line, refused.value.column) == (reason, line, column)


def test_a_refusal_names_the_element_that_it_stands_in() -> None:
    with pytest.raises(Unreadable, match="mismatched tag, line 1, column 18, in element title") as refused:
        safe_xml.parse("<a><title>Tides</a></title>")

    assert refused.value.element == "title"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<a>é</a>', id="full declaration"),
        pytest.param("<?xml version='1.0' encoding='utf8'?><a>é</a>", id="utf8"),
        pytest.param("\ufeff<a>é</a>", id="byte order mark"),
        pytest.param("\ufeff<a>é</a>".encode(), id="bytes with a byte order mark"),
        pytest.param("\n <a>é</a>\n", id="blanks around"),
        pytest.param("<?xml-stylesheet href='x'?><!-- a --><a>é</a>", id="comment and instruction before"),
        pytest.param("<a><!-- <!DOCTYPE a> --><![CDATA[é]]></a>", id="document type in a comment"),
        pytest.param("<a>&#233;</a>", id="character reference"),
    ],
)
def test_a_harmless_document_is_parsed(document: str | bytes) -> None:
    assert safe_xml.parse(document).text == "é"


def test_text_is_whole_where_comments_and_instructions_interrupt_it() -> None:
    assert safe_xml.parse("<a>one <!-- x -->two <?y z?>three <![CDATA[<four>]]></a>").text == "one two three <four>"


def test_a_text_of_one_megabyte_is_let_through() -> None:
    assert len(safe_xml.parse(f"<a>{'x' * 1_000_000}</a>").text or "") == 1_000_000


def test_places_are_bytes_lines_and_columns_of_the_text_as_given() -> None:
    document = '<?xml version="1.0"?>\n<a x="1">\n é<b y=">"/><c>t</c></a>'

    root, empty, last = safe_xml.places(document)

    data = document.encode()
    assert data[root.start : root.content] == b'<a x="1">'
    assert data[root.end :] == b"</a>"
    assert data[empty.start : empty.end] == b'<b y=">"/>'
    assert (empty.line, empty.empty_tag) == (3, True)
    assert data[last.content : last.end] == b"t"


def test_places_of_one_depth_are_those_of_the_children() -> None:
    document = "<a><b><c/></b><d/></a>"

    assert [document[place.start : place.start + 2] for place in safe_xml.places(document, depth=2)] == ["<b", "<d"]
