"""What a client would like, best first."""

from __future__ import annotations

import pytest

from pidstack.protocols.accept import wanted


@pytest.mark.parametrize(
    ("header", "types"),
    [
        ("", []),
        ("*/*", ["*/*"]),
        ("text/html, application/x-bibtex;q=0.9", ["text/html", "application/x-bibtex"]),
        ("text/html;q=0.1,Application/X-BibTeX", ["application/x-bibtex", "text/html"]),
        ("a/a;q=0.5, b/b;q=0.5, c/c", ["c/c", "a/a", "b/b"]),
        ("a/a;q=0, b/b", ["b/b"]),
        ("a/a;q=heavy, b/b;q=0.9, c/c;q=nan", ["a/a", "c/c", "b/b"]),
        (",, ;q=1 , a/a", ["a/a"]),
    ],
)
def test_types_come_by_weight(header: str, types: list[str]) -> None:
    assert [each.media_type for each in wanted(header)] == types


def test_parameters_are_kept_without_the_weight() -> None:
    (best,) = wanted('text/x-bibliography; Style="ieee" ; locale=de; q=0.4')

    assert best.parameters == {"style": "ieee", "locale": "de"}


def test_a_header_without_end_is_read_in_part() -> None:
    assert len(wanted("a/a," * 100_000)) == 50
