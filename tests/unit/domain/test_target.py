"""Where an identifier may lead (EZID API v2, `_target`)."""

from __future__ import annotations

import pytest

from pidstack.domain import target
from pidstack.domain.errors import Invalid, InvalidRecord, TooLarge
from pidstack.domain.target import MAX_LENGTH, canonical_target, check_target


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://example.org/",
        "ftp://example.org/a;type=i",
        "ftps://example.org/a",
        "http://localhost:8080/x",
        "http://user:secret@example.org/",
        "http://192.0.2.1/x",
        "http://[2001:db8::1]:80/",
        "https://example.org./",
        "https://bücher.example/ä?ö#ü",
        "http://a-b.example.org?x",
        "http://example.org#f",
        "https://my_host.example.org/",
        "http://example.org/" + "x" * (MAX_LENGTH - len("http://example.org/")),
    ],
)
def test_an_absolute_url_passes(url: str) -> None:
    check_target(url)


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "//example.org/",
        "http:/example.org",
        "http://",
        "http:///x",
        "http://example",
        "http://example.org/a b",
        "http://example.org/a\nb",
        "http://-example.org/",
        "http://example..org/",
        "http://example.org:port/",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "HTTP://example.org/",
        "http://1.2.3/",
        " http://example.org/",
        "x",
    ],
)
def test_what_is_no_such_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        check_target(url)

    assert (refusal.value.field, str(refusal.value)) == ("target", "Enter a valid URL.")


def test_a_url_that_is_too_long_is_told_its_length() -> None:
    with pytest.raises(TooLarge) as refusal:
        check_target("http://example.org/" + "x" * 2000)

    assert str(refusal.value) == "Ensure this value has at most 2000 characters (it has 2019)."


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("😀", id="beyond the basic plane"),
        pytest.param("\x00", id="null"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\x1f", id="the last control character"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("\ufffe", id="no character"),
    ],
)
def test_characters_that_xml_or_the_basic_plane_lacks_are_refused(character: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_target(f"http://example.org/{character}")

    assert str(refusal.value) == "Illegal or disallowed Unicode character."


def test_all_other_characters_of_the_basic_plane_are_legal() -> None:
    every = "".join(map(chr, range(0x110000)))

    legal = target._ILLEGAL.sub("", every)

    assert legal == "\t\n\r" + "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0xFFFE)]))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("HTTP://Example.ORG/A", "http://Example.ORG/A", id="only the scheme changes its case"),
        pytest.param("http://x.org/${identifier}?${identifier}", "http://x.org/ark:/1/a%25?ark:/1/a%25", id="every placeholder"),
        pytest.param("http://x.org/$identifier", "http://x.org/$identifier", id="no placeholder"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_target_has_one_form(given: str, kept: str) -> None:
    assert canonical_target(given, "ark:/1/a%25") == kept


def test_a_hostile_target_is_refused_in_no_time() -> None:
    host = "http://" + "a." * 900 + "-"

    with pytest.raises(InvalidRecord):
        check_target(host)
