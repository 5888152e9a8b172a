"""Where redirects lead."""

from __future__ import annotations

import pytest

from pidstack.protocols.resolver.location import location_of
from pidstack.services.resolve import Found
from tests.builders import a_record

BASE = "https://ids.example.org"
OWN_PAGE = f"{BASE}/view/ark:/99999/fk4a"


def location(target: str, rest: str = "") -> str:
    return location_of(Found(a_record(target=target), rest), BASE)


@pytest.mark.parametrize(
    ("target", "rest", "leads_to"),
    [
        ("https://example.org/a", "", "https://example.org/a"),
        ("http://example.org/a?b=c#d", "", "http://example.org/a?b=c#d"),
        ("ftp://example.org/a", "", "ftp://example.org/a"),
        ("https://example.org/a", "/page?x=1", "https://example.org/a/page?x=1"),
        ("https://example.org/a?id=", "7", "https://example.org/a?id=7"),
        ("https://example.org/caf\u00e9?q=\u4e2d", "", "https://example.org/caf%C3%A9?q=%E4%B8%AD"),
        ("https://b\u00fccher.example/a", "", "https://xn--bcher-kva.example/a"),
        ("https://example.org/a%2Fb", "", "https://example.org/a%2Fb"),
        ("https://[2001:db8::1]:8080/a", "", "https://[2001:db8::1]:8080/a"),
        ('https://example.org/"<>\\', "", "https://example.org/%22%3C%3E%5C"),
    ],
)
def test_a_target_is_followed(target: str, rest: str, leads_to: str) -> None:
    assert location(target, rest) == leads_to


@pytest.mark.parametrize(
    "target",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org/a",
        "https:example.org",
        "https://exam ple.org/",
        "https://example.org/\r\nSet-Cookie: a=b",
        "https://example.org/\x01",
        "file:///etc/passwd",
        "https://" + "a" * 2000 + ".org/",
        f"{BASE}/ark:/99999/fk4a",
        f"{BASE}/ark:99999/fk4-a",
        f"{BASE.upper()}/ARK:/99999/fk4a",
    ],
)
def test_what_no_target_may_be_leads_to_the_records_own_page(target: str) -> None:
    assert location(target, "/page") == OWN_PAGE


@pytest.mark.parametrize("rest", [".evil.example/", "@evil.example/", ":8080@evil.example/", "evil", "\\@evil.example"])
@pytest.mark.parametrize("target", ["https://example.org", "https://example.org:80", "https://example.org/"])
def test_what_a_request_adds_never_becomes_part_of_the_host(target: str, rest: str) -> None:
    leads_to = location(target, rest)

    assert leads_to.startswith(target.removesuffix("/") + "/")


def test_a_query_is_added_to_a_bare_host() -> None:
    assert location("https://example.org", "?a=b") == "https://example.org?a=b"


def test_another_identifier_of_the_registry_is_followed() -> None:
    assert location(f"{BASE}/ark:/99999/fk4b") == f"{BASE}/ark:/99999/fk4b"
