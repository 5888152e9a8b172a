"""Bodies in the EZ API's reading, which differs from EZID's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.protocols.ez.anvl import ELEMENTS, parse

steady = settings(derandomize=True, deadline=None)

XML = '<resource a="{b}">\n  <title>T: t</title>\n</resource>'

READ = {
    "nothing": ("", {}),
    "plain": ("_target: https://example.org/\n_status: reserved", {"_target": "https://example.org/", "_status": "reserved"}),
    "crlf": (
        "_target: https://example.org/\r\n_profile: datacite\r\n",
        {"_target": "https://example.org/", "_profile": "datacite"},
    ),
    "encoded_line_ends": ("datacite: <a>%0A  <b/>%0D%0A</a>", {"datacite": "<a>\n  <b/>\r\n</a>"}),
    "colon_without_blank_splits_nothing": ("_target:https://example.org/", {}),
    "first_colon_with_blank_splits": ("_status: unavailable | a: b", {"_status": "unavailable | a: b"}),
    "no_separator": ("_target\ngarbage\n\n", {}),
    "empty_value": ("_target: \n", {"_target": ""}),
    "unknown_elements": ("_owner: x\nerc.who: y\n_crossref: yes\n_profile: datacite", {"_profile": "datacite"}),
    "comment_is_an_unknown_element": ("# _target: a\n_target: b", {"_target": "b"}),
    "continuation_is_not_joined": ("datacite.title: a\n  b", {"datacite.title": "a"}),
    "last_of_repeated": ("_target: a\n_status: x\n_target: b", {"_target": "b", "_status": "x"}),
    "label_encoded": ("datacite%2525: a\n_target%0D: b", {"_target": "b"}),
    "utf8_escapes": ("datacite.creator: caf%C3%A9", {"datacite.creator": "caf\u00e9"}),
    "utf8": ("datacite.creator: caf\u00e9", {"datacite.creator": "caf\u00e9"}),
    "stray_percent": ("datacite.title: 100% sure, 50%zz", {"datacite.title": "100% sure, 50%zz"}),
    "percent_decoded_twice": ("datacite.title: a%2541b%252541", {"datacite.title": "aAb%41"}),
    "encoded_target": ("_target: https%3A//example.org/a%2Bb+c", {"_target": "https://example.org/a+b+c"}),
    "form_punctuation": (
        "_profile:%20datacite%0Adatacite:%20%3Ca%20b=%22%7Bc%7D%22/%3E",
        {"_profile": "datacite", "datacite": '<a b="{c}"/>'},
    ),
    "form_line_ends": (
        "_target: http://a.example/%0D%0A_status: reserved%0adatacite.title: b%0Acd%0Aris: TY  - X",
        {"_target": "http://a.example/", "_status": "reserved", "datacite.title": "b\ncd", "ris": "TY  - X"},
    ),
    "text_that_only_begins_like_an_element": (
        "datacite.title: sun%0Arising: a poem%0Adatacite",
        {"datacite.title": "sun\nrising: a poem\ndatacite"},
    ),
}


def escaped(value):
    """Encode a value the way the service undoes it: as a URL, and its percent signs once more as ANVL."""
    return "".join(f"%25{byte:02X}" for byte in value.encode())


@pytest.mark.parametrize(("body", "elements"), [pytest.param(*case, id=name) for name, case in READ.items()])
def test_a_body_is_read(body, elements):
    assert list(parse(body).items()) == list(elements.items())


@pytest.mark.parametrize("encode", [escaped, lambda xml: xml.replace("\n", "%0A")], ids=["in_full", "line_ends_only"])
def test_a_document_arrives_as_it_was(encode):
    assert parse(f"_profile: datacite\ndatacite: {encode(XML)}\n_target: https://example.org/")["datacite"] == XML


@steady
@given(st.dictionaries(st.sampled_from(sorted(ELEMENTS)), st.text(max_size=30).map(str.strip), max_size=4))
def test_what_is_encoded_in_full_arrives_as_it_was(elements):
    body = "\n".join(f"{label}: {escaped(value)}" for label, value in elements.items())

    assert parse(body) == elements


@steady
@given(st.text(max_size=200))
def test_no_body_is_refused(body):
    assert set(parse(body)) <= ELEMENTS
