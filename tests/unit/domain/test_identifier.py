"""Names: the strict rule of the wire, the forgiving one for people, shadows, prefixes and shoulders."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.errors import Invalid, InvalidIdentifier
from pidstack.domain.identifier import Identifier, Scheme, ShoulderName

steady = settings(derandomize=True, deadline=None)

UUID = "uuid:c98989f0-5207-41ef-bab2-480c687e4840"
GRAPHIC = "".join(map(chr, range(0x21, 0x7F)))

# Answers of an EZID server, written here without the escaping of its status line.
NORMAL_FORMS = {
    "ark_hyphens_vanish": ("ark:/99999/fk4full-h-y", "ark:/99999/fk4fullhy"),
    "ark_case_is_kept": ("ark:/99999/fk4fullUP", "ark:/99999/fk4fullUP"),
    "ark_escaped_letter_is_decoded": ("ark:/99999/fk4full%41b", "ark:/99999/fk4fullAb"),
    "ark_escaped_slash_stays_escaped": ("ark:/99999/fk4full%2Fx", "ark:/99999/fk4full%2fx"),
    "ark_hexadecimal_is_lower_case": ("ark:/99999/fk4fullp%3A", "ark:/99999/fk4fullp%3a"),
    "ark_slashes_collapse": ("ark:/99999/fk4fullds//x", "ark:/99999/fk4fullds/x"),
    "ark_dots_collapse": ("ark:/99999/fk4fulldd...x", "ark:/99999/fk4fulldd.x"),
    "ark_trailing_slash_goes": ("ark:/99999/fk4fullts/", "ark:/99999/fk4fullts"),
    "ark_trailing_dot_goes": ("ark:/99999/fk4fulltd.", "ark:/99999/fk4fulltd"),
    "ark_leading_slashes_go": ("ark:/99999///fk4", "ark:/99999/fk4"),
    "ark_colon_is_escaped": ("ark:/99999/fk4fullco:lon", "ark:/99999/fk4fullco%3alon"),
    "ark_bang_is_escaped": ("ark:/99999/fk4fullba!ng", "ark:/99999/fk4fullba%21ng"),
    "ark_parentheses_are_escaped": ("ark:/99999/fk4fullpa(r)", "ark:/99999/fk4fullpa%28r%29"),
    "ark_hash_is_escaped": ("ark:/99999/fk4fullha#sh", "ark:/99999/fk4fullha%23sh"),
    "ark_question_mark_is_escaped": ("ark:/99999/fk4fullqu?es", "ark:/99999/fk4fullqu%3fes"),
    "ark_plain_punctuation_stays": ("ark:/99999/fk4fulls=*+@_$~", "ark:/99999/fk4fulls=*+@_$~"),
    "ark_escape_around_a_hyphen": ("ark:/99999/fk4%-41", "ark:/99999/fk4A"),
    "ark_escaped_dot_stays_at_the_end": ("ark:/99999/fk4%2E", "ark:/99999/fk4%2e"),
    "ark_naan_of_nine_digits": ("ark:/999999999/fk4full", "ark:/999999999/fk4full"),
    "ark_of_255": ("ark:/99999/" + "x" * 244, "ark:/99999/" + "x" * 244),
    "ark_of_255_after_normalisation": ("ark:/99999/-" + "x" * 244, "ark:/99999/" + "x" * 244),
    "doi_is_upper_case": ("doi:10.5072/fk2fulllow", "doi:10.5072/FK2FULLLOW"),
    "doi_hyphen_stays": ("doi:10.5072/FK2full-Mix", "doi:10.5072/FK2FULL-MIX"),
    "doi_percent_is_a_character": ("doi:10.5072/FK2full%41", "doi:10.5072/FK2FULL%41"),
    "doi_punctuation_stays": ("doi:10.5072/FK2full(a)<b>;c", "doi:10.5072/FK2FULL(A)<B>;C"),
    "doi_dots_and_slashes_stay": ("doi:10.5072/FK2fulla..b./.c.", "doi:10.5072/FK2FULLA..B./.C."),
    "doi_of_255": ("doi:10.5072/" + "x" * 243, "doi:10.5072/" + "X" * 243),
    "doi_prefix_of_five_digits": ("doi:10.33333/cr1", "doi:10.33333/CR1"),
    "uuid_is_lower_case": (UUID.upper().replace("UUID", "uuid"), UUID),
    "shadow_of_four_digits": ("ark:/b9999/fk4full", "doi:10.9999/FK4FULL"),
    "shadow_of_five_digits": ("ark:/c5697/fk4full", "doi:10.15697/FK4FULL"),
    "shadow_with_escapes": ("ark:/b5072/fk2a%2Dmix", "doi:10.5072/FK2A-MIX"),
}

INVALID = {
    "empty": "",
    "no_scheme": "foo",
    "other_scheme": "hdl:1234/x",
    "url": "https://doi.org/10.5072/FK2fullu",
    "ark_without_slash_after_scheme": "ark:99999/fk4fullns",
    "ark_upper_scheme": "ARK:/99999/fk4fullus",
    "ark_no_suffix": "ark:/99999/",
    "ark_only_naan": "ark:/99999",
    "ark_naan_of_four": "ark:/9999/fk4full",
    "ark_naan_of_six": "ark:/999999/fk4full",
    "ark_naan_of_other_digits": "ark:/9999\u0665/fk4",
    "ark_naan_with_vowel": "ark:/a9999/fk4full",
    "ark_only_hyphens": "ark:/99999/---",
    "ark_only_slash": "ark:/99999//",
    "ark_dot_slash": "ark:/99999/fk4fullq./x",
    "ark_slash_dot": "ark:/99999/fk4fullq/.x",
    "ark_clash_across_a_hyphen": "ark:/99999/fk4fullq.-/x",
    "ark_bad_escape": "ark:/99999/fk4fullbad%zz",
    "ark_half_escape": "ark:/99999/fk4fullbad%4",
    "ark_escape_of_a_percent_by_halves": "ark:/99999/fk4%2%35",
    "ark_blank": "ark:/99999/fk4fullsp ace",
    "ark_not_ascii": "ark:/99999/fk4full\u00e9",
    "ark_line_end": "ark:/99999/fk4full\n",
    "ark_of_256": "ark:/99999/" + "y" * 245,
    "ark_of_256_after_normalisation": "ark:/99999/:" + "y" * 242,
    "doi_upper_scheme": "DOI:10.5072/FK2fullus",
    "doi_slash_after_scheme": "doi:/10.5072/FK2fullsl",
    "doi_double_slash": "doi:10.5072/FK2full//x",
    "doi_starts_with_slash": "doi:10.5072//x",
    "doi_trailing_slash": "doi:10.5072/FK2fullts/",
    "doi_hash": "doi:10.5072/FK2full#",
    "doi_question_mark": "doi:10.5072/FK2full?",
    "doi_blank": "doi:10.5072/FK2full x",
    "doi_not_ascii": "doi:10.5072/FK2full\u00e9",
    "doi_sharp_s": "doi:10.5072/FK2\u00df",
    "doi_line_end": "doi:10.5072/FK2full\n",
    "doi_prefix_of_three": "doi:10.507/FK2full",
    "doi_prefix_of_six": "doi:10.507211/FK2full",
    "doi_prefix_starts_with_0": "doi:10.0072/FK2full",
    "doi_no_suffix": "doi:10.5072/",
    "doi_of_256": "doi:10.5072/" + "Y" * 244,
    "uuid_short": "uuid:1234",
    "uuid_braces": "uuid:{c98989f0-5207-41ef-bab2-480c687e4840}",
    "uuid_upper_scheme": UUID.upper(),
    "uuid_line_end": UUID + "\n",
    "shadow_with_capitals": "ark:/b5072/FK2",
    "shadow_of_six_digits": "ark:/p5072/fk2",
    "shadow_of_no_doi": "ark:/b0072/fk2",
    "shadow_of_a_hash": "ark:/b5072/fk2%23",
    "shadow_of_sharp_s": "ark:/b5072/fk2%df",
    "shadow_escaping_too_much": "ark:/b5072/fk2%2eb",
}

READABLE = {
    "blanks_around": ("  ark:/99999/fk4x\n", "ark:/99999/fk4x"),
    "upper_ark": ("ARK:/99999/fk4X", "ark:/99999/fk4X"),
    "modern_ark": ("ark:99999/fk4x", "ark:/99999/fk4x"),
    "upper_naan": ("ark:/B5072/fk2x", "doi:10.5072/FK2X"),
    "upper_doi": ("DOI: 10.5072/fk2x", "doi:10.5072/FK2X"),
    "doi_slash": ("doi:/10.5072/fk2x", "doi:10.5072/FK2X"),
    "bare_doi": ("10.5072/fk2x", "doi:10.5072/FK2X"),
    "bare_doi_that_names_another": ("10.5072/ark:/1", "doi:10.5072/ARK:/1"),
    "doi_url": ("https://doi.org/10.5072/fk2x", "doi:10.5072/FK2X"),
    "dx_doi_url": ("HTTP://DX.DOI.ORG/10.5072/fk2x", "doi:10.5072/FK2X"),
    "doi_url_without_http": ("doi.org/10.5072/fk2x", "doi:10.5072/FK2X"),
    "doi_url_encoded_slash": ("https://doi.org/10.5072%2Ffk2%3Cx%3E", "doi:10.5072/FK2<X>"),
    "doi_url_with_scheme": ("https://doi.org/doi:10.5072/fk2x", "doi:10.5072/FK2X"),
    "doi_url_query_and_fragment": ("https://doi.org/10.5072/fk2x?a=b#c", "doi:10.5072/FK2X"),
    "n2t_url": ("https://n2t.net/ark:/99999/fk4x", "ark:/99999/fk4x"),
    "n2t_doi_url": ("http://n2t.net/doi:10.5072/fk2x", "doi:10.5072/FK2X"),
    "arks_url": ("https://www.arks.example/ark:99999/fk4-x?info", "ark:/99999/fk4x"),
    "registry_url": ("https://pid.example:8443/id/ark:/99999/fk4x", "ark:/99999/fk4x"),
    "registry_url_uuid": (f"https://pid.example/id/{UUID}", UUID),
    "url_is_decoded_once": ("https://n2t.net/ark:/99999/fk4%252fx", "ark:/99999/fk4%2fx"),
    "encoded_head": ("ark%3A%2F99999%2Ffk4x", "ark:/99999/fk4x"),
    "encoded_slash_after_prefix": ("doi:10.5072%2Ffk2%3Cx", "doi:10.5072/FK2<X"),
    "encoded_bare_doi": ("10.5072%2ffk2x", "doi:10.5072/FK2X"),
    "encoded_url": ("https%3A%2F%2Fdoi.org%2F10.5072%2Ffk2x", "doi:10.5072/FK2X"),
    "percent_of_the_name": ("doi:10.5072/fk2%3cx", "doi:10.5072/FK2%3CX"),
    "ark_hyphens": ("ark:/99999/fk4-x-y", "ark:/99999/fk4xy"),
    "typographic_hyphen": ("10.5072/fk2\u2010x\u2013y", "doi:10.5072/FK2-X-Y"),
    "soft_hyphen": ("10.5072/fk2\u00adx", "doi:10.5072/FK2X"),
    "urn": ("urn:" + UUID.upper(), UUID),
}

UNREADABLE = {
    "empty": "",
    "words": "not an identifier",
    "only_scheme": "doi:",
    "url_of_something": "https://example.org/10.5072/fk2x",
    "name_deep_in_a_url": "https://example.org/search/ark:/99999/fk4x",
    "name_in_a_query": "https://example.org/?id=ark:/99999/fk4x",
    "encoded_bytes_that_are_no_text": "https://doi.org/10.5072/%ff",
    "other_protocol": "ftp://n2t.net/ark:/99999/fk4x",
}

SHADOWS = {
    "plain": ("doi:10.5072/FK2X", "ark:/b5072/fk2x"),
    "hyphen": ("doi:10.5072/FK2A-MIX", "ark:/b5072/fk2a%2dmix"),
    "percent": ("doi:10.5072/FK2%41", "ark:/b5072/fk2%2541"),
    "punctuation": ("doi:10.5072/FK2(A)<B>;C", "ark:/b5072/fk2%28a%29%3cb%3e%3bc"),
    "structure": ("doi:10.5072/FK2A..B./.C.", "ark:/b5072/fk2a.%2eb.%2f%2ec%2e"),
    "only_dots": ("doi:10.5072/...", "ark:/b5072/%2e.%2e"),
    "prefix_1xxxx": ("doi:10.15697/X", "ark:/c5697/x"),
    "prefix_3xxxx": ("doi:10.33333/X", "ark:/f3333/x"),
    "prefix_9xxxx": ("doi:10.98765/X", "ark:/n8765/x"),
}


def table(cases: Any) -> Any:
    """Make the parameters of a test from a dictionary of cases, whose keys name them."""
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), id=name) for name, case in cases.items()]


dois = st.builds(
    "doi:10.{}/{}".format,
    st.integers(1000, 99999),
    st.text(GRAPHIC, min_size=1, max_size=40).filter(lambda text: not set("#?") & set(text)),
)
arks = st.builds("ark:/{:05}/{}".format, st.integers(0, 99999), st.text(GRAPHIC, min_size=1, max_size=40))
dense_arks = st.builds("ark:/99999/{}".format, st.text("a%2fF4D1./-:", min_size=1, max_size=12))
uuids = st.builds("uuid:{}".format, st.uuids().map(str))


def is_valid(text: str) -> Any:
    """Tell whether the strict rule accepts this text."""
    try:
        Identifier.parse(text)
    except InvalidIdentifier:
        return False
    return True


names = st.one_of(dois, arks, dense_arks, uuids).filter(is_valid)


@pytest.mark.parametrize(("text", "name"), table(NORMAL_FORMS))
def test_a_name_is_brought_to_its_canonical_form(text: str, name: str) -> None:
    assert str(Identifier.parse(text)) == name


@pytest.mark.parametrize("text", table(INVALID))
def test_a_malformed_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match=r"\Ainvalid identifier\Z"):
        Identifier.parse(text)


@pytest.mark.parametrize(("text", "name"), table(READABLE))
def test_what_people_write_is_understood(text: str, name: str) -> None:
    assert str(Identifier.read(text)) == name


@pytest.mark.parametrize("text", table(UNREADABLE))
def test_what_names_nothing_is_not_guessed_at(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        Identifier.read(text)


@steady
@given(names)
def test_a_canonical_name_reads_as_itself(text: str) -> None:
    identifier = Identifier.parse(text)

    assert Identifier.parse(str(identifier)) == identifier
    assert Identifier.read(str(identifier)) == identifier


@steady
@given(names)
def test_a_url_made_of_a_name_reads_as_that_name(text: str) -> None:
    identifier = Identifier.parse(text)

    assert Identifier.read(f"https://pid.example/id/{identifier.as_url_path()}") == identifier


@steady
@given(st.text(max_size=60))
def test_no_text_makes_a_reader_fall_over(text: str) -> None:
    for candidate in (text, "ark:/99999/" + text, "doi:10.5072/" + text, "https://doi.org/10.5072/" + text):
        try:
            identifier = Identifier.read(candidate)
        except InvalidIdentifier:
            continue
        assert len(identifier.name) <= 255
        assert identifier.name.isascii()


@pytest.mark.parametrize(("doi", "ark"), table(SHADOWS))
def test_a_doi_and_its_shadow_stand_for_each_other(doi: str, ark: Any) -> None:
    assert Identifier.parse(doi).shadow == ark
    assert str(Identifier.parse(ark)) == doi


@steady
@given(dois.filter(is_valid))
def test_a_shadow_leads_back_to_its_doi(text: str) -> None:
    identifier = Identifier.parse(text)

    assert identifier.shadow is not None
    assert Identifier.parse(identifier.shadow) == identifier


def test_a_shadow_too_long_to_be_parsed_is_not_given() -> None:
    assert Identifier.parse("doi:10.5072/" + "X" * 243).shadow == "ark:/b5072/" + "x" * 243
    assert Identifier.parse("doi:10.5072/" + "-" * 243).shadow is None


def test_only_a_doi_has_a_shadow_and_a_doi() -> None:
    assert Identifier.parse("ark:/99999/fk4x").shadow is None
    assert Identifier.parse("ark:/99999/fk4x").doi is None
    assert Identifier.parse(UUID).shadow is None
    assert Identifier.parse("doi:10.5072/fk2x").doi == "10.5072/FK2X"


@pytest.mark.parametrize(
    ("text", "scheme", "prefix", "suffix"),
    [
        pytest.param("ark:/99999/fk4/x", Scheme.ARK, "99999", "fk4/x", id="ark"),
        pytest.param("ark:/123456789/fk4", Scheme.ARK, "123456789", "fk4", id="ark_nine_digits"),
        pytest.param("doi:10.5072/FK2/X", Scheme.DOI, "10.5072", "FK2/X", id="doi"),
        pytest.param("doi:10.33333/CR", Scheme.DOI, "10.33333", "CR", id="doi_five_digits"),
        pytest.param(UUID, Scheme.UUID, "", UUID.removeprefix("uuid:"), id="uuid"),
    ],
)
def test_a_name_has_scheme_prefix_and_suffix(text: str, scheme: Any, prefix: str, suffix: Any) -> None:
    identifier = Identifier.parse(text)

    assert (identifier.scheme, identifier.prefix, identifier.suffix) == (scheme, prefix, suffix)


def test_a_name_in_a_url_path_is_encoded_where_it_must_be() -> None:
    identifier = Identifier.parse("doi:10.5072/a-b._~(c)<d>%41;e&f")

    assert identifier.as_url_path() == "doi:10.5072/A-B._~%28C%29%3CD%3E%2541%3BE%26F"


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        pytest.param("ark:/99999/ab/c", ["ark:/99999/ab", "ark:/99999/a"], id="ark_slash"),
        pytest.param("ark:/99999/a.b%3ac", ["ark:/99999/a.b%3a", "ark:/99999/a.b", "ark:/99999/a"], id="ark_escape"),
        pytest.param("doi:10.5072/A.%3", ["doi:10.5072/A.%", "doi:10.5072/A.", "doi:10.5072/A"], id="doi"),
        pytest.param("doi:10.5072/A/B", ["doi:10.5072/A"], id="doi_slash"),
        pytest.param("ark:/99999/a", [], id="one_character"),
        pytest.param(UUID, [], id="uuid"),
    ],
)
def test_the_prefixes_of_a_name_come_longest_first(text: str, heads: list[Any]) -> None:
    assert [str(head) for head in Identifier.parse(text).prefixes()] == heads


@steady
@given(names)
def test_the_prefixes_of_a_name_are_its_canonical_heads(text: str) -> None:
    name = str(Identifier.parse(text))
    heads = [name[:end] for end in range(len(name) - 1, 0, -1)]

    expected = [head for head in heads if is_valid(head) and str(Identifier.parse(head)) == head]

    assert [str(prefix) for prefix in Identifier(name).prefixes()] == expected


def test_names_are_ordered_and_can_be_keys() -> None:
    first, second = Identifier.parse("ark:/99999/a"), Identifier.parse("ark:/99999/b")

    assert first < second
    assert {first: 1, Identifier.parse("ark:/99999/a-"): 2} == {first: 2}


@pytest.mark.parametrize(
    ("text", "scheme", "prefix"),
    [
        pytest.param("ark:/13030/c7", Scheme.ARK, "13030", id="ark"),
        pytest.param("ark:/12345/", Scheme.ARK, "12345", id="bare_naan"),
        pytest.param("doi:10.5072/FK2", Scheme.DOI, "10.5072", id="doi"),
        pytest.param("doi:10.15697/", Scheme.DOI, "10.15697", id="bare_prefix"),
        pytest.param("uuid:", Scheme.UUID, "", id="uuid"),
    ],
)
def test_a_shoulder_is_taken_as_it_is(text: str, scheme: Any, prefix: str) -> None:
    shoulder = ShoulderName.parse(text)

    assert (str(shoulder), shoulder.scheme, shoulder.prefix) == (text, scheme, prefix)


@pytest.mark.parametrize(
    "text",
    table(
        {
            "empty": "",
            "garbage": "garbage",
            "doi_in_lower_case": "doi:10.5072/fk2",
            "doi_prefix_alone": "doi:10.5072",
            "ark_hyphen": "ark:/13030/c-7",
            "ark_naan_alone": "ark:/13030",
            "ark_half_an_escape": "ark:/13030/c%2",
            "ark_two_slashes": "ark:/13030//",
            "shadow": "ark:/b5072/fk2",
            "uuid_and_more": "uuid:c98989f0",
            "too_long": "ark:/13030/" + "c" * 244,
        }
    ),
)
def test_what_no_canonical_name_can_start_with_is_no_shoulder(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ShoulderName.parse(text)

    assert refusal.value.field == "shoulder"


def test_a_shoulder_covers_what_starts_with_it() -> None:
    shoulder = ShoulderName.parse("ark:/13030/c7")

    assert shoulder.covers(Identifier.parse("ark:/13030/c7x"))
    assert not shoulder.covers(Identifier.parse("ark:/13030/C7x"))
    assert ShoulderName.parse("uuid:").covers(Identifier.parse(UUID))


@steady
@given(st.text(string.printable, max_size=20))
def test_any_shoulder_and_one_character_make_a_canonical_name(tail: Any) -> None:
    for head in ("ark:/99999/", "doi:10.5072/"):
        try:
            shoulder = ShoulderName.parse(head + tail)
        except Invalid:
            continue
        name = f"{shoulder}7" if shoulder.scheme is Scheme.DOI else f"{shoulder}x"
        assert str(Identifier.parse(name)) == name
