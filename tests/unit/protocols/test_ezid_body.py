"""Bodies and query parameters (EZID API v2, "Request & response bodies")."""

from __future__ import annotations

import pytest

from pidstack.protocols.ezid.body import MAX_BODY_BYTES, is_yes, parameters, read_elements
from pidstack.protocols.ezid.words import BadRequest, BodyTooLarge
from pidstack.protocols.gateway import Request

CONTENT_TYPE = "If specified, Content-Type must be text/plain and encoding must be UTF-8"


def a_request(body: bytes = b"", content_type: str | None = None, query: dict[str, str] | None = None) -> Request:
    headers = {} if content_type is None else {"content-type": content_type}
    return Request("PUT", "/id/{identifier+}", "/id/x", query or {}, headers, body, "https://pid.example")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain; charset=utf-8",
        "text/plain;charset=UTF-8",
        "text/plain ; charset = Utf-8",
        "; charset=utf-8",
    ],
    ids=lambda text: text or repr(text),
)
def test_plain_text_in_utf_8_is_read(content_type: str | None) -> None:
    assert read_elements(a_request("ä: ö".encode(), content_type)) == {"ä": "ö"}


@pytest.mark.parametrize(
    "content_type",
    [
        "TEXT/PLAIN",
        "text/html",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain; charset=utf8",
        'text/plain; charset="UTF-8"',
        "text/plain; charset=iso-8859-1",
        "text/plain; charset=",
        "text/plain; charset",
        "text/plain; format=flowed",
        "text/plain; charset=utf-8; charset=latin-1",
    ],
)
def test_anything_else_is_refused_even_without_a_body(content_type: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read_elements(a_request(b"", content_type))

    assert str(refusal.value) == CONTENT_TYPE


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"a: \xff", "character decoding error", id="not utf-8"),
        pytest.param(b"a: \xc3", "character decoding error", id="cut short"),
        pytest.param(b"a: \xed\xa0\x80", "character decoding error", id="a surrogate"),
        pytest.param("a: é".encode("utf-16"), "character decoding error", id="utf-16"),
        pytest.param(b"a", "ANVL parse error (no colon in line)", id="no colon"),
        pytest.param(b": a", "ANVL parse error (empty label)", id="no name"),
        pytest.param(b"a: 1\na: 2", "ANVL parse error (repeated label)", id="repeated"),
        pytest.param(b"a: 1\n%61: 2", "ANVL parse error (repeated label)", id="repeated in disguise"),
        pytest.param(b" a: 1", "ANVL parse error (no previous label for continuation line)", id="continues nothing"),
        pytest.param(b"a: 1\n\n b", "ANVL parse error (no previous label for continuation line)", id="continues after a gap"),
        pytest.param(b"a: 100%", "ANVL parse error (percent-decode error)", id="stray percent"),
        pytest.param(b"a%: 1", "ANVL parse error (percent-decode error)", id="stray percent in the name"),
    ],
)
def test_a_malformed_body_is_told_why(body: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read_elements(a_request(body))

    assert str(refusal.value) == message


def test_a_body_may_be_so_large_and_no_larger() -> None:
    assert len(read_elements(a_request(b"a: " + b"x" * (MAX_BODY_BYTES - 3)))["a"]) == MAX_BODY_BYTES - 3

    with pytest.raises(BodyTooLarge) as refusal:
        read_elements(a_request(b"a: " + b"x" * (MAX_BODY_BYTES - 2)))

    assert refusal.value.status == 413


def test_a_parameter_that_the_operation_does_not_know_is_named() -> None:
    with pytest.raises(BadRequest) as refusal:
        parameters(a_request(query={"näme": "x"}), "other")

    assert str(refusal.value) == "unrecognized URL query parameter 'n&#228;me'"


@pytest.mark.parametrize(("value", "means"), [("yes", True), ("YES", True), ("no", False), ("No", False)])
def test_yes_and_no_are_read_in_any_case(value: str, means: bool) -> None:
    assert is_yes({"p": value}, "p") is means


def test_a_parameter_that_is_not_given_says_no() -> None:
    assert is_yes({}, "p") is False


@pytest.mark.parametrize("value", ["", "true", "1", "yes "])
def test_another_word_is_refused(value: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        is_yes({"p": value}, "p")

    assert str(refusal.value).startswith("invalid value for URL query parameter '")
