"""DataCite's EZ API guide, statement by statement: each test says which one it holds the service to."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.protocols.gateway import read_request
from tests.contract.in_process import Answer, Gateway, running

ALICE, BOB = ("alice", "alice's password"), ("bob", "bob's password")
OURS, TEST, THEIRS = "doi:10.12345/", "doi:10.5072/FK2", "doi:10.23456/"
CROSSREF = "doi:10.15697/"
TARGET = "https://example.org/object"
ELEMENTS = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "À la recherche du temps perdu",
    "datacite.publisher": "Gallimard",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Novel",
    "_target": TARGET,
}
# Every character that has a meaning in a dictionary: line ends, a colon, a percent sign, an escape that is meant as text.
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<resource xmlns="http://datacite.org/schema/kernel-4">\r\n'
    '  <identifier identifierType="DOI">10.12345/ABC</identifier>\n  <title>100% sure: %41 & %C3%A9</title>\n</resource>'
)
UNIXREF = '<?xml version="1.0"?>\n<doi_records><doi_record><crossref/></doi_record></doi_records>'


@pytest.fixture(scope="module")
def api() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder(OURS, agency=Agency.DATACITE, datacenter="ACME.LIB")
        gateway.add_shoulder(THEIRS, agency=Agency.DATACITE)
        gateway.add_shoulder(TEST, agency=Agency.DATACITE, test=True)
        gateway.add_shoulder(CROSSREF, agency=Agency.CROSSREF, test=True)
        gateway.add_shoulder("ark:/99999/fk4", test=True)
        gateway.add_account(*ALICE, OURS)
        gateway.add_account(*BOB, THEIRS)
        yield gateway


@pytest.fixture
def doi(request: pytest.FixtureRequest) -> str:
    """A DOI of alice's that no other test uses, as the EZ API shows it."""
    return OURS + re.sub(r"\W+", "-", request.node.name.lower()).strip("-")


def escape(text: str) -> str:
    """What the guide's sample clients in Python and Java do to names and values before they upload them."""
    return re.sub("[%:\r\n]", lambda found: f"%{ord(found[0]):02X}", text)


def unescape(text: str) -> str:
    """What the guide's sample clients do to what they download."""
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)


def anvl(elements: Mapping[str, str]) -> str:
    return "\n".join(f"{escape(name)}: {escape(value)}" for name, value in elements.items())


def create(api: Gateway, doi: str, elements: Mapping[str, str], **more: str) -> Answer:
    answer = api.send("PUT", f"/ez/id/{doi}", anvl({**elements, **more}), by=ALICE)
    assert answer.status == 200, answer.text
    return answer


def view(api: Gateway, doi: str) -> Answer:
    return api.send("GET", f"/ez/id/{doi}", by=ALICE)


# Limitations


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("PUT", "/ez/id/ark:/99999/fk4x", id="create_ark"),
        pytest.param("GET", "/ez/id/ark:/99999/fk4x", id="view_ark"),
        pytest.param("GET", "/ez/id/ark:99999/fk4x", id="view_ark_without_slash"),
        pytest.param("POST", "/ez/shoulder/ark:/99999/fk4", id="mint_ark"),
    ],
)
def test_arks_are_not_implemented(api: Gateway, method: str, path: str) -> None:
    answer = api.send(method, path, "erc.who: x" if method != "GET" else None, by=ALICE)

    assert (answer.status, answer.text) == (501, "error: ark identifiers are not supported by this service")


def test_identifiers_that_are_no_dois_are_not_implemented(api: Gateway) -> None:
    answer = api.send("PUT", "/ez/id/uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", anvl(ELEMENTS), by=ALICE)

    assert (answer.status, answer.text) == (501, "error: uuid identifiers are not supported by this service")


@pytest.mark.parametrize(
    ("path", "more"),
    [
        pytest.param(f"/ez/id/{OURS}crossref", {"_crossref": "yes"}, id="asked_for"),
        pytest.param(f"/ez/id/{CROSSREF}abc", {}, id="by_shoulder"),
    ],
)
def test_registration_with_crossref_is_not_implemented(api: Gateway, path: str, more: dict[str, str]) -> None:
    answer = api.send("PUT", path, anvl({**ELEMENTS, **more}), by=ALICE)

    assert (answer.status, answer.text) == (501, "error: Crossref registration not supported by this service")


@pytest.mark.parametrize("profile", ["dc", "erc", "bibtex", "ris", "invented"])
def test_metadata_in_other_formats_is_not_implemented(api: Gateway, profile: str, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", anvl({**ELEMENTS, profile: "x", "_profile": profile}), by=ALICE)

    assert (answer.status, answer.text) == (501, f"error: {profile} profile not supported by this service")
    assert view(api, doi).status == 400


def test_a_tombstone_page_is_not_to_be_had(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS)

    answer = api.send("GET", f"/ez/tombstone/id/{doi}", by=ALICE)

    assert answer.status == 404
    assert answer.line.startswith("error:")


@pytest.mark.parametrize("profile", ["schema_org", "citeproc", "crossref"])
def test_metadata_comes_in_the_element_of_the_profiles_name(api: Gateway, profile: str, doi: str) -> None:
    create(api, doi, {profile: '{"title": "100%"}', "_profile": profile, "_status": "reserved"})

    elements = view(api, doi).elements

    assert (elements[profile], elements["_profile"]) == ('{"title": "100%"}', profile)


def test_the_crossref_profile_registers_a_datacite_doi(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {"crossref": UNIXREF, "_profile": "crossref", "_target": TARGET})

    assert answer.elements["_datacenter"] == "ACME.LIB"
    assert answer.elements["crossref"] == UNIXREF
    assert answer.elements["_status"] == "public"
    assert "_crossref" not in answer.elements


# Authentication


def test_one_name_and_password_serve_all_protocols(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send("POST", f"/id/{doi}", "datacite.title: Changed through EZID", by=ALICE)

    assert answer.status == 200
    assert view(api, doi).elements["datacite.title"] == "Changed through EZID"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="missing"),
        pytest.param({"Authorization": "Basic YWxpY2U6d3Jvbmc="}, id="wrong_password"),
        pytest.param({"Authorization": "Basic bm9ib2R5Om5vYm9keQ=="}, id="unknown_account"),
        pytest.param({"Authorization": "Basic !"}, id="not_base64"),
        pytest.param({"Authorization": "Bearer abc"}, id="another_scheme"),
        pytest.param({"Cookie": "sessionid=abc"}, id="session"),
    ],
)
def test_every_request_for_an_identifier_needs_valid_credentials(api: Gateway, method: str, headers: dict[str, str]) -> None:
    answer = api.send(method, f"/ez/id/{OURS}secret", headers=headers)

    assert (answer.status, answer.text) == (401, "error: unauthorized")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


def test_minting_needs_credentials(api: Gateway) -> None:
    answer = api.send("POST", "/ez/shoulder/doi:10.12345", anvl(ELEMENTS))

    assert (answer.status, answer.text) == (401, "error: unauthorized")


def test_an_ezid_session_is_no_credential_here(api: Gateway) -> None:
    cookie = api.send("GET", "/login", by=ALICE).headers["set-cookie"].partition(";")[0]

    answer = api.send("GET", f"/ez/id/{OURS}x", headers={"Cookie": cookie})

    assert (answer.status, answer.text) == (401, "error: unauthorized")


def test_the_registrys_own_address_is_https(monkeypatch: pytest.MonkeyPatch) -> None:
    event = {
        "httpMethod": "GET",
        "resource": "/ez/status",
        "path": "/ez/status",
        "requestContext": {"domainName": "abc.execute-api.eu-west-1.amazonaws.com", "stage": "live"},
    }

    assert read_request(event, "").base_url.startswith("https://")


@pytest.mark.parametrize("by", [None, ALICE], ids=["without_credentials", "with_credentials"])
def test_there_is_no_login(api: Gateway, by: tuple[str, str] | None) -> None:
    answer = api.send("GET", "/ez/login", by=by)

    assert (answer.status, answer.text) == (501, "error: one-time login and session cookies not supported by this service")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_who_is_known_and_may_not_is_told_forbidden(api: Gateway, method: str, doi: str) -> None:
    create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send(method, f"/ez/id/{doi}", anvl(ELEMENTS), by=BOB)

    assert (answer.status, answer.text) == (403, "error: forbidden")


def test_minting_under_anothers_shoulder_is_forbidden(api: Gateway) -> None:
    answer = api.send("POST", "/ez/shoulder/doi:10.12345", anvl(ELEMENTS), by=BOB)

    assert (answer.status, answer.text) == (403, "error: forbidden")


# Requests and their bodies


def test_bodies_are_plain_text_in_utf8(api: Gateway, doi: str) -> None:
    answer = create(api, doi, ELEMENTS)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.elements["datacite.title"] == "À la recherche du temps perdu"


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=UTF-8", "application/x-www-form-urlencoded", None])
def test_without_a_charset_a_body_is_utf8(api: Gateway, content_type: str | None, doi: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    api.send("PUT", f"/ez/id/{doi}", anvl({**ELEMENTS, "datacite.creator": "Zoë"}), by=ALICE, headers=headers)

    assert view(api, doi).elements["datacite.creator"] == "Zoë"


def test_a_body_in_another_charset_is_refused(api: Gateway, doi: str) -> None:
    headers = {"Content-Type": "text/plain; charset=iso-8859-1"}

    answer = api.send("PUT", f"/ez/id/{doi}", anvl(ELEMENTS).encode("latin-1"), by=ALICE, headers=headers)

    assert (answer.status, answer.line.partition(":")[0]) == (400, "error")


def test_an_element_name_may_not_be_repeated(api: Gateway, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", f"{anvl(ELEMENTS)}\n_target: https://example.org/b", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - ANVL parse error (repeated label)")


def test_white_space_around_names_and_values_means_nothing(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS)

    answer = api.send("POST", f"/ez/id/{doi}", "datacite.title :  In Search  \t\n_status:public", by=ALICE)

    assert answer.elements["datacite.title"] == "In Search"


def test_an_element_name_may_not_be_empty(api: Gateway, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", f"{anvl(ELEMENTS)}\n: x", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - ANVL parse error (empty label)")


def test_an_element_value_may_not_be_empty(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {**ELEMENTS, "crossref": ""})

    assert all(answer.elements.values())
    assert "crossref" not in view(api, doi).elements


def test_an_empty_value_in_a_change_deletes_the_element(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=XML)

    api.send("POST", f"/ez/id/{doi}", "datacite.title:\n_status: public", by=ALICE)
    api.send("POST", f"/ez/id/{doi}", "datacite:\ndatacite.title: Anew\n_status: public", by=ALICE)
    api.send("POST", f"/ez/id/{doi}", "datacite.resourcetype:\n_status: public", by=ALICE)

    elements = view(api, doi).elements
    assert "datacite" not in elements
    assert "datacite.resourcetype" not in elements
    assert elements["datacite.title"] == "Anew"


def test_one_pair_stands_on_each_line(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=XML)

    lines = view(api, doi).text.split("\n")

    assert all(re.match(r"\w+: \S", line) for line in lines)
    assert not view(api, doi).text.endswith("\n")


def test_a_colon_separates_name_and_value_with_or_without_a_blank(api: Gateway, doi: str) -> None:
    body = "\n".join(f"{name}:{escape(value)}" for name, value in ELEMENTS.items())

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE)

    assert answer.elements["_target"] == TARGET


def test_a_comment_is_ignored(api: Gateway, doi: str) -> None:
    body = f"# _target: https://example.org/comment\n{anvl(ELEMENTS)}\n#_status: reserved"

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE)

    assert (answer.elements["_target"], answer.elements["_status"]) == (TARGET, "public")


def test_a_line_that_begins_with_white_space_continues_the_one_before(api: Gateway, doi: str) -> None:
    body = anvl(ELEMENTS).replace("Proust, Marcel", "Proust,\n# in between\n \t Marcel")

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE)

    assert answer.elements["datacite.creator"] == "Proust, Marcel"


def test_answers_have_neither_comments_nor_continuations(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite="#  a\n# b\n  c")

    lines = view(api, doi).text.split("\n")

    assert "datacite: #  a%0A# b%0A  c" in lines
    assert not any(line.startswith(("#", " ", "\t")) for line in lines)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(XML, id="document"),
        pytest.param("a%0Ab", id="escape_as_text"),
        pytest.param("%", id="percent_sign"),
        pytest.param("%%41", id="percent_sign_before_escape"),
        pytest.param("50%25", id="escaped_percent_sign_as_text"),
        pytest.param("a\rb", id="carriage_return"),
        pytest.param("a: b", id="colon_and_blank"),
        pytest.param("a:b", id="colon"),
        pytest.param("é%C3%A9", id="bytes_of_utf8_as_text"),
        pytest.param("a\x85b", id="next_line"),
    ],
)
def test_what_the_guides_clients_escape_they_get_back(api: Gateway, value: str, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=value)

    text = view(api, doi).text
    python = dict(tuple(unescape(part).strip() for part in line.split(":", 1)) for line in text.splitlines())
    java = {unescape(line.split(":", 1)[0]).strip(): unescape(line.split(":", 1)[1]).strip() for line in re.split("[\r\n]+", text)}
    assert python["datacite"] == java["datacite"] == value


def test_the_first_line_says_success_and_the_doi_in_lower_case(api: Gateway) -> None:
    answer = create(api, f"{OURS}First-LINE", ELEMENTS)

    assert answer.line == "success: doi:10.12345/first-line"


# Errors


@pytest.mark.parametrize("name", ["doi:/10.5072/bogus", "doi:10.12345/bogus", "nonsense"])
def test_what_does_not_exist_is_a_bad_request(api: Gateway, name: str) -> None:
    answer = api.send("GET", f"/ez/id/{name}", by=ALICE)

    assert answer.status == 400
    assert answer.headers["content-type"].lower() == "text/plain; charset=utf-8"
    assert answer.text == "error: bad request - no such identifier"
    assert len(answer.text) == 39


# The DataCite profile


def test_datacite_xml_comes_escaped_in_one_element(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {"datacite": XML, "_target": TARGET})

    assert answer.elements["datacite"] == XML
    assert f"\ndatacite: {XML.replace('%', '%25').replace(chr(13), '%0D').replace(chr(10), '%0A')}\n" in answer.text


def test_an_escaped_target_is_understood(api: Gateway, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", f"_target: https%3A//example.org/a\ndatacite: {escape(XML)}\n", by=ALICE)

    assert answer.elements["_target"] == "https://example.org/a"


def test_an_invalid_resource_type_is_refused(api: Gateway, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", anvl({**ELEMENTS, "datacite.resourcetype": "book"}), by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - datacite.resourcetype: Invalid resource type.")


# DOI states


def test_public_is_the_default(api: Gateway, doi: str) -> None:
    assert create(api, doi, ELEMENTS).elements["_status"] == "public"


def test_a_reserved_doi_needs_no_metadata_and_may_be_deleted(api: Gateway, doi: str) -> None:
    created = create(api, doi, {"_status": "reserved"})

    deleted = api.send("DELETE", f"/ez/id/{doi}", by=ALICE)

    assert created.elements["_status"] == "reserved"
    assert (deleted.status, deleted.line) == (200, f"success: {doi}")
    assert view(api, doi).status == 400


def test_a_reserved_doi_is_not_exported(api: Gateway, doi: str) -> None:
    assert create(api, doi, {"_status": "reserved"}).elements["_export"] == "no"
    assert api.send("POST", f"/ez/id/{doi}", anvl(ELEMENTS), by=ALICE).elements["_export"] == "yes"


def test_only_a_reserved_doi_may_be_deleted(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS)

    answer = api.send("DELETE", f"/ez/id/{doi.upper().replace('DOI', 'doi')}", by=ALICE)

    assert answer.status == 400
    assert answer.text == f"error: {doi.upper().replace('DOI', 'doi')} is not a reserved DOI"
    assert view(api, doi).status == 200


@pytest.mark.parametrize("status", ["unavailable", "unavailable | withdrawn by author", "unavailable | a | b"])
def test_a_doi_may_be_unavailable_for_a_reason(api: Gateway, status: str, doi: str) -> None:
    create(api, doi, ELEMENTS)

    answer = api.send("POST", f"/ez/id/{doi}", f"_status: {status}", by=ALICE)

    assert answer.elements["_status"] == status
    assert answer.elements["_export"] == "no"


def test_an_unavailable_doi_leads_where_its_owner_says(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS)

    hidden = api.send("POST", f"/ez/id/{doi}", "_status: unavailable", by=ALICE)
    moved = api.send("POST", f"/ez/id/{doi}", "_status: unavailable\n_target: https://example.org/tombstone", by=ALICE)

    assert hidden.elements["_target"] == TARGET
    assert (moved.elements["_target"], moved.elements["_status"]) == ("https://example.org/tombstone", "unavailable")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(["reserved", "reserved", "public"], id="reserved_to_public"),
        pytest.param(["public", "unavailable", "public"], id="there_and_back"),
        pytest.param(["public", "unavailable", "unavailable | other reason"], id="another_reason"),
    ],
)
def test_a_new_status_changes_the_state(api: Gateway, path: list[str], doi: str) -> None:
    create(api, doi, ELEMENTS, _status=path[0])

    reached = [api.send("POST", f"/ez/id/{doi}", f"_status: {status}", by=ALICE).elements["_status"] for status in path[1:]]

    assert reached == path[1:]


@pytest.mark.parametrize(
    ("first", "then"),
    [pytest.param("public", "reserved", id="hidden_again"), pytest.param("reserved", "unavailable", id="gone_before_it_was")],
)
def test_a_transition_that_is_not_allowed_is_refused(api: Gateway, first: str, then: str, doi: str) -> None:
    create(api, doi, ELEMENTS, _status=first)

    answer = api.send("POST", f"/ez/id/{doi}", f"_status: {then}", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - _status: invalid identifier status change")
    assert view(api, doi).elements["_status"] == first


@pytest.mark.parametrize("status", ["Public", "findable", "unavailablefoo", ""])
def test_an_unknown_status_changes_nothing(api: Gateway, status: str, doi: str) -> None:
    before = create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send("POST", f"/ez/id/{doi}", f"_status: {status}\n_target: https://example.org/b", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - _status: invalid identifier status")
    assert view(api, doi).text == before.text


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        pytest.param(b"_target: \xff", 400, "character decoding error", id="not_utf8"),
        pytest.param(b"_target", 400, "ANVL parse error (no colon in line)", id="no_colon"),
        pytest.param(b" _target: x", 400, "ANVL parse error (no previous label for continuation line)", id="nothing_to_continue"),
        pytest.param(
            b"_status: reserved\ndatacite.title: " + b"x" * 1_000_000,
            400,
            "datacite.title: An element may have at most 786432 bytes (it has 1000014).",
            id="long_element",
        ),
        pytest.param(b"#" * 2_097_153, 413, "request body has 2097153 bytes, 2097152 are read", id="long_body"),
    ],
)
def test_a_body_that_cannot_be_kept_makes_nothing(api: Gateway, body: bytes, status: int, reason: str, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE)

    assert (answer.status, answer.text) == (status, f"error: bad request - {reason}")
    assert view(api, doi).status == 400


# The service as it ran, where the guide is silent


def test_a_record_is_shown_in_the_usual_order(api: Gateway, doi: str) -> None:
    before_s = int(time.time())

    answer = create(api, doi, {"datacite": XML, "_target": TARGET})

    assert answer.labels == ["_target", "datacite", "_profile", "_datacenter", "_export", "_created", "_updated", "_status"]
    assert before_s <= int(answer.elements["_created"]) == int(answer.elements["_updated"]) <= time.time()
    assert view(api, doi).text == answer.text


@pytest.mark.parametrize(
    ("shoulder", "name"),
    [
        pytest.param("doi:10.12345", r"doi:10\.12345/[0-9a-z]{4}-[0-9a-z]{4}", id="prefix"),
        pytest.param("doi:10.12345/Lib", r"doi:10\.12345/lib-[0-9a-z]{4}-[0-9a-z]{4}", id="start_of_name"),
    ],
)
def test_minting_gives_a_random_name(api: Gateway, shoulder: str, name: str) -> None:
    first, second = (api.send("POST", f"/ez/shoulder/{shoulder}", anvl(ELEMENTS), by=ALICE) for _ in range(2))

    assert first.status == second.status == 200
    assert re.fullmatch(f"success: {name}", first.line)
    assert first.line != second.line
    assert first.elements["_status"] == "public"


def test_a_number_may_be_chosen_once(api: Gateway) -> None:
    first, second = (
        api.send("POST", "/ez/shoulder/doi:10.12345", anvl({**ELEMENTS, "_number": "122149076"}), by=ALICE) for _ in range(2)
    )

    assert first.line == "success: doi:10.12345/3mfp-6m52"
    assert (second.status, second.text) == (400, "error: doi:10.12345/3mfp-6m52 has already been registered")


@pytest.mark.parametrize("shoulder", ["doi:10.34567", "doi:10.34567/lib", "nonsense", "doi:", "doi:10.12345//"])
def test_a_shoulder_that_nobody_has_is_no_valid_prefix(api: Gateway, shoulder: str) -> None:
    answer = api.send("POST", f"/ez/shoulder/{shoulder}", anvl(ELEMENTS), by=ALICE)

    assert (answer.status, answer.text) == (400, "error: No valid prefix found")


def test_a_name_under_the_test_prefix_stays_reserved(api: Gateway) -> None:
    name = f"{TEST}stays".lower()

    created = create(api, name, ELEMENTS, _status="public")
    changed = api.send("POST", f"/ez/id/{name}", "_status: public", by=ALICE)
    touched = api.send("POST", f"/ez/id/{name}", "_target: https://example.org/b", by=ALICE)

    assert {answer.elements["_status"] for answer in (created, changed, touched)} == {"reserved"}
    assert touched.elements["_target"] == "https://example.org/b"


def test_a_change_that_is_silent_about_the_state_publishes(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send("POST", f"/ez/id/{doi}", "_target: https://example.org/b", by=ALICE)

    assert answer.elements["_status"] == "public"


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        pytest.param("datacite.resourcetype", "no _profile provided", id="one_itemised_element"),
        pytest.param("_target", "no _target provided", id="target"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", "/ez/id/doi:10.12345/needs"), ("POST", "/ez/shoulder/doi:10.12345")])
def test_a_public_doi_needs_metadata_and_a_target(api: Gateway, without: str, reason: str, method: str, path: str) -> None:
    elements = {name: value for name, value in ELEMENTS.items() if name != without}

    answer = api.send(method, path, anvl(elements), by=ALICE)

    assert (answer.status, answer.text) == (400, f"error: {reason}")


def test_a_change_needs_something_to_change(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send("POST", f"/ez/id/{doi}", "erc.who: x", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: No _profile, _target or _status provided")
    assert view(api, doi).elements["_status"] == "reserved"


def test_a_taken_name_is_told(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS)

    answer = api.send("PUT", f"/ez/id/{doi.upper().replace('DOI', 'doi')}", anvl(ELEMENTS), by=ALICE)

    assert (answer.status, answer.text) == (400, f"error: {doi} has already been registered")


@pytest.mark.parametrize("name", ["10.12345", "doi:10.12/x", "doi:", "nonsense"])
def test_what_is_no_doi_cannot_be_made(api: Gateway, name: str) -> None:
    answer = api.send("PUT", f"/ez/id/{name}", anvl(ELEMENTS), by=ALICE)

    assert (answer.status, answer.text) == (400, "error: no doi provided")


@pytest.mark.parametrize("target", ["mailto:a@example.org", "example.org", "https://"])
def test_a_target_is_a_web_address(api: Gateway, target: str, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", anvl({**ELEMENTS, "_target": target}), by=ALICE)

    assert (answer.status, answer.text) == (400, "error: Not a valid HTTP(S) or FTP URL")


@pytest.mark.parametrize("profile", ["schema_org", "citeproc"])
def test_a_public_doi_is_refused_while_its_profile_cannot_be_read(api: Gateway, profile: str, doi: str) -> None:
    alone = anvl({profile: "{}", "_profile": profile, "_target": TARGET})
    with_items = anvl({**ELEMENTS, profile: "{}", "_profile": profile})

    refused = api.send("PUT", f"/ez/id/{doi}", alone, by=ALICE)
    accepted = api.send("PUT", f"/ez/id/{doi}", with_items, by=ALICE)

    reason = f"Public DOI metadata requirements not satisfied: no creator; reading it out of profile {profile} is not supported"
    assert (refused.status, refused.text) == (501, f"error: {reason} by this service")
    assert (accepted.status, accepted.elements["_status"]) == (200, "public")


def test_both_protocols_see_one_record(api: Gateway) -> None:
    create(api, f"{OURS}shared", ELEMENTS)

    seen = api.send("GET", f"/id/{OURS}SHARED").elements

    assert seen["datacite.title"] == ELEMENTS["datacite.title"]
    assert (seen["_owner"], seen["_status"], seen["_datacenter"]) == ("alice", "public", "ACME.LIB")


def test_a_reader_may_choose_the_profile(api: Gateway, doi: str) -> None:
    create(api, doi, {"datacite": XML, "crossref": UNIXREF, "_target": TARGET})

    chosen = api.send("GET", f"/ez/id/{doi}?_profile=crossref", by=ALICE)
    refused = api.send("GET", f"/ez/id/{doi}?_profile=bibtex", by=ALICE)

    assert (chosen.elements["crossref"], chosen.elements["_profile"]) == (UNIXREF, "crossref")
    assert "datacite" not in chosen.elements
    assert (refused.status, refused.text) == (501, "error: bibtex profile not supported by this service")


def test_a_form_is_read_as_a_dictionary(api: Gateway, doi: str) -> None:
    body = f"_target:%20{TARGET}%0A_status:%20reserved%0D%0Adatacite:%20%3Ca%20b=%22c%22/%3E%0A"

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status == 200, answer.text
    assert (answer.elements["datacite"], answer.elements["_status"]) == ('<a b="c"/>', "reserved")


def test_status_and_heartbeat_are_open(api: Gateway) -> None:
    status, heartbeat = api.send("GET", "/ez/status"), api.send("GET", "/ez/heartbeat")

    assert (status.status, status.text) == (200, "success: API is up")
    assert (heartbeat.status, heartbeat.text) == (200, "OK")
    assert status.headers["x-anonymous-consumer"] == "true"


def test_the_base_leads_to_the_documentation(api: Gateway) -> None:
    answer = api.send("GET", "/ez")

    assert (answer.status, answer.headers["location"]) == (301, "https://ids.example.org/docs")


def test_answers_name_the_account_and_are_open_to_all_sites(api: Gateway, doi: str) -> None:
    headers = create(api, doi, ELEMENTS).headers

    assert headers["x-credential-username"] == "alice"
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("PATCH", "/ez/id/doi:10.12345/x", "GET, PUT, POST, DELETE, OPTIONS", id="patch"),
        pytest.param("GET", "/ez/shoulder/doi:10.12345", "POST, OPTIONS", id="read_a_shoulder"),
        pytest.param("POST", "/ez/status", "GET, HEAD, OPTIONS", id="post_to_status"),
    ],
)
def test_a_wrong_method_is_told_with_the_right_ones(api: Gateway, method: str, path: str, allowed: str) -> None:
    answer = api.send(method, path)

    assert (answer.status, answer.text) == (405, "error: method not allowed")
    assert answer.headers["allow"] == allowed


def test_a_browsers_question_is_answered_without_credentials(api: Gateway) -> None:
    answer = api.send("OPTIONS", "/ez/id/doi:10.12345/x")

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["access-control-allow-methods"] == "GET, PUT, POST, DELETE, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type"


@pytest.mark.parametrize("path", ["/ez/id", "/ez/shoulder", "/ez/nothing", "/ez/nothing/at/all"])
def test_what_is_not_there_is_not_found(api: Gateway, path: str) -> None:
    answer = api.send("POST", path, by=ALICE)

    assert (answer.status, answer.text) == (404, "error:resource not found")
