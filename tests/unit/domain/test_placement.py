"""A placement: how it is written, and the sets that follow from it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.placement import Kind, Placement, folded

_DOI_PREFIXES = st.from_regex(r"10\.[1-9][0-9]{3,8}(\.[0-9]{1,3})?", fullmatch=True)
_NUMBERS = st.integers(0, 10**12)
PLACEMENTS = st.one_of(
    st.builds(Placement, st.sampled_from([Kind.JOURNAL, Kind.SERIES]), _DOI_PREFIXES, _NUMBERS, st.just(0), st.integers(0, 9999)),
    st.builds(Placement, st.just(Kind.BOOK), _DOI_PREFIXES, _NUMBERS, _NUMBERS, st.integers(0, 9999)),
    st.builds(Placement, st.just(Kind.NONE), st.sampled_from(["ark:/99999", "ark:/b5072", "uuid:"])),
)


@settings(derandomize=True, max_examples=300)
@given(PLACEMENTS)
def test_what_is_written_is_read_as_it_was(placement: Placement) -> None:
    assert Placement.parse(str(placement)) == placement


@settings(derandomize=True, max_examples=300)
@given(PLACEMENTS)
def test_every_set_comes_after_the_sets_around_it(placement: Placement) -> None:
    specs = placement.set_specs()

    assert len(specs) == len(set(specs))
    for index, spec in enumerate(specs):
        around = spec.rpartition(":")[0]
        assert not around or around in specs[:index]


@pytest.mark.parametrize(
    ("written", "branch", "shelf", "specs"),
    [
        pytest.param(
            "J:10.5072:4:2011",
            "J:10.5072",
            "J:10.5072:4",
            ("J", "J:10.5072", "J:10.5072:4", "J:10.5072:4:2011"),
            id="journal",
        ),
        pytest.param("J:10.5072:4", "J:10.5072", "J:10.5072:4", ("J", "J:10.5072", "J:10.5072:4"), id="journal, no year"),
        pytest.param("B:10.5072:12:2011", "B:10.5072", "B:10.5072:12", ("B", "B:10.5072", "B:10.5072:12"), id="book has no years"),
        pytest.param(
            "B:10.5072:12:2011+77",
            "BS:10.5072",
            "B:10.5072:77",
            ("B", "B:10.5072", "B:10.5072:12", "B:10.5072:77", "S", "S:10.5072", "S:10.5072:77"),
            id="book in a series",
        ),
        pytest.param("S:10.5072:77", "S:10.5072", "S:10.5072:77", ("S", "S:10.5072", "S:10.5072:77"), id="series"),
        pytest.param("-:ark:/99999", "-:ark:/99999", "", (), id="ark"),
        pytest.param("-:uuid:", "-:uuid:", "", (), id="uuid"),
    ],
)
def test_a_placement_tells_its_sets_and_its_places_in_the_indexes(
    written: str, branch: str, shelf: str, specs: tuple[str, ...]
) -> None:
    placement = Placement.parse(written)

    assert str(placement) == written
    assert (placement.branch, placement.shelf, placement.set_specs()) == (branch, shelf, specs)


@pytest.mark.parametrize("written", ["", "J", "X:10.5072:4", "J:ark:/99999:4", "J:10.5072:four", "J:10.5072:4:11", "J:10.5072:4+"])
def test_nothing_else_is_a_placement(written: str) -> None:
    with pytest.raises(ValueError, match="no placement"):
        Placement.parse(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Journal of Ice", "JOURNAL OF  ICE ", id="case and blanks"),
        pytest.param("Straße", "STRASSE", id="sharp s"),
        pytest.param("ﬁeld \u00a0notes", "Field Notes", id="ligature and hard blank"),
        pytest.param("Cafe\u0301", "CAF\u00c9", id="combining accent"),
        pytest.param("\n", "(:UNAV)", id="nothing"),
    ],
)
def test_titles_are_the_same_however_they_are_spelled(one: str, other: str) -> None:
    assert folded(one) == folded(other)
