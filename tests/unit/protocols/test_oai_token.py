"""Resumption tokens: they come back as they were given, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.protocols.oai.token import MAX_LENGTH, BadToken, Mint, Token

MINT = Mint(lambda: b"a key for tests only")
TOKEN = Token(
    base="/oai",
    verb="ListRecords",
    reader="recipient:museum",
    prefix="cr_unixsd",
    set_spec="J:10.5072:4",
    from_s=0,
    until_s=1_800_000_000,
    asked_s=1_800_000_000,
    partition="J:10.5072:4#3",
    sort="2026-11-22T00:15:00Z#doi:10.5072/FK2ABC",
    cursor=250,
    size=1000,
    expires_s=1_800_172_800,
)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)
NUMBERS = st.integers(0, 10**11)
TOKENS = st.builds(
    Token,
    base=st.sampled_from(["/oai", "/oai/datacite"]),
    verb=st.sampled_from(["ListSets", "ListIdentifiers", "ListRecords"]),
    reader=WORDS,
    prefix=WORDS,
    set_spec=WORDS,
    from_s=NUMBERS,
    until_s=NUMBERS,
    asked_s=NUMBERS,
    partition=WORDS,
    sort=WORDS,
    cursor=NUMBERS,
    size=NUMBERS,
    expires_s=st.integers(1, 10**11),
)


@settings(derandomize=True, deadline=None)
@given(TOKENS)
def test_a_token_comes_back_as_it_was_given(token: Token) -> None:
    assert MINT.read(MINT.write(token), now_s=token.expires_s - 1) == token


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(0, 10_000), st.characters())
def test_a_token_with_another_character_is_none(place: int, character: str) -> None:
    written = MINT.write(TOKEN)
    place %= len(written)
    forged = written[:place] + character + written[place + 1 :]

    if forged != written:
        with pytest.raises(BadToken):
            MINT.read(forged, now_s=0)


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_a_part_of_a_token_is_none(length: int) -> None:
    written = MINT.write(TOKEN)

    with pytest.raises(BadToken):
        MINT.read(written[: length % len(written)], now_s=0)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=2000))
def test_any_other_text_is_none(text: str) -> None:
    with pytest.raises(BadToken):
        MINT.read(text, now_s=0)


@pytest.mark.parametrize("behind", ["=", "A", "AA", " ", "\n", "."], ids=repr)
def test_nothing_may_stand_behind_a_token(behind: str) -> None:
    with pytest.raises(BadToken):
        MINT.read(MINT.write(TOKEN) + behind, now_s=0)


def test_a_token_of_another_stack_is_none() -> None:
    with pytest.raises(BadToken):
        Mint(lambda: b"another key").read(MINT.write(TOKEN), now_s=0)


def test_a_token_is_over_at_the_second_that_it_names() -> None:
    written = MINT.write(TOKEN)

    assert MINT.read(written, now_s=TOKEN.expires_s - 1) == TOKEN
    with pytest.raises(BadToken, match="expired"):
        MINT.read(written, now_s=TOKEN.expires_s)


def test_a_sealed_token_of_another_form_is_none() -> None:
    import base64

    body = b"[1,2,3]"
    text = base64.urlsafe_b64encode(body + MINT._seal(body)).decode().rstrip("=")

    with pytest.raises(BadToken, match="start again"):
        MINT.read(text, now_s=0)


def test_the_longest_token_fits_into_an_address() -> None:
    longest = replace(
        TOKEN,
        base="/oai/datacite",
        verb="ListIdentifiers",
        reader="recipient:" + 32 * "x",
        prefix="oai_datacite",
        set_spec=f"{32 * 'X'}.{32 * 'X'}",
        partition=f"{32 * 'x'}#3",
        sort="2026-11-22T00:15:00Z#" + 255 * "%",
        cursor=10**10,
        size=10**10,
    )

    assert len(MINT.write(longest)) < MAX_LENGTH
    assert MINT.read(MINT.write(longest), now_s=0) == longest
