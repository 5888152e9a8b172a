"""A Crossref deposit is kept as EZID keeps it, byte for byte, and refused in EZID's words."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pidstack.formats import crossref_deposit
from pidstack.formats.crossref_deposit import shown_deposit
from pidstack.formats.crossref_xml import read_crossref, stored_deposit
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.foreign_fixtures import DATA

EXCHANGES = DATA / "ezid" / "exchanges.jsonl"
BOOK = '<book {}book_type="monograph"><book_metadata><titles><title>T</title></titles>{}</book_metadata></book>'
DOI_DATA = "<doi_data><doi>10.5072/old</doi><timestamp>20240101</timestamp><resource>https://example.org/old</resource></doi_data>"
NAMESPACE = "http://www.crossref.org/schema/5.3.1"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
LOCATION = f'xsi:schemaLocation="{NAMESPACE} http://www.crossref.org/schema/deposit/crossref5.3.1.xsd"'


XML_TEXT = st.text(st.characters(min_codepoint=0x20, codec="utf-8", exclude_characters="\ufffe\uffff"))


def deposit(inside: str = DOI_DATA, namespace: str = NAMESPACE) -> Any:
    """Give a bare deposit of a book."""
    return BOOK.format(f'xmlns="{namespace}" ', inside)


def wrapped(body: str) -> Any:
    """Give a batch with something in its body."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<doi_batch xmlns="{NAMESPACE}"><head/><body>\n{body}\n</body></doi_batch>'


def kept(doi: str, target: str) -> Any:
    """Give what is kept between the start tag and the end."""
    doi_data = f"<doi_data><doi>{doi}</doi><resource>{target}</resource></doi_data>"
    return BOOK.format("", doi_data).partition('book_type="monograph"')[2]


def test_the_doi_and_its_target_are_put_in() -> None:
    stored = stored_deposit(deposit(), "10.5072/FK2X", "https://example.org/new?a=1&b=2")

    start = f'<?xml version="1.0"?>\n<book xmlns="{NAMESPACE}" {XSI} book_type="monograph" {LOCATION}'
    assert stored == start + kept("10.5072/FK2X", "https://example.org/new?a=1&amp;b=2")


def test_a_reserved_deposit_says_that_both_are_to_be_assigned() -> None:
    assert stored_deposit(deposit()).endswith(kept("(:tba)", "(:tba)"))


def test_wrappers_are_taken_off() -> None:
    stored = stored_deposit(wrapped(BOOK.format("", DOI_DATA)))

    assert stored.startswith(f'<?xml version="1.0"?>\n<book {XSI} xmlns="{NAMESPACE}" book_type="monograph" {LOCATION}>')
    assert stored.endswith("</book>")


def test_a_schema_location_that_was_there_is_put_right() -> None:
    given = deposit().replace("<book ", f'<book {XSI} xsi:schemaLocation="a b" ')

    assert LOCATION in stored_deposit(given)
    assert "a b" not in stored_deposit(given)


def test_comments_and_processing_instructions_are_kept_as_ezid_keeps_them() -> None:
    remarked = f"<!-- 1 & 2 -->{DOI_DATA}<?press run='2'?><!-- é -->"

    stored = stored_deposit(wrapped(f"<!-- before -->{BOOK.format('', remarked)}<?after?>"))

    doi_data = "<doi_data><doi>(:tba)</doi><resource>(:tba)</resource></doi_data>"
    assert stored.endswith(f"<!-- 1 & 2 -->{doi_data}<?press run='2'?><!-- é --></book_metadata></book>")
    assert stored_deposit(stored) == stored


def test_comments_are_no_second_element_of_a_body() -> None:
    with pytest.raises(Unreadable, match="malformed Crossref submission metadata"):
        stored_deposit(wrapped("<!-- only this --><?and this?>"))


@pytest.mark.parametrize("old", ["<!-- was -->10.5072/old", "10.5072/<!-- x -->old<?y?>", "<i>10.5072/</i>old"])
def test_nothing_of_an_old_doi_or_target_stays_behind_a_comment(old: str) -> None:
    stored = stored_deposit(
        deposit(f"<doi_data><doi>{old}</doi><resource>{old}</resource></doi_data>"), "10.5072/FK2X", "https://a.org/"
    )

    assert stored.endswith(kept("10.5072/FK2X", "https://a.org/"))


def test_keeping_twice_changes_nothing() -> None:
    once = stored_deposit(wrapped(BOOK.format("", DOI_DATA)), "10.5072/FK2X", "https://example.org/")

    assert stored_deposit(once, "10.5072/FK2X", "https://example.org/") == once


def test_what_is_kept_reads_as_what_was_given() -> None:
    assert read_crossref(stored_deposit(deposit())) == read_crossref(deposit())


@settings(derandomize=True, deadline=None)
@given(doi=XML_TEXT, target=XML_TEXT)
def test_whatever_is_put_in_comes_out_again(doi: str, target: str) -> None:
    found = etree.fromstring(stored_deposit(deposit(), doi, target).encode()).find(".//{*}doi_data")

    assert (found.findtext("{*}doi"), found.findtext("{*}resource")) == (doi, target)


@pytest.mark.parametrize("version", ["4.3.0", "4.3.8", "4.4.2", "5.3.1", "5.4.0"])
def test_four_generations_of_the_schema_are_taken(version: str) -> None:
    stored = stored_deposit(deposit(namespace=f"http://www.crossref.org/schema/{version}"))

    assert f"http://www.crossref.org/schema/deposit/crossref{version}.xsd" in stored


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<foo/>", "not Crossref submission metadata"),
        (deposit(namespace="http://www.crossref.org/schema/4.2.0"), "not Crossref submission metadata"),
        (deposit(namespace="http://www.crossref.org/schema/5.5.0"), "not Crossref submission metadata"),
        (deposit(namespace="http://www.crossref.org/schema/5.3.10"), "not Crossref submission metadata"),
        (deposit(namespace="http://www.crossref.org/xschema/1.1"), "not Crossref submission metadata"),
        (f'<doi_batch xmlns="{NAMESPACE}"><head/></doi_batch>', "malformed Crossref submission metadata"),
        (wrapped(""), "malformed Crossref submission metadata"),
        (wrapped(deposit() + deposit()), "malformed Crossref submission metadata"),
        (wrapped('<foo xmlns="urn:x"/>'), "malformed Crossref submission metadata"),
        (f'<grant xmlns="{NAMESPACE}">{DOI_DATA}</grant>', "XML document root is not a Crossref <body> child element"),
        (deposit(""), "XML document contains no <doi_data> element"),
        (deposit(DOI_DATA + DOI_DATA), "XML document contains more than one <doi_data> element"),
        (deposit("<doi_data><resource/></doi_data>"), "<doi_data> element contains no <doi> subelement"),
        (deposit("<doi_data><doi/><doi/><resource/></doi_data>"), "<doi_data> element contains more than one <doi> subelement"),
        (deposit("<doi_data><doi/></doi_data>"), "<doi_data> element contains no <resource> subelement"),
        (
            deposit("<doi_data><doi/><resource/><resource/></doi_data>"),
            "<doi_data> element contains more than one <resource> subelement",
        ),
        (
            deposit("<doi_data><doi/><resource/><collection><item><doi/></item></collection></doi_data>"),
            "<doi_data> element contains more than one <doi> subelement",
        ),
        (
            deposit("<doi_data><doi/><timestamp/><timestamp/><resource/></doi_data>"),
            "<doi_data> element contains more than one <timestamp> subelement",
        ),
        ('<?xml version="1.1"?>' + deposit(), "unsupported XML version"),
        ('<?xml version="1.0" encoding="latin1"?>' + deposit(), "XML encoding must be utf-8"),
        ('<?xml version="1.0" standalone="no"?>' + deposit(), "XML document must be standalone"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_that_clients_know(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        stored_deposit(text)

    assert str(refused.value) == message
    assert refused.value.field == "crossref"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<foo", Reason.NOT_WELL_FORMED),
        ("<!DOCTYPE book [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + deposit("&x;"), Reason.FORBIDDEN),
    ],
    ids=["broken", "entity"],
)
def test_what_is_not_safe_xml_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        stored_deposit(text)

    assert refused.value.reason is reason


def recorded() -> Any:
    """Pair each deposit that a running EZID was given with what it then showed."""
    if not EXCHANGES.is_file():
        return []
    sent, pairs = {}, []
    for line in EXCHANGES.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        exchange = json.loads(line)
        for field in (exchange["body"] or "").split("\n"):
            if field.startswith("crossref: <"):
                sent[exchange["path"].upper()] = field.removeprefix("crossref: ").replace("%0A", "\n")
        if exchange["method"] == "GET" and "\ncrossref: <" in (exchange["response_body"] or ""):
            view = dict(field.split(": ", 1) for field in exchange["response_body"].rstrip("\n").split("\n"))
            pairs.append(pytest.param(sent[exchange["path"].upper()], view, id=exchange["name"]))
    return pairs


@pytest.mark.skipif(not EXCHANGES.is_file(), reason="the recorded exchanges are not here")
@pytest.mark.parametrize(("sent", "view"), recorded())
def test_what_ezid_showed_is_what_is_kept(sent: Any, view: Any) -> None:
    status = view.get("_status", "public").partition(" ")[0]
    doi, target = view["success"].removeprefix("doi:"), view["_target"]
    if status == "unavailable":
        target = target.replace("/id/", "/tombstone/id/")

    stored = stored_deposit(sent) if status == "reserved" else stored_deposit(sent, doi, target)

    assert stored.replace("\n", "%0A") == view["crossref"]


PLAIN = stored_deposit(deposit())


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(PLAIN, id="as it is kept"),
        pytest.param(PLAIN.replace("<resource>", "\n  <resource>"), id="white space"),
        pytest.param(PLAIN.replace("<title>T", "<title>What? (:tba)"), id="the word elsewhere"),
        pytest.param(PLAIN.replace("<doi_data>", "<!-- <doi>(:tba)</doi> --><doi_data>"), id="a comment"),
        pytest.param(PLAIN.replace("<doi_data>", "<?doi (:tba)?><doi_data>"), id="an instruction"),
        pytest.param(PLAIN.replace("<doi>", '<doi a="b">'), id="an attribute"),
        pytest.param(PLAIN.replace('<?xml version="1.0"?>\n', ""), id="no declaration"),
        pytest.param(deposit(), id="never kept"),
    ],
)
@settings(derandomize=True, max_examples=30, deadline=None)
@given(XML_TEXT, XML_TEXT)
def test_what_is_kept_is_shown_as_if_it_came_anew(changed: Any, doi: str, target: str) -> None:
    assert shown_deposit(changed, doi, target) == stored_deposit(changed, doi, target)


def test_what_is_kept_is_shown_without_being_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(crossref_deposit, "_parse")

    assert shown_deposit(PLAIN, "10.5072/FK2X", "https://example.org/").endswith(kept("10.5072/FK2X", "https://example.org/"))
