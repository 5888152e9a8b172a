"""What is said of an object beside its description: written, read, and bound to one document."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pidstack.domain.errors import TooLarge
from pidstack.domain.metadata import Container, Types
from pidstack.domain.supplement import NO_SUPPLEMENT, Supplement, digest_of
from pidstack.domain.validation import check_record
from tests.builders import a_record

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _some(kind: type) -> st.SearchStrategy[object]:
    return st.builds(kind, **{part.name: _TEXT for part in fields(kind)})


SUPPLEMENTS = st.builds(
    Supplement,
    files=st.none() | st.lists(_TEXT, max_size=3).map(tuple),
    source=_TEXT,
    page=_TEXT,
    document=_TEXT,
    types=_some(Types),
    container=st.none() | _some(Container).filter(lambda container: container != Container()),
)


@given(SUPPLEMENTS)
def test_it_is_read_as_it_was_written(supplement: Supplement) -> None:
    assert Supplement.parse(str(supplement)) == supplement


def test_nothing_is_written_as_nothing() -> None:
    assert str(NO_SUPPLEMENT) == ""
    assert Supplement.parse("") == NO_SUPPLEMENT


def test_no_files_are_told_from_none_that_were_ever_named() -> None:
    assert Supplement.parse(str(Supplement(files=()))).files == ()
    assert Supplement.parse(str(Supplement(source="x"))).files is None


def test_it_is_about_one_document() -> None:
    supplement = Supplement(document=digest_of("<a/>"))

    assert supplement.is_about("<a/>")
    assert not supplement.is_about("<b/>")
    assert not NO_SUPPLEMENT.is_about("")


def test_a_record_says_only_so_much_beside_its_description() -> None:
    check_record(a_record(supplement=Supplement(files=("https://example.org/" + "x" * 9_000,))))

    with pytest.raises(TooLarge) as refusal:
        check_record(a_record(supplement=Supplement(files=("https://example.org/" + "x" * 10_000,))))

    assert refusal.value.field == "supplement"
