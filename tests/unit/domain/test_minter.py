"""Minted names: the check character against another implementation, the shapes, and what mistakes are noticed."""

import uuid
from typing import Any
from unittest import mock

import noid.pynoid
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.errors import InvalidIdentifier
from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.minter import (
    BASE32_NAMES,
    NAMES_PER_ROUND,
    base32_name,
    check_character,
    draw_base32,
    draw_suffix,
    is_check_character_right,
)

steady = settings(derandomize=True, deadline=None)

ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"
LETTER_OR_DIGIT, DIGIT = ALPHABET, ALPHABET[:10]

# First names of an EZID server's fresh minters.
MINTED = {
    "ark:/99999/fk4": ["4w2s", "159p", "wc7r", "rp4j", "mw2m", "h59h", "4x54g1g", "154dn7s"],
    "ark:/13030/c7": ["4w26", "159p", "wc7r", "rp4g"],
    "doi:10.5072/FK2": ["4w2p", "1595", "wc77", "rp4z"],
}
CASES = [pytest.param(shoulder, suffix, id=f"{shoulder}{suffix}") for shoulder, suffixes in MINTED.items() for suffix in suffixes]


def checked(shoulder: Any, suffix: Any) -> Any:
    """Give the text that the check character of a minted name is computed over, with that character."""
    return shoulder.removeprefix("ark:/").removeprefix("doi:10.") + suffix


def number_of(suffix: Any) -> Any:
    """Give the number whose spelling a minted suffix is, its check character left out."""
    number = 0
    for place, character in enumerate(suffix[:-1]):
        number = number * (10 if place % 3 == 2 else 29) + ALPHABET.index(character)
    return number


bodies = st.text(ALPHABET, min_size=1, max_size=27)


@pytest.mark.parametrize(("shoulder", "suffix"), CASES)
def test_the_check_character_is_the_one_ezid_gives(shoulder: Any, suffix: Any) -> None:
    assert check_character(checked(shoulder, suffix[:-1])) == suffix[-1]
    assert is_check_character_right(checked(shoulder, suffix))


def test_the_check_character_is_the_one_of_noids_documentation() -> None:
    assert check_character("13030/xf93gt2") == "q"


@steady
@given(st.text(ALPHABET + "/ABZaeiouly.%~", max_size=80))
def test_the_check_character_is_the_one_another_implementation_gives(text: str) -> None:
    with mock.patch.object(noid.pynoid.utils, "XDIGIT", list(ALPHABET)):
        assert check_character(text) == noid.pynoid.calculate_check_digit(text)


@steady
@given(bodies, st.data())
def test_one_changed_character_is_noticed(body: str, data: Any) -> None:
    text = body + check_character(body)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda character: character != text[place]))

    assert not is_check_character_right(text[:place] + other + text[place + 1 :])


@steady
@given(bodies, st.data())
def test_two_swapped_neighbours_are_noticed(body: str, data: Any) -> None:
    text = body + check_character(body)
    place = data.draw(st.integers(0, len(text) - 2))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    assert is_check_character_right(swapped) == (swapped == text)


def test_a_change_in_the_29th_place_goes_unnoticed() -> None:
    body = "2" * 29

    assert check_character(body) == check_character(body[:28] + "x")


def test_no_text_has_no_check_character() -> None:
    assert not is_check_character_right("")


@pytest.mark.parametrize(("shoulder", "suffix"), CASES)
def test_a_drawn_number_is_spelled_as_ezid_spells_it(shoulder: Any, suffix: Any) -> None:
    rounds = len(suffix) // 3

    drawn = draw_suffix(ShoulderName.parse(shoulder), rounds=rounds, random=lambda _: number_of(suffix))

    assert drawn == Identifier.parse(shoulder + suffix)


def test_every_number_of_a_round_gives_another_name() -> None:
    shoulder = ShoulderName.parse("ark:/99999/fk4")

    drawn = {draw_suffix(shoulder, random=lambda _, number=number: number) for number in range(NAMES_PER_ROUND)}

    assert len(drawn) == NAMES_PER_ROUND == 8410


@pytest.mark.parametrize("rounds", [1, 2, 3])
@pytest.mark.parametrize("shoulder", ["ark:/99999/fk4", "ark:/12345/", "doi:10.5072/FK2", "doi:10.15697/"])
def test_a_drawn_name_follows_the_template_and_carries_its_check_character(shoulder: str, rounds: int) -> None:
    kinds = [LETTER_OR_DIGIT, LETTER_OR_DIGIT, DIGIT] * rounds + [LETTER_OR_DIGIT]

    drawn = [draw_suffix(ShoulderName.parse(shoulder), rounds=rounds) for _ in range(50)]

    for identifier in drawn:
        minted = identifier.name.removeprefix(shoulder).lower()
        assert [character in kind for character, kind in zip(minted, kinds, strict=True)] == [True] * len(kinds)
        assert is_check_character_right(checked(shoulder, minted))
        assert Identifier.parse(identifier.name) == identifier


def test_the_number_is_drawn_from_all_that_can_be_spelled() -> None:
    asked = []

    draw_suffix(ShoulderName.parse("ark:/99999/fk4"), rounds=2, random=lambda below: asked.append(below) or 0)

    assert asked == [70_728_100]


def test_draws_differ() -> None:
    shoulder = ShoulderName.parse("ark:/99999/fk4")

    assert len({draw_suffix(shoulder, rounds=3) for _ in range(1000)}) == 1000


def test_a_shoulder_without_room_cannot_mint() -> None:
    with pytest.raises(InvalidIdentifier):
        draw_suffix(ShoulderName.parse("ark:/99999/" + "x" * 243))


def test_a_minted_uuid_names_the_time_but_not_the_machine() -> None:
    drawn = [draw_suffix(ShoulderName.parse("uuid:")) for _ in range(100)]
    made = [uuid.UUID(identifier.suffix) for identifier in drawn]

    assert {one.version for one in made} == {1}
    assert all(one.node >> 40 & 1 for one in made)
    assert len({one.node for one in made}) == len(set(drawn)) == 100


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(122149076, "3mfp-6m52", id="122149076"),
        pytest.param(122165076, "3mg5-tm67", id="122165076"),
        pytest.param(152161176, "4h3j-wr25", id="152161176"),
        pytest.param(1225646076, "1-4gvq-zw33", id="beyond_30_bits"),
        pytest.param(0, "0000-0098", id="zero"),
    ],
)
def test_a_number_is_written_as_datacite_writes_it(number: int, name: str) -> None:
    assert base32_name(number) == name


@steady
@given(st.integers(0, 2**40))
def test_number_and_check_digits_leave_one_divided_by_97(number: Any) -> None:
    plain = base32_name(number).replace("-", "")
    read = 0
    for character in plain[:-2]:
        read = read * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)

    assert read == number
    assert (read * 100 + int(plain[-2:])) % 97 == 1


@pytest.mark.parametrize(
    ("shoulder", "name"),
    [
        pytest.param("doi:10.5072/", "doi:10.5072/3MFP-6M52", id="prefix"),
        pytest.param("doi:10.5072/FK2", "doi:10.5072/FK2-3MFP-6M52", id="shoulder"),
    ],
)
def test_datacites_names_stand_behind_a_hyphen_unless_the_prefix_is_bare(shoulder: str, name: str) -> None:
    assert str(draw_base32(ShoulderName.parse(shoulder), number=122149076)) == name


def test_datacites_names_are_drawn_at_random() -> None:
    asked = []
    shoulder = ShoulderName.parse("doi:10.5072/")

    draw_base32(shoulder, random=lambda below: asked.append(below) or 0)

    assert asked == [BASE32_NAMES] == [2**30 - 1]
    assert len({draw_base32(shoulder) for _ in range(100)}) == 100
