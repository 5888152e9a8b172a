"""ANVL in EZID's reading: every rule with the answer a real server gave, every fault with its reason."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.protocols.ezid.anvl import AnvlError, escape_label, escape_value, format_pairs, parse

steady = settings(derandomize=True, deadline=None)

READ = {
    "nothing": ("", {}),
    "one": ("erc.who: Proust", {"erc.who": "Proust"}),
    "order_is_kept": ("b: 1\na: 2", {"b": "1", "a": "2"}),
    "empty_value": ("a:\nb: x", {"a": "", "b": "x"}),
    "no_blank_after_colon": ("a:b", {"a": "b"}),
    "colon_in_value": ("_target: http://example.org/", {"_target": "http://example.org/"}),
    "continuation": ("erc.who: Proust,\n  Marcel\n\tIII", {"erc.who": "Proust, Marcel III"}),
    "continuation_of_nothing": ("erc.who:\n  Marcel", {"erc.who": "Marcel"}),
    "blank_continuation": ("erc.who: a\n   \n b", {"erc.who": "a b"}),
    "continuation_after_comment": ("erc.who: a\n# c\n b", {"erc.who": "a b"}),
    "encoded_continuation": ("a: 1\n %0Ab%3a ", {"a": "1 b:"}),
    "no_break_space_continues": ("a: 1\n\u00a0b", {"a": "1 b"}),
    "comments": ("# hi\nerc.who: a # not comment\n#last", {"erc.who": "a # not comment"}),
    "crlf": ("erc.who: a\r\nerc.what: b\r\n", {"erc.who": "a", "erc.what": "b"}),
    "cr": ("erc.who: a\rerc.what: b", {"erc.who": "a", "erc.what": "b"}),
    "blank_lines": ("\n\nerc.who: a\n\n\nerc.what: b\n\n", {"erc.who": "a", "erc.what": "b"}),
    "other_separators_are_text": ("erc.who: a\u2028b\u0085c\x0bd", {"erc.who": "a\u2028b\u0085c d"}),
    "escapes": ("erc.who: 100%25 %0A line %3A colon\nla%3Abel: v:w", {"erc.who": "100% \n line : colon", "la:bel": "v:w"}),
    "escape_is_a_code_point": ("erc.who: caf%C3%A9", {"erc.who": "caf\u00c3\u00a9"}),
    "escaped_control": ("erc.who: a%00b%07c%7Fd", {"erc.who": "a b c d"}),
    "escaped_tab_stays": ("a: b%09c", {"a": "b\tc"}),
    "noncharacters": ("a: b\ufffec\ufdd0d\U0010ffffe\ufdef", {"a": "b c d e\ufdef"}),
    "control_in_a_label": ("a%01b: c", {"a b": "c"}),
    "byte_order_mark": ("\ufefferc.who: a", {"\ufefferc.who": "a"}),
    "trimmed": ("my label : \t  a  b   ", {"my label": "a  b"}),
    "trimmed_after_decoding": ("%20a%0A: %0Ab%20", {"a": "b"}),
    "case_of_labels": ("ERC.Who: a\nerc.who: b", {"ERC.Who": "a", "erc.who": "b"}),
    "encoded_hash": ("%23a: b", {"#a": "b"}),
    "beyond_ascii": (
        "erc.who: caf\u00e9 \u4e2d\u6587\nerc.what: \U0001f600",
        {"erc.who": "caf\u00e9 \u4e2d\u6587", "erc.what": "\U0001f600"},
    ),
}

REFUSED = {
    "no_colon": ("just a line", "no colon in line"),
    "encoded_colon": ("a%3A b", "no colon in line"),
    "empty_label": (": value", "empty label"),
    "blank_label": ("%20: value", "empty label"),
    "control_label": ("%01: value", "empty label"),
    "repeated": ("a: 1\na: 2", "repeated label"),
    "repeated_encoded": ("a: 1\n%61: 2", "repeated label"),
    "repeated_untrimmed": ("a: 1\na : 2", "repeated label"),
    "only_blanks": ("  \n", "no previous label for continuation line"),
    "leading_continuation": (" cont", "no previous label for continuation line"),
    "continuation_after_empty_line": ("erc.who: a\n\n b", "no previous label for continuation line"),
    "continuation_after_comment_only": ("# c\n b", "no previous label for continuation line"),
    "percent_at_the_end": ("erc.who: 100%", "percent-decode error"),
    "percent_no_digits": ("erc.who: 100%zz", "percent-decode error"),
    "percent_one_digit": ("erc.who: 100%4", "percent-decode error"),
    "percent_in_label": ("100%: a", "percent-decode error"),
    "percent_in_continuation": ("a: b\n 100%", "percent-decode error"),
}


safe = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\r\n\u0085%:#"), max_size=30)
values = safe.map(str.strip)
labels = values.filter(bool)


@pytest.mark.parametrize(("body", "elements"), [pytest.param(*case, id=name) for name, case in READ.items()])
def test_a_body_is_read(body: str, elements: Any) -> None:
    assert list(parse(body).items()) == list(elements.items())


@pytest.mark.parametrize(("body", "reason"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_a_malformed_body_is_refused_with_its_reason(body: str, reason: str) -> None:
    with pytest.raises(AnvlError) as refusal:
        parse(body)

    assert refusal.value.reason == reason


def test_elements_are_written_one_a_line() -> None:
    pairs = [("success", "ark:/99999/fk4%3a"), ("a:b%", "1: 2\r\n3"), ("empty", "")]

    assert format_pairs(pairs) == "success: ark:/99999/fk4%253a\na%3Ab%25: 1: 2%0D%0A3\nempty: \n"


def test_a_label_is_no_comment() -> None:
    assert format_pairs([("#1", "#2")]) == "%231: #2\n"


def test_a_colon_is_escaped_in_a_label_only() -> None:
    assert escape_label("a:b") == "a%3Ab"
    assert escape_value("a:b") == "a:b"


@steady
@given(st.dictionaries(labels, values, max_size=6))
def test_what_is_written_reads_as_it_was(elements: Any) -> None:
    assert parse(format_pairs(elements.items())) == elements


@steady
@given(st.text(max_size=200) | st.text("ab%3A:#\n\r \t\x01", max_size=30))
def test_no_text_reads_as_elements_that_cannot_be_written_again(body: str) -> None:
    try:
        elements = parse(body)
    except AnvlError:
        return

    assert parse(format_pairs(elements.items())) == elements


def test_a_hundred_thousand_continuation_lines_are_joined_in_linear_time() -> None:
    body = "erc.what:" + "\n twenty characters a" * 100_000

    started_s = time.process_time()
    value = parse(body)["erc.what"]

    assert value == " ".join(["twenty characters a"] * 100_000)
    assert time.process_time() - started_s < 5
