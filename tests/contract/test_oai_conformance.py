"""OAI-PMH 2.0, rule by rule, at both repositories and at Crossref's without its default set; in process.

Every answer has to have the protocol's form (`tests.oai_answers`). Sections are those of the protocol, version 2.0, 2015-01-08.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests import oai_answers
from tests.contract.oai_repositories import ARTICLES, BOOKS, DIRTY, DRAFT, GONE, HIDDEN, PAGE_SIZE, Harvested, repository

SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LISTS = ("ListIdentifiers", "ListRecords")


@pytest.fixture(scope="module", params=["crossref", "strict", "datacite"])
def there(request: pytest.FixtureRequest) -> Iterator[Harvested]:
    with repository(request.param) as found:
        yield found


@pytest.fixture(scope="module")
def headers(there: Harvested) -> dict[str, oai_answers.Header]:
    return there.headers()


@pytest.fixture(scope="module")
def records(there: Harvested) -> dict[str, list[oai_answers.Answer]]:
    """All pages of all records, by format."""
    return {prefix: there.everything("ListRecords", prefix) for prefix in there.formats}


@pytest.fixture(scope="module")
def day(headers: dict[str, oai_answers.Header]) -> str:
    """The day of the records, all of which were made by this suite."""
    return min(header.datestamp for header in headers.values())[:10]


def an_article(there: Harvested) -> str:
    return there.outward(ARTICLES[0])


# ------------------------------------------------------------------------------------------------------- 2 the repository
def test_every_item_is_listed_once_under_a_name_of_its_own(there: Harvested) -> None:
    listed = [name for page in there.everything("ListIdentifiers", "oai_dc") for name in page.names]

    assert sorted(listed) == sorted(map(there.outward, there.names))


def test_what_is_not_public_yet_or_not_to_be_exported_is_nowhere(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    for name in map(there.outward, (DRAFT, HIDDEN)):
        assert name not in headers
        assert there.ask({"verb": "GetRecord", "identifier": name, "metadataPrefix": "oai_dc"}).codes == ["idDoesNotExist"]


def test_every_item_is_to_be_had_in_dublin_core_and_in_every_other_format(
    there: Harvested, records: dict[str, list[oai_answers.Answer]]
) -> None:
    for pages in records.values():
        alive = {header.identifier for page in pages for header in page.headers if not header.deleted}

        assert alive == {there.outward(name) for name in there.names - {GONE}}
        assert sum(len(page.metadata) for page in pages) == len(alive)


def test_metadata_name_the_namespace_and_the_schema_of_their_format(
    there: Harvested, records: dict[str, list[oai_answers.Answer]]
) -> None:
    for each in there.ask({"verb": "ListMetadataFormats"}).content:
        prefix, schema, namespace = (part.text or "" for part in each)
        for metadata in (each for page in records[prefix] for each in page.metadata):
            location = metadata.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
            assert metadata.tag.startswith(f"{{{namespace}}}")
            assert f"{namespace} {schema}" in " ".join((location or "").split())


def test_the_schema_of_dublin_core_is_named_by_http_as_it_always_was(there: Harvested) -> None:
    entry = next(each for each in there.ask({"verb": "ListMetadataFormats"}).content if each[0].text == "oai_dc")

    assert [part.text for part in entry] == [
        "oai_dc",
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ]


def test_the_same_header_comes_with_every_verb(
    there: Harvested, headers: dict[str, oai_answers.Header], records: dict[str, list[oai_answers.Answer]]
) -> None:
    in_records = {each.identifier: each for page in records[there.prefix] for each in page.headers}
    alone = {name: there.ask({"verb": "GetRecord", "identifier": name, "metadataPrefix": "oai_dc"}).headers[0] for name in headers}

    assert in_records == headers == alone


def test_datestamps_have_the_granularity_that_identify_tells(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    assert there.ask({"verb": "Identify"}).fact("granularity") == "YYYY-MM-DDThh:mm:ssZ"
    assert all(SECOND.fullmatch(header.datestamp) for header in headers.values())


def test_a_tombstone_is_a_header_that_says_deleted_with_its_sets_and_no_metadata(
    there: Harvested, headers: dict[str, oai_answers.Header]
) -> None:
    name = there.outward(GONE)
    alone = there.ask({"verb": "GetRecord", "identifier": name, "metadataPrefix": there.prefix})

    assert headers[name].deleted
    assert headers[name].sets
    assert alone.headers == [headers[name]]
    assert alone.metadata == []


def test_an_old_name_full_of_markup_survives_the_way_there_and_back(there: Harvested) -> None:
    for name in map(there.outward, BOOKS):
        answer = there.ask({"verb": "GetRecord", "identifier": name, "metadataPrefix": "oai_dc"})

        assert answer.names == [name]
        assert answer.request["identifier"] == name


def test_control_characters_and_markup_of_a_title_do_not_break_a_page(there: Harvested) -> None:
    answer = there.ask({"verb": "GetRecord", "identifier": there.outward(DIRTY), "metadataPrefix": "oai_dc"})
    title = answer.metadata[0].findtext("{http://purl.org/dc/elements/1.1/}title")

    assert title is not None
    assert "bell" in title
    assert "🔔" in title
    assert "\x07" not in title


# ---------------------------------------------------------------------------------------------------------- 2.6 the sets
def test_a_header_names_no_set_that_listsets_does_not(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    branches = [{"set": spec} if spec else {} for spec in there.sets]
    listed = {spec for branch in branches for page in there.pages({"verb": "ListSets", **branch}) for spec in page.sets}

    assert {spec for header in headers.values() for spec in header.sets} <= listed
    assert {spec.rpartition(":")[0] for spec in listed if ":" in spec} <= listed, "parents are listed too"


def test_a_set_holds_exactly_the_records_whose_headers_name_it(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    specs = {spec for header in headers.values() for spec in header.sets}

    for spec in specs:
        asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": spec}
        found = [name for page in there.pages(asked) for name in page.names]
        assert sorted(found) == sorted(name for name, header in headers.items() if spec in header.sets)


@pytest.mark.parametrize("verb", LISTS)
def test_a_set_that_there_is_not_has_no_records(there: Harvested, verb: str) -> None:
    for spec in ("nothing", "J:10.99999", "J:10.12345:4711", "B:10.12345:1:2011", "LIBRARY.NOBODY", "a:b:c"):
        assert there.ask({"verb": verb, "metadataPrefix": "oai_dc", "set": spec}).codes == ["noRecordsMatch"]


# ------------------------------------------------------------------------------------------------------ 2.7 dates of lists
def test_from_and_until_belong_to_the_list(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    moments = sorted({header.datestamp for header in headers.values()})

    for moment in moments:
        expected = sorted(name for name, header in headers.items() if header.datestamp == moment)
        assert sorted(there.headers(**{"from": moment, "until": moment})) == expected
        assert sorted(there.headers(**{"from": moment})) == sorted(n for n, h in headers.items() if h.datestamp >= moment)
        assert sorted(there.headers(until=moment)) == sorted(n for n, h in headers.items() if h.datestamp <= moment)


def test_a_day_lasts_from_its_first_second_to_its_last(there: Harvested, headers: dict[str, oai_answers.Header]) -> None:
    for day in {header.datestamp[:10] for header in headers.values()}:
        expected = sorted(name for name, header in headers.items() if header.datestamp[:10] == day)

        assert sorted(there.headers(**{"from": day, "until": day})) == expected


def test_dates_before_the_first_record_and_in_the_future_are_no_errors(
    there: Harvested, headers: dict[str, oai_answers.Header]
) -> None:
    assert there.headers(**{"from": "1900-01-01", "until": "2999-12-31"}) == headers
    assert there.headers(**{"from": "2999-12-31"}) == {}


@pytest.mark.parametrize("verb", LISTS)
def test_nothing_is_older_than_the_earliest_datestamp(there: Harvested, headers: dict[str, oai_answers.Header], verb: str) -> None:
    earliest = there.ask({"verb": "Identify"}).fact("earliestDatestamp")
    before = datetime.fromisoformat(earliest) - timedelta(days=366)

    assert earliest <= min(header.datestamp for header in headers.values())
    asked = {"verb": verb, "metadataPrefix": "oai_dc", "until": before.strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert there.ask(asked).codes == ["noRecordsMatch"]


# ----------------------------------------------------------------------------------------------------------- 3.1 requests
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"verb": "Identify"}, id="Identify"),
        pytest.param({"verb": "ListMetadataFormats"}, id="ListMetadataFormats"),
        pytest.param({"verb": "ListSets"}, id="ListSets"),
        pytest.param({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}, id="ListIdentifiers"),
        pytest.param({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, id="ListRecords"),
        pytest.param({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, id="GetRecord"),
        pytest.param({}, id="nothing"),
    ],
)
def test_post_answers_what_get_answers(there: Harvested, arguments: dict[str, str]) -> None:
    if arguments.get("verb") == "GetRecord":
        arguments = {**arguments, "identifier": there.outward(BOOKS[1])}
    by_get, by_post = there.ask(arguments), there.ask(arguments, method="POST")

    assert [child.tag for child in by_post.root] == [child.tag for child in by_get.root]
    assert (by_post.request, by_post.codes) == (by_get.request, by_get.codes)
    told = [[each.text for each in answer.root.iter(f"{oai_answers.OAI}identifier")] for answer in (by_get, by_post)]
    assert told[0] == told[1]


def test_a_post_may_name_a_charset_and_have_no_body(there: Harvested) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

    assert there.ask({"verb": "Identify"}, method="POST", headers=kind).verb == "Identify"
    assert there.ask("", method="POST").codes == ["badVerb"]


def test_the_order_of_arguments_is_free(there: Harvested) -> None:
    for query in ("metadataPrefix=oai_dc&verb=ListIdentifiers", "verb=ListIdentifiers&metadataPrefix=oai_dc"):
        assert there.ask(query).verb == "ListIdentifiers"


def test_encoded_and_plain_characters_are_the_same_argument(there: Harvested) -> None:
    name = an_article(there)

    for written in (quote(name, safe=""), quote(name, safe=":/"), "".join(f"%{ord(character):02X}" for character in name)):
        assert there.ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={written}").names == [name]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_by_http(there: Harvested, method: str) -> None:
    answer = there.send({"verb": "Identify"}, method=method)

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_head_is_get_without_a_body_and_options_says_what_there_is(there: Harvested) -> None:
    head, options = there.send({"verb": "Identify"}, method="HEAD"), there.send(method="OPTIONS")

    assert (head.status, head.headers["content-type"], head.content) == (200, "text/xml; charset=utf-8", b"")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_a_slash_behind_the_base_url_does_no_harm_and_another_path_is_not_found(there: Harvested) -> None:
    assert there.ask({"verb": "Identify"}, path=f"{there.path}/").fact("baseURL") == there.url
    assert there.send({"verb": "Identify"}, path=f"{there.path}/nothing").status == 404


# ------------------------------------------------------------------------------------------------------ 3.1.2 the answers
def test_protocol_errors_are_text_xml_of_status_200(there: Harvested) -> None:
    answer = there.send({"verb": "nothing"})

    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")


def test_an_answer_is_compressed_for_those_who_accept_it_and_for_no_others(there: Harvested) -> None:
    plain = there.send({"verb": "Identify"})
    packed = there.send({"verb": "Identify"}, headers={"Accept-Encoding": "gzip, deflate"})
    identity = there.send({"verb": "Identify"}, headers={"Accept-Encoding": "identity;q=0"})

    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in identity.headers, "it always works"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    # The time of the answer may have moved on by a second.
    assert SECOND.sub("", gzip.decompress(packed.content).decode()) == SECOND.sub("", plain.text)
    assert there.ask({"verb": "Identify"}).fact("compression") == "gzip"


def test_the_time_of_the_answer_is_in_whole_seconds_of_utc(there: Harvested) -> None:
    date = there.ask({"verb": "Identify"}).date

    assert SECOND.fullmatch(date)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(date)) < timedelta(seconds=60)


def test_the_request_is_repeated_as_it_was_sent(there: Harvested, day: str) -> None:
    arguments = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "from": day, "until": "2999-01-01"}
    answer = there.ask(arguments)

    assert answer.request == arguments
    assert answer.base_url == there.url


def test_a_resumed_request_repeats_the_verb_and_the_token(there: Harvested) -> None:
    first = there.ask({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})
    again = {"verb": "ListIdentifiers", "resumptionToken": first.token}

    assert there.ask(again).request == again


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param({"verb": "ListRecords", "metadataPrefix": "no_such"}, "cannotDisseminateFormat", id="cannotDisseminateFormat"),
        pytest.param({"verb": "ListSets", "resumptionToken": "junk"}, "badResumptionToken", id="badResumptionToken"),
        pytest.param(
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:nothing:1"}, "idDoesNotExist", id="idDoesNotExist"
        ),
        pytest.param(
            {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "until": "1999-01-01"}, "noRecordsMatch", id="noRecordsMatch"
        ),
    ],
)
def test_a_request_that_was_understood_is_repeated_beside_its_error(there: Harvested, arguments: dict[str, str], code: str) -> None:
    answer = there.ask(arguments)

    assert answer.codes == [code]
    assert answer.request == arguments
    assert answer.words


# ----------------------------------------------------------------------------------------------- 3.6 errors and conditions
ILLEGAL_DATES = (
    "",
    "2001",
    "2001-01",
    "20010101",
    "2001-13-01",
    "2001-02-31",
    "2001-01-01T24:00:00Z",
    "2001-01-01T00:00:60Z",
    "2001-01-01T00:00:00.5Z",
    "2001-01-01T00:00:00+00:00",
    "2001-01-01T00:00:00",
    "2001-01-01T00:00Z",
    "2001-01-01Z",
    "2001-01-01 00:00:00Z",
    "0000-01-01",
    "-2001-01-01",
    "٢٠٠١-01-01",
    "junk",
    "<from>",
    "\x00",
)
BAD_VERBS = {
    "no verb": "",
    "an empty verb": "verb=",
    "an unknown verb": "verb=junk",
    "a verb in another case": "verb=identify",
    "a blank behind": "verb=Identify%20",
    "the same verb twice": "verb=Identify&verb=Identify",
    "two verbs": "verb=Identify&verb=ListSets",
    "markup": "verb=%3Cverb%3E%26%22",
    "a control character": "verb=Identify%00",
    "bytes that are no UTF-8": "verb=%FF%FE",
    "its name in another case": "Verb=Identify",
    "only its name": "verb",
    "nonsense": "%%%&&&===",
}
BAD_ARGUMENTS = {
    "Identify with an argument": "verb=Identify&test=test",
    "Identify with one that others take": "verb=Identify&metadataPrefix=oai_dc",
    "Identify with an empty one": "verb=Identify&set=",
    "formats with a format": "verb=ListMetadataFormats&metadataPrefix=oai_dc",
    "formats with an empty identifier": "verb=ListMetadataFormats&identifier=",
    "sets with a format": "verb=ListSets&metadataPrefix=oai_dc",
    "GetRecord alone": "verb=GetRecord",
    "GetRecord without a format": "verb=GetRecord&identifier=oai:x:1",
    "GetRecord without an identifier": "verb=GetRecord&metadataPrefix=oai_dc",
    "GetRecord with a set": "verb=GetRecord&identifier=oai:x:1&metadataPrefix=oai_dc&set=J",
    "GetRecord with a token": "verb=GetRecord&resumptionToken=x",
    "an identifier with a control character": "verb=GetRecord&identifier=doi:10.1%00&metadataPrefix=oai_dc",
    "an identifier with a blank": "verb=GetRecord&identifier=doi:10.1 2&metadataPrefix=oai_dc",
    "an identifier that is no URI": "verb=GetRecord&identifier=http://[x&metadataPrefix=oai_dc",
    "an identifier twice": "verb=GetRecord&identifier=oai:x:1&identifier=oai:x:1&metadataPrefix=oai_dc",
    "a format with illegal characters": "verb=GetRecord&identifier=oai:x:1&metadataPrefix=oai%20dc",
    "a list without a format": "verb=ListRecords",
    "a list of a format twice": "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc",
    "a list of an empty format": "verb=ListIdentifiers&metadataPrefix=",
    "a list of an identifier": "verb=ListIdentifiers&metadataPrefix=oai_dc&identifier=oai:x:1",
    "an unknown argument": "verb=ListIdentifiers&metadataPrefix=oai_dc&colour=blue",
    "an argument in another case": "verb=ListIdentifiers&metadataprefix=oai_dc",
    "an argument without a name": "verb=ListIdentifiers&metadataPrefix=oai_dc&=x",
    "an empty set": "verb=ListIdentifiers&metadataPrefix=oai_dc&set=",
    "a set with a blank": "verb=ListIdentifiers&metadataPrefix=oai_dc&set=a+b",
    "a set with an empty level": "verb=ListIdentifiers&metadataPrefix=oai_dc&set=J::4",
    "a set with markup": "verb=ListIdentifiers&metadataPrefix=oai_dc&set=%3Cset%3E",
    "a token and a format": "verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc",
    "a token and a date": "verb=ListIdentifiers&resumptionToken=x&until=2001-01-01",
    "a token and a set": "verb=ListRecords&resumptionToken=x&set=J",
    "an empty token and a format": "verb=ListRecords&resumptionToken=&metadataPrefix=oai_dc",
    "a token twice": "verb=ListRecords&resumptionToken=x&resumptionToken=x",
    "a day and a second": "verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05&until=2002-02-06T05:35:00Z",
    "a second and a day": "verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05T05:35:00Z&until=2002-02-06",
    "from behind until": "verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-06&until=2002-02-05",
    "from a second behind until": "verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05T00:00:01Z&until=2002-02-05T00:00:00Z",
    "from behind until in the future": "verb=ListRecords&metadataPrefix=oai_dc&from=2999-02-06&until=2999-02-05",
    "illegal dates and an illegal set": "verb=ListRecords&metadataPrefix=oai_dc&from=x&until=y&set=%22",
    "a syntax error and an unknown format": "verb=ListRecords&metadataPrefix=no_such&from=junk",
    "an argument of ten thousand characters": "verb=ListRecords&metadataPrefix=" + 10_000 * "x",
    "a hundred arguments": "verb=Identify" + 100 * "&a=b",
}


@pytest.mark.parametrize("query", BAD_VERBS.values(), ids=BAD_VERBS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_verb_is_bad_verb_and_is_not_repeated(there: Harvested, method: str, query: str) -> None:
    answer = there.ask(query, method=method)

    assert answer.codes == ["badVerb"]
    assert answer.request == {}
    assert answer.base_url == there.url


@pytest.mark.parametrize("query", BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_argument_is_bad_argument_and_is_not_repeated(there: Harvested, method: str, query: str) -> None:
    answer = there.ask(query, method=method)

    assert set(answer.codes) == {"badArgument"}
    assert answer.request == {}
    assert answer.words


@pytest.mark.parametrize("date", ILLEGAL_DATES)
@pytest.mark.parametrize("bound", ["from", "until"])
@pytest.mark.parametrize("verb", LISTS)
def test_what_is_no_date_is_bad_argument(there: Harvested, verb: str, bound: str, date: str) -> None:
    assert there.ask({"verb": verb, "metadataPrefix": "oai_dc", bound: date}).codes == ["badArgument"]


def test_everything_that_is_wrong_is_told_at_once(there: Harvested) -> None:
    answer = there.ask("verb=ListRecords&from=x&until=y&colour=blue")

    assert answer.codes == 4 * ["badArgument"]
    for word in ("from", "until", "colour", "metadataPrefix"):
        assert word in answer.words


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords", "GetRecord"])
def test_a_format_that_there_is_not_cannot_be_disseminated(there: Harvested, verb: str) -> None:
    more = {"identifier": an_article(there)} if verb == "GetRecord" else {}

    assert there.ask({"verb": verb, "metadataPrefix": "no_such", **more}).codes == ["cannotDisseminateFormat"]


def test_an_unknown_format_comes_before_an_empty_list(there: Harvested) -> None:
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "no_such", "until": "1999-01-01", "set": "nothing"}

    assert there.ask(asked).codes == ["cannotDisseminateFormat"]


UNKNOWN_NAMES = (
    "really_wrong_id",
    "oai:x:1",
    "doi:10.12345/NONE",
    "info:doi/10.12345/NONE",
    "ark:/13030/c7none",
    "ark:/b2345/j0",
    "http://example.org/",
    "info:doi/",
    "doi:",
    "doi:10.12345/%00",
    "doi:10.12345/%ff",
    "info:doi/10.12345/%e2%82%ac",
    'invalid"id',
    "doi:10.12345/<b>&amp;",
    "uuid:0",
)


@pytest.mark.parametrize("name", UNKNOWN_NAMES)
def test_a_name_that_is_no_items_does_not_exist(there: Harvested, name: str) -> None:
    record = there.ask({"verb": "GetRecord", "identifier": name, "metadataPrefix": "oai_dc"})
    formats = there.ask({"verb": "ListMetadataFormats", "identifier": name})

    assert record.codes == formats.codes == ["idDoesNotExist"]
    assert record.request["identifier"] == name


@pytest.mark.parametrize("verb", ["ListSets", "ListIdentifiers", "ListRecords"])
@pytest.mark.parametrize("token", ["", "junktoken", "AAAA", "%%%", "<token>&\"'", "a b", "é", 1500 * "A"])
def test_a_token_of_somebody_elses_is_bad(there: Harvested, verb: str, token: str) -> None:
    answer = there.ask({"verb": verb, "resumptionToken": token})

    assert answer.codes == ["badResumptionToken"]
    assert answer.request == {"verb": verb, "resumptionToken": token}


def test_a_token_that_xml_cannot_carry_is_a_bad_argument(there: Harvested) -> None:
    assert there.ask({"verb": "ListRecords", "resumptionToken": "\x01"}).codes == ["badArgument"]


# --------------------------------------------------------------------------------------------------------- 3.5 flow control
@pytest.mark.parametrize("verb", LISTS)
def test_a_list_comes_in_pages_and_ends_in_an_empty_token(there: Harvested, verb: str) -> None:
    pages = list(there.pages({"verb": verb, "metadataPrefix": there.prefix, **({"set": "J"} if there.name == "strict" else {})}))
    cursor = 0

    assert len(pages) > 2
    for page in pages:
        element = page.token_element
        assert element is not None
        assert element.get("cursor") == str(cursor)
        assert (element.get("expirationDate") is not None) is bool(page.token)
        cursor += len(page.headers)
        assert len(page.headers) <= PAGE_SIZE
    assert [bool(page.token) for page in pages] == [True] * (len(pages) - 1) + [False]
    assert len({name for page in pages for name in page.names}) == cursor


def test_a_list_that_fits_into_one_answer_has_no_token_at_all(there: Harvested) -> None:
    spec = "MUSEUM" if there.name == "datacite" else "J:10.12345:1:2011"
    answer = there.ask({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": spec})

    assert 0 < len(answer.headers) <= PAGE_SIZE
    assert answer.token_element is None


def test_a_list_of_an_exact_number_of_pages_has_no_empty_one_behind(there: Harvested) -> None:
    spec = "LIBRARY" if there.name == "datacite" else "J:10.12345:1"
    pages = list(there.pages({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": spec}))
    sizes = [len(page.headers) for page in pages]

    assert sum(sizes) % PAGE_SIZE == 0, "or this test says nothing"
    assert sizes == [PAGE_SIZE] * len(sizes)


def test_the_size_of_a_list_is_told_where_it_is_known_and_then_it_is_right(there: Harvested) -> None:
    for page in there.pages({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}):
        element = page.token_element
        size = element.get("completeListSize") if element is not None else None
        assert size is None or int(size) == len(there.headers())


@pytest.mark.parametrize("verb", LISTS)
def test_a_token_may_be_used_again(there: Harvested, verb: str) -> None:
    first = there.ask({"verb": verb, "metadataPrefix": "oai_dc"})
    again = {"verb": verb, "resumptionToken": first.token}
    once, twice = there.ask(again), there.ask(again, method="POST")
    there.ask({"verb": verb, "resumptionToken": twice.token})

    assert once.names == twice.names == there.ask(again).names
    assert first.names != once.names


def test_a_token_is_for_one_verb_and_one_repository(there: Harvested) -> None:
    token = there.ask({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}).token
    elsewhere = Harvested(
        "strict" if there.name == "datacite" else "datacite", "/oai" if there.name == "datacite" else "/oai/datacite", there.gateway
    )

    assert there.ask({"verb": "ListRecords", "resumptionToken": token}).codes == ["badResumptionToken"]
    assert there.ask({"verb": "ListSets", "resumptionToken": token}).codes == ["badResumptionToken"]
    assert elsewhere.ask({"verb": "ListIdentifiers", "resumptionToken": token}).codes == ["badResumptionToken"]


def test_a_token_needs_no_encoding_and_is_short(there: Harvested) -> None:
    token = there.ask({"verb": "ListRecords", "metadataPrefix": "oai_dc"}).token

    assert quote(token, safe="") == token
    assert len(token) < 1000


def test_a_token_lives_for_two_days(there: Harvested) -> None:
    answer = there.ask({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})
    element = answer.token_element

    assert element is not None
    left = datetime.fromisoformat(str(element.get("expirationDate"))) - datetime.fromisoformat(answer.date)
    assert timedelta(hours=48) <= left < timedelta(hours=48, minutes=1)


def test_all_pages_of_a_list_are_of_the_same_time(there: Harvested) -> None:
    dates = {page.date for page in there.pages({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"})}

    assert len(dates) == 1


# --------------------------------------------------------------------------------------------------------------- 4 verbs
def test_identify_tells_what_the_repository_is(there: Harvested) -> None:
    told = there.ask({"verb": "Identify"})

    assert [child.tag.removeprefix(oai_answers.OAI) for child in told.content] == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
        "compression",
        "description",
    ]
    assert told.fact("repositoryName") == "Registry & Sons"
    assert told.fact("baseURL") == told.base_url == there.url
    assert told.fact("protocolVersion") == "2.0"
    assert told.fact("adminEmail") == "registry@example.org"
    assert told.fact("deletedRecord") == "persistent"
    assert SECOND.fullmatch(told.fact("earliestDatestamp"))


def test_identify_names_the_other_repository_as_a_friend_and_claims_no_oai_identifiers(there: Harvested) -> None:
    content = there.ask({"verb": "Identify"}).content
    urls = [each.text for each in content.iter("{http://www.openarchives.org/OAI/2.0/friends/}baseURL")]

    assert urls == [there.url + "/datacite" if there.name != "datacite" else there.url.removesuffix("/datacite")]
    assert not list(content.iter("{http://www.openarchives.org/OAI/2.0/oai-identifier}oai-identifier"))


def test_the_formats_of_an_item_are_those_of_the_repository(there: Harvested) -> None:
    all_of_them = there.ask({"verb": "ListMetadataFormats"})

    for name in (an_article(there), there.outward(GONE)):
        of_item = there.ask({"verb": "ListMetadataFormats", "identifier": name})
        assert [each[0].text for each in of_item.content] == [each[0].text for each in all_of_them.content]
    assert sorted(each[0].text or "" for each in all_of_them.content) == sorted(there.formats)


def test_getrecord_gives_the_record_in_every_format(there: Harvested) -> None:
    for prefix in there.formats:
        answer = there.ask({"verb": "GetRecord", "identifier": an_article(there), "metadataPrefix": prefix})

        assert answer.names == [an_article(there)]
        assert len(answer.metadata) == 1


def test_no_payload_has_an_unprefixed_identifier_of_the_protocol(records: dict[str, list[oai_answers.Answer]]) -> None:
    payloads = [metadata for pages in records.values() for page in pages for metadata in page.metadata]

    assert [each for metadata in payloads for each in metadata.iter(f"{oai_answers.OAI}identifier")] == []


# ------------------------------------------------------------------------------------------- what the validators go through
def test_the_way_of_the_registration_validator_leads_through(there: Harvested) -> None:
    sets = list(there.ask({"verb": "ListSets"}).sets)
    tries = (there.ask({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": spec}) for spec in sets)
    found = next(answer for answer in tries if not answer.codes)
    example = next(header for header in found.headers if not header.deleted)
    formats = there.ask({"verb": "ListMetadataFormats", "identifier": example.identifier})
    record = there.ask({"verb": "GetRecord", "identifier": example.identifier, "metadataPrefix": "oai_dc"})
    of_its_second = there.headers(**{"from": example.datestamp, "until": example.datestamp})

    assert "oai_dc" in [each[0].text for each in formats.content]
    assert found.request["set"] in record.headers[0].sets
    assert example.identifier in of_its_second


def test_asking_from_the_last_answers_date_gives_what_came_since(there: Harvested) -> None:
    last = [page.date for page in there.everything("ListIdentifiers", "oai_dc")][-1]
    name = there.outward(ARTICLES[3])
    there.gateway.send("POST", f"/id/{ARTICLES[3]}", "datacite.title: Another title", by=("alice", "secret"))

    assert name in there.headers(**{"from": last})
