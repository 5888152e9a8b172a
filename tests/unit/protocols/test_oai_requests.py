"""Whatever is sent, the answer is well-formed, valid, and says what is wrong; it is never an exception."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.identifier import Identifier
from pidstack.protocols.compression import accepts_gzip
from pidstack.protocols.oai.envelope import in_attribute, in_text
from pidstack.protocols.oai.moments import Moment, datestamp
from pidstack.protocols.oai.names import info_name, is_uri, parse_info_name, parse_plain_name, plain_name
from tests.oai_world import OaiWorld, stamp_of

NAMES = st.sampled_from(
    ["verb", "identifier", "metadataPrefix", "set", "from", "until", "resumptionToken", "usr", "pwd", "", "x", "Verb"]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "Identify",
            "ListSets",
            "ListRecords",
            "ListIdentifiers",
            "GetRecord",
            "ListMetadataFormats",
            "oai_dc",
            "J",
            "2001-01-01",
            "x",
        ]
    ),
    st.text(max_size=40),
    st.binary(max_size=40),
)
SALAD = st.lists(st.tuples(NAMES, VALUES), max_size=8)
LOOSE = settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def repositories() -> OaiWorld:
    world = OaiWorld()
    world.keep("doi:10.9999/FZ4A")
    return world


def _written(salad: list[tuple[str, str | bytes]]) -> str:
    return "&".join(
        f"{name}={quote_from_bytes(value if isinstance(value, bytes) else value.encode('utf-8', 'surrogatepass'))}"
        for name, value in salad
    )


@pytest.mark.parametrize("path", ["/oai", "/oai/datacite"])
@LOOSE
@given(SALAD)
def test_any_salad_of_arguments_gets_a_valid_answer(
    repositories: OaiWorld, path: str, salad: list[tuple[str, str | bytes]]
) -> None:
    query = _written(salad)
    by_get, by_post = repositories.send(path, query), repositories.send(path, method="POST", body=query.encode())

    assert (by_get.status, by_get.text) == (by_post.status, by_post.text)
    if by_get.status != 401:  # records at `/oai` are not for everybody
        assert repositories.ask(path, query).root is not None


@pytest.mark.parametrize("path", ["/oai", "/oai/datacite"])
@LOOSE
@given(st.binary(max_size=200))
def test_any_bytes_for_a_body_are_bad_verb(repositories: OaiWorld, path: str, body: bytes) -> None:
    answer = repositories.ask(path, method="POST", body=b"x" + body.replace(b"verb", b""))

    assert answer.codes == ["badVerb"]


@pytest.mark.parametrize("verb", ["ListSets", "ListIdentifiers", "ListRecords"])
@LOOSE
@given(token=st.text(max_size=100))
def test_any_text_for_a_token_is_refused(repositories: OaiWorld, verb: str, token: str) -> None:
    try:
        query = urlencode({"verb": verb, "resumptionToken": token})
    except UnicodeEncodeError:
        return
    answer = repositories.ask("/oai/datacite", query)

    assert answer.codes in (["badResumptionToken"], ["badArgument"])


@LOOSE
@given(name=st.text(max_size=100))
def test_any_text_for_an_identifier_is_unknown_or_illegal(repositories: OaiWorld, name: str) -> None:
    query = _written([("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", name)])
    answer = repositories.ask("/oai/datacite", query)

    assert answer.codes in (["idDoesNotExist"], ["badArgument"])
    assert answer.request.get("identifier", name) == name


@pytest.mark.parametrize("name", ["verb", "identifier", "metadataPrefix", "set", "from", "until", "resumptionToken", "nothing"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ten_thousand_characters_are_refused_in_a_short_answer(repositories: OaiWorld, method: str, name: str) -> None:
    arguments = {"verb": "ListRecords", "metadataPrefix": "oai_dc"} | {name: 10_000 * "x"}
    query = urlencode(arguments)
    sent = repositories.send("/oai/datacite", *([query] if method == "GET" else []), method=method, body=query.encode())

    assert 'code="bad' in sent.text
    assert len(sent.text) < 2000


def test_a_body_that_is_too_long_is_not_read(repositories: OaiWorld) -> None:
    answer = repositories.ask("/oai", method="POST", body=b"verb=Identify&x=" + 70_000 * b"x")

    assert answer.codes == ["badArgument"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("1970-01-01", 0, 86_399, id="a day"),
        pytest.param("1970-01-01T00:00:00Z", 0, 0, id="a second"),
        pytest.param("2024-02-29T23:59:59Z", 1_709_251_199, 1_709_251_199, id="a leap day"),
        pytest.param("0001-01-01", -62_135_596_800, -62_135_510_401, id="the first day there is"),
        pytest.param("9999-12-31T23:59:59Z", 253_402_300_799, 253_402_300_799, id="the last second there is"),
    ],
)
def test_a_moment_covers_its_seconds(text: str, first: int, last: int) -> None:
    assert Moment.parse(text) == Moment(first, last)


@settings(derandomize=True)
@given(st.integers(0, 4_000_000_000))
def test_a_datestamp_reads_as_the_second_that_it_was_written_for(at_s: int) -> None:
    assert Moment.parse(datestamp(at_s)) == Moment(at_s, at_s)
    assert datestamp(at_s) == stamp_of(at_s)


DOI_SUFFIXES = st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters="#?/"), min_size=1, max_size=60)


@settings(derandomize=True)
@given(DOI_SUFFIXES)
def test_a_doi_comes_back_from_either_of_its_names(suffix: str) -> None:
    identifier = Identifier.parse(f"doi:10.5072/{suffix}")

    assert parse_info_name(info_name(identifier)) == identifier
    assert parse_plain_name(plain_name(identifier)) == identifier
    assert is_uri(info_name(identifier))
    assert is_uri(plain_name(identifier))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("info:doi/10.5072/FK2ABC", "doi:10.5072/FK2ABC", id="as it is"),
        pytest.param("INFO:DOI/10.5072/fk2abc", "doi:10.5072/FK2ABC", id="in any case"),
        pytest.param("info:doi/10.1002/(SICI)1%3C2%3E3", "doi:10.1002/(SICI)1<2>3", id="encoded as RFC 4452 has it"),
    ],
)
def test_crossrefs_names_are_read_in_any_case_and_encoding(written: str, name: str) -> None:
    assert parse_info_name(written).name == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("doi:10.5072/fk2abc", "doi:10.5072/FK2ABC", id="as it is"),
        pytest.param("oai:10.5072/FK2ABC", "doi:10.5072/FK2ABC", id="whatever stands before the colon"),
        pytest.param("ark:/99999/fk4a", "ark:/99999/fk4a", id="an ARK"),
    ],
)
def test_datacites_names_are_read_in_any_case(written: str, name: str) -> None:
    assert parse_plain_name(written).name == name


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.2", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, deflate", False),
        ("gzip; q=0.001", True),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("identity", False),
        ("deflate", False),
        ("gzip;q=x", False),
        (";;,,=", False),
    ],
)
def test_gzip_is_for_those_who_accept_it(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@settings(derandomize=True)
@given(st.text())
def test_text_and_attributes_come_back_without_what_xml_cannot_carry(text: str) -> None:
    from lxml import etree

    root = etree.fromstring(f'<a b="{in_attribute(text)}">{in_text(text)}</a>')

    assert (root.text or "") == root.get("b")
    assert set(root.get("b") or "") <= set(text)
