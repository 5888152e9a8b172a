"""Dictionaries in the EZ API's reading of ANVL."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.protocols.ez.dictionary import DictionaryError, format_pairs, parse, undo_form
from pidstack.protocols.ez.elements import KNOWN
from pidstack.protocols.vocabulary import xml_safe

steady = settings(derandomize=True, deadline=None)
plain = st.text(max_size=30).map(lambda text: xml_safe(text).strip())
dictionaries = st.dictionaries(plain.filter(bool), plain, max_size=5)

READ = {
    "nothing": ("", {}),
    "plain": ("_target: https://example.org/\n_status: reserved", {"_target": "https://example.org/", "_status": "reserved"}),
    "line_ends_of_all_kinds": ("a: 1\r\nb: 2\rc: 3\n\n", {"a": "1", "b": "2", "c": "3"}),
    "unicode_line_separators_are_text": ("a: 1\u20282\x853", {"a": "1\u20282\x853"}),
    "first_colon_splits": ("a:b: c", {"a": "b: c"}),
    "encoded_colon_does_not_split": ("a%3Ab: c", {"a:b": "c"}),
    "empty_value": ("a:\nb:  ", {"a": "", "b": ""}),
    "comment": ("# a: 1\na: 2", {"a": "2"}),
    "comment_ends_no_element": ("a: 1\n# x\n  2", {"a": "1 2"}),
    "continuation_of_an_empty_value": ("a:\n  1\n\t2", {"a": "1 2"}),
    "blank_continuation": ("a: 1\n   \n 2", {"a": "1 2"}),
    "encoded_line_ends": ("a: <a>%0A  <b/>%0D%0A</a>", {"a": "<a>\n  <b/>\r\n</a>"}),
    "decoded_once": ("a: %2541 %252541", {"a": "%41 %2541"}),
    "bytes_of_utf8": ("a: caf%C3%A9", {"a": "caf\u00e9"}),
    "code_point": ("a: caf%E9%0A", {"a": "caf\u00e9"}),
    "stray_percent": ("a: 100% sure, 50%zz, %4", {"a": "100% sure, 50%zz, %4"}),
    "plus": ("a: b+c", {"a": "b+c"}),
    "not_for_xml": ("a\x00: b%00c\ufffe", {"a": "b c"}),
}
REFUSED = {
    "no_colon": ("a: 1\nb", "no colon in line"),
    "no_name": (": 1", "empty label"),
    "no_name_after_decoding": ("%20: 1", "empty label"),
    "repeated": ("a: 1\nb: 2\na : 3", "repeated label"),
    "repeated_after_decoding": ("a: 1\n%61: 3", "repeated label"),
    "continuation_first": (" a: 1", "no previous label for continuation line"),
    "continuation_after_empty_line": ("a: 1\n\n 2", "no previous label for continuation line"),
}
FORMS = {
    "punctuation": ("datacite:%20%3Ca%20b=%22%7Bc%7D%22/%3E", {"datacite": '<a b="{c}"/>'}),
    "line_ends": ("_target: http://a.example/%0D%0A_status: reserved%0adatacite: b", ["_target", "_status", "datacite"]),
    "line_end_in_a_value": ("datacite.title: sun%0Arising: a poem%0Adatacite", {"datacite.title": "sun\nrising: a poem\ndatacite"}),
    "encoded_percent": ("datacite.title: 100%2520", {"datacite.title": "100%20"}),
}


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=name) for name, case in READ.items()])
def test_a_dictionary_is_read_in_order(text: str, expected: Any) -> None:
    assert list(parse(text).items()) == list(expected.items())


@pytest.mark.parametrize(("text", "reason"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_what_is_no_dictionary_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DictionaryError, match=f"^{re.escape(reason)}$"):
        parse(text)


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=name) for name, case in FORMS.items()])
def test_a_form_is_undone(text: str, expected: Any) -> None:
    found = parse(undo_form(text, KNOWN))

    assert (found if isinstance(expected, dict) else list(found)) == expected


@steady
@given(dictionaries)
def test_what_is_written_reads_as_it_was(elements: Any) -> None:
    text = format_pairs(elements.items())

    assert parse(text) == elements
    assert len(text.split("\n")) == max(len(elements), 1)


@steady
@given(dictionaries)
def test_what_a_client_escapes_reads_as_it_was(elements: dict[str, str]) -> None:
    def escape(text: str) -> str:
        return re.sub("^#|[%:\r\n]", lambda found: f"%{ord(found[0]):02X}", text)

    body = "\n".join(f"{escape(name)}: {escape(value)}" for name, value in elements.items())

    assert parse(body) == elements


@steady
@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), plain, max_size=5))
def test_what_is_encoded_in_full_survives_a_form(elements: dict[str, str]) -> None:
    def encode(text: str) -> str:
        return "".join(f"%{byte:02X}" for byte in text.encode())

    body = "\n".join(f"{name}: {encode(value)}" for name, value in elements.items())

    assert parse(undo_form(body, KNOWN)) == elements


@steady
@given(st.text(alphabet="a: %0A#\t\n\r", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except DictionaryError:
        return
    assert all(name and name == name.strip() and value == value.strip() for name, value in found.items())
