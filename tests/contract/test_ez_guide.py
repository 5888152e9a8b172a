"""DataCite's EZ API guide, statement by statement: each test says which one it holds the service to."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape as escape_xml

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.formats.datacite_schema import validate
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
# What has a meaning in a dictionary: line ends, a colon, a percent sign, an escape that is meant as text.
TITLE = "100% sure: %41\r\n & %C3%A9"
UNIXREF = """<?xml version="1.0" encoding="UTF-8"?>
<doi_records>
  <doi_record xmlns="http://www.crossref.org/xschema/1.1" owner="10.12345" timestamp="2020-05-04 12:30:15">
    <crossref>
      <book book_type="monograph">
        <book_metadata language="en">
          <contributors>
            <person_name sequence="first" contributor_role="author">
              <given_name>Ana</given_name><surname>Lima</surname>
            </person_name>
          </contributors>
          <titles><title>100% low tide: %41</title></titles>
          <publication_date media_type="print"><year>2019</year></publication_date>
          <publisher><publisher_name>Tide Press</publisher_name></publisher>
          <doi_data><doi>10.12345/TIDE</doi><resource>https://example.org/old</resource></doi_data>
        </book_metadata>
      </book>
    </crossref>
  </doi_record>
</doi_records>"""
DEPOSIT = """<?xml version="1.0"?>
<posted_content xmlns="http://www.crossref.org/schema/5.3.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.crossref.org/schema/5.3.1 http://www.crossref.org/schema/deposit/crossref5.3.1.xsd" type="preprint">
  <contributors>
    <person_name sequence="first" contributor_role="author"><given_name>Ana</given_name><surname>Lima</surname></person_name>
  </contributors>
  <titles><title>100% low tide: %41</title></titles>
  <posted_date><year>2019</year></posted_date>
  <institution><institution_name>Tide Press</institution_name></institution>
  <doi_data><doi>(:tba)</doi><resource>(:tba)</resource></doi_data>
</posted_content>"""
SCHEMA_ORG = """{
  "@context": "https://schema.org",
  "@type": "Book",
  "name": "100% low tide: %41",
  "author": {"@type": "Person", "givenName": "Ana", "familyName": "Lima"},
  "publisher": {"@type": "Organization", "name": "Tide Press"},
  "datePublished": "2019"
}"""
CITEPROC = """{
  "type": "book",
  "title": "100% low tide: %41",
  "author": [{"given": "Ana", "family": "Lima"}],
  "publisher": "Tide Press",
  "issued": {"date-parts": [[2019]]}
}"""
DOCUMENTS = {"crossref": UNIXREF, "schema_org": SCHEMA_ORG, "citeproc": CITEPROC}
foreign = pytest.mark.parametrize("profile", DOCUMENTS)


def xml(doi: str, title: str = TITLE, *, publisher: str = "<publisher>Gallimard</publisher>") -> str:
    """DataCite XML of a DOI, as it is kept: the DOI in it is in upper case."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<resource xmlns="http://datacite.org/schema/kernel-4">\r\n'
        f'  <identifier identifierType="DOI">{doi.removeprefix("doi:").upper()}</identifier>\n'
        "  <creators><creator><creatorName>Proust, Marcel</creatorName></creator></creators>\n"
        f"  <titles><title>{escape_xml(title)}</title></titles>\n  {publisher}\n"
        '  <publicationYear>1922</publicationYear>\n  <resourceType resourceTypeGeneral="Text">Novel</resourceType>\n</resource>'
    )


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


def said(answer: Answer) -> dict[str, str]:
    """What the DataCite XML in an answer says, which is valid, by the names of the itemised elements."""
    root = validate(answer.elements["datacite"])
    paths = {
        "identifier": "identifier",
        "creator": "creators/creator/creatorName",
        "title": "titles/title",
        "publisher": "publisher",
        "publicationyear": "publicationYear",
        "specific": "resourceType",
    }
    found = {name: root.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) or "" for name, path in paths.items()}
    general = [part.get("resourceTypeGeneral", "") for part in root.iter("{*}resourceType")]
    general.append(found.pop("specific"))
    return {**found, "resourcetype": "/".join(filter(None, general))}


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


@foreign
@pytest.mark.parametrize("status", ["reserved", "public"])
def test_metadata_comes_in_the_element_of_the_profiles_name(api: Gateway, profile: str, status: str, doi: str) -> None:
    create(api, doi, {profile: DOCUMENTS[profile], "_profile": profile, "_status": status, "_target": TARGET})

    elements = view(api, doi).elements

    assert (elements[profile], elements["_profile"], elements["_status"]) == (DOCUMENTS[profile], profile, status)


@foreign
def test_metadata_may_come_in_a_change(api: Gateway, profile: str, doi: str) -> None:
    create(api, doi, {"datacite": xml(doi), "_target": TARGET})

    changed = api.send("POST", f"/ez/id/{doi}", anvl({profile: DOCUMENTS[profile], "_profile": profile}), by=ALICE)

    assert (changed.status, changed.elements[profile], changed.elements["_profile"]) == (200, DOCUMENTS[profile], profile)


@foreign
def test_metadata_may_come_with_a_minted_name(api: Gateway, profile: str) -> None:
    body = anvl({profile: DOCUMENTS[profile], "_profile": profile, "_target": TARGET})

    minted = api.send("POST", "/ez/shoulder/doi:10.12345", body, by=ALICE)

    assert (minted.status, minted.elements[profile], minted.elements["_status"]) == (200, DOCUMENTS[profile], "public")


@foreign
def test_metadata_in_any_profile_makes_a_datacite_record(api: Gateway, profile: str, doi: str) -> None:
    create(api, doi, {profile: DOCUMENTS[profile], "_profile": profile, "_target": TARGET})

    shown = api.send("GET", f"/ez/id/{doi}?_profile=datacite", by=ALICE)

    assert said(shown) == {
        "identifier": doi.removeprefix("doi:").upper(),
        "creator": "Lima, Ana",
        "title": "100% low tide: %41",
        "publisher": "Tide Press",
        "publicationyear": "2019",
        "resourcetype": {"crossref": "Book/Monograph", "schema_org": "Book", "citeproc": "Book/Book"}[profile],
    }


def test_the_crossref_profile_registers_a_datacite_doi(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {"crossref": UNIXREF, "_profile": "crossref", "_target": TARGET})

    assert answer.elements["_datacenter"] == "ACME.LIB"
    assert answer.elements["crossref"] == UNIXREF
    assert answer.elements["_status"] == "public"
    assert "_crossref" not in answer.elements


def test_a_crossref_deposit_is_shown_with_its_doi_and_target(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {"crossref": DEPOSIT, "_profile": "crossref", "_target": TARGET})

    there = f"<doi>{doi.removeprefix('doi:').upper()}</doi><resource>{TARGET}</resource>"
    assert answer.elements["crossref"] == DEPOSIT.replace("<doi>(:tba)</doi><resource>(:tba)</resource>", there)
    assert view(api, doi).text == answer.text


def test_a_datacite_document_in_a_change_describes_from_then_on(api: Gateway, doi: str) -> None:
    create(api, doi, {"citeproc": CITEPROC, "_profile": "citeproc", "_target": TARGET})

    changed = api.send("POST", f"/ez/id/{doi}", anvl({"datacite": xml(doi)}), by=ALICE)
    again = api.send("GET", f"/ez/id/{doi}?_profile=citeproc", by=ALICE)

    assert (changed.elements["_profile"], changed.elements["datacite"]) == ("datacite", xml(doi))
    assert again.elements["citeproc"] == CITEPROC


# Authentication


def test_one_name_and_password_serve_all_protocols(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, _status="reserved")

    answer = api.send("POST", f"/id/{doi}", "datacite.title: Changed through EZID", by=ALICE)

    assert answer.status == 200
    assert said(view(api, doi))["title"] == "Changed through EZID"


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
    assert said(answer)["title"] == "À la recherche du temps perdu"


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=UTF-8", "application/x-www-form-urlencoded", None])
def test_without_a_charset_a_body_is_utf8(api: Gateway, content_type: str | None, doi: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    api.send("PUT", f"/ez/id/{doi}", anvl({**ELEMENTS, "datacite.creator": "Zoë"}), by=ALICE, headers=headers)

    assert said(view(api, doi))["creator"] == "Zoë"


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

    assert said(answer)["title"] == "In Search"


def test_an_element_name_may_not_be_empty(api: Gateway, doi: str) -> None:
    answer = api.send("PUT", f"/ez/id/{doi}", f"{anvl(ELEMENTS)}\n: x", by=ALICE)

    assert (answer.status, answer.text) == (400, "error: bad request - ANVL parse error (empty label)")


def test_an_element_value_may_not_be_empty(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {**ELEMENTS, "crossref": ""})

    assert all(answer.elements.values())
    assert "crossref" not in view(api, doi).elements


def test_an_empty_value_in_a_change_deletes_the_element(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=xml(doi))

    api.send("POST", f"/ez/id/{doi}", "datacite.title:\n_status: public", by=ALICE)
    api.send("POST", f"/ez/id/{doi}", "datacite:\ndatacite.title: Anew\n_status: public", by=ALICE)
    api.send("POST", f"/ez/id/{doi}", "datacite.resourcetype:\n_status: public", by=ALICE)

    kept, shown = api.send("GET", f"/id/{doi}").elements, said(view(api, doi))
    assert "datacite" not in kept
    assert "datacite.resourcetype" not in kept
    assert kept["datacite.title"] == shown["title"] == "Anew"
    assert shown["resourcetype"] == "Other/(:unav)"


def test_one_pair_stands_on_each_line(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=xml(doi))

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

    assert said(answer)["creator"] == "Proust, Marcel"


def test_answers_have_neither_comments_nor_continuations(api: Gateway, doi: str) -> None:
    create(api, doi, ELEMENTS, datacite=xml(doi, "a\n# b\n  c"))

    lines = view(api, doi).text.split("\n")

    assert any("<title>a%0A# b%0A  c</title>" in line for line in lines)
    assert not any(line.startswith(("#", " ", "\t")) for line in lines)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(TITLE, id="all_together"),
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
    document = xml(doi, value)
    create(api, doi, ELEMENTS, datacite=document)

    text = view(api, doi).text
    pairs = ([unescape(part).strip() for part in line.split(":", 1)] for line in text.splitlines())
    python: dict[str, str] = dict(pairs)
    java = {unescape(line.split(":", 1)[0]).strip(): unescape(line.split(":", 1)[1]).strip() for line in re.split("[\r\n]+", text)}
    assert python["datacite"] == java["datacite"] == document


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
    answer = create(api, doi, {"datacite": xml(doi), "_target": TARGET})

    assert answer.elements["datacite"] == xml(doi)
    assert f"\ndatacite: {xml(doi).replace('%', '%25').replace(chr(13), '%0D').replace(chr(10), '%0A')}\n" in answer.text


def test_an_escaped_target_is_understood(api: Gateway, doi: str) -> None:
    body = f"_target: https%3A//example.org/a\ndatacite: {escape(xml(doi))}\n"

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE)

    assert answer.elements["_target"] == "https://example.org/a"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_the_guides_payload_makes_a_doi_and_comes_back(api: Gateway, content_type: str) -> None:
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>%0A<resource xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns="http://datacite.org/schema/kernel-4" xsi:schemaLocation="http://datacite.org/schema/kernel-4 %0A '
        'http://schema.datacite.org/meta/kernel-4/metadata.xsd">%0A  <identifier identifierType="DOI">10.33516/F8X6-9F20'
        "</identifier>%0A  <creators>%0A    <creator>"
        "%0A      <creatorName>Test User</creatorName>%0A    </creator>%0A  </creators>%0A  <titles>"
        "%0A    <title>Aqueous geochemistry of Louisiana marshes, May 2015 \u2013 October 2016</title>%0A  </titles>%0A"
        "  <publisher>Harte Research Institute</publisher>%0A  <publicationYear>2018</publicationYear>%0A"
        '  <resourceType resourceTypeGeneral="Dataset">CreativeWork</resourceType>%0A  <dates>%0A'
        '    <date dateType="Issued">2018</date>%0A  </dates>%0A  <version/>%0A</resource>'
    )
    payload = f"_target: https%3A//example.org/marshes\ndatacite: {document}%0A\n"

    made = api.send("POST", "/ez/shoulder/doi:10.12345", payload, by=ALICE, headers={"Content-Type": content_type})

    doi = made.line.removeprefix("success: ")
    assert (made.status, made.elements["_target"]) == (200, "https://example.org/marshes")
    assert f"\ndatacite: {document.replace('10.33516/F8X6-9F20', doi.removeprefix('doi:').upper())}\n" in made.text
    assert view(api, doi).text == made.text


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

    answer = create(api, doi, {"datacite": xml(doi), "_target": TARGET})

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


@pytest.mark.parametrize(
    ("elements", "reason", "place"),
    [
        pytest.param(
            {"datacite": xml("doi:10.12345/x", publisher="<publishers/>")},
            "publishers: This element is not expected. Expected is one of ( {http://datacite.org/schema/kernel-4}publisher",
            " at line 7, column 3",
            id="datacite",
        ),
        pytest.param(
            {"datacite": xml("doi:10.12345/x").replace('"DOI"', '"ARK"')},
            "Mismatch between identifier type and <identifier> element",
            "",
            id="identifier_of_another_scheme",
        ),
        pytest.param(
            {"schema_org": '{"@type": "Book", "name": "Untold"}'},
            "creators: Missing child element(s).",
            "",
            id="schema_org",
        ),
        pytest.param({"citeproc": '{"type": "book", "title": "Untold"}'}, "creators: Missing child element(s).", "", id="citeproc"),
    ],
)
def test_a_document_that_breaks_the_schema_is_told_with_the_place(
    api: Gateway, elements: dict[str, str], reason: str, place: str, doi: str
) -> None:
    elements = {**elements, "_profile": next(iter(elements)), "_target": TARGET}

    answer = api.send("PUT", f"/ez/id/{doi}", anvl(elements), by=ALICE)

    assert answer.status == 422
    assert answer.text.startswith(f"error: {reason}")
    assert answer.text.endswith(place)
    assert view(api, doi).status == 400


@pytest.mark.parametrize(
    ("profile", "document", "reason"),
    [
        pytest.param("datacite", "<a", "XML parse error: unclosed token, line 1, column 1", id="no_xml"),
        pytest.param("datacite", "<a/>", "Not a DataCite record", id="other_xml"),
        pytest.param(
            "datacite", xml("doi:10.12345/x").replace("kernel-4", "kernel-3"), "DataCite schema version 3 is deprecated", id="old"
        ),
        pytest.param(
            "datacite", "<!DOCTYPE a><a/>", "XML document type declarations and entities are not allowed", id="document_type"
        ),
        pytest.param("crossref", "<a/>", "not Crossref submission metadata", id="no_crossref"),
        pytest.param("schema_org", "{", "JSON parse error: ", id="no_json"),
        pytest.param("schema_org", "{}", "not a schema.org description: @type and name are expected", id="no_schema_org"),
        pytest.param("citeproc", "[]", "one JSON object is expected", id="no_object"),
        pytest.param("citeproc", "{}", "not a CSL item: type and title are expected", id="no_citeproc"),
    ],
)
@pytest.mark.parametrize("status", ["reserved", "public"])
def test_what_is_no_document_of_its_profile_is_a_bad_request(
    api: Gateway, profile: str, document: str, reason: str, status: str, doi: str
) -> None:
    answer = api.send(
        "PUT", f"/ez/id/{doi}", anvl({profile: document, "_profile": profile, "_target": TARGET, "_status": status}), by=ALICE
    )

    assert answer.status == 400
    assert answer.text.startswith(f"error: bad request - {profile}: {reason}")
    assert view(api, doi).status == 400


def test_a_document_may_be_incomplete_until_the_doi_is_public(api: Gateway, doi: str) -> None:
    incomplete, complete = '{"type": "book", "title": "Untold"}', CITEPROC
    created = create(api, doi, {"citeproc": incomplete, "_profile": "citeproc", "_status": "reserved"})

    refused = api.send("POST", f"/ez/id/{doi}", anvl({"_target": TARGET}), by=ALICE)
    published = api.send("POST", f"/ez/id/{doi}", anvl({"citeproc": complete, "_target": TARGET}), by=ALICE)

    assert created.elements["citeproc"] == incomplete
    assert refused.status == 422
    assert (published.elements["citeproc"], published.elements["_status"]) == (complete, "public")


@pytest.mark.parametrize("wrong", ["datacite", "citeproc"])
def test_a_refused_document_leaves_the_record_as_it_was(api: Gateway, wrong: str, doi: str) -> None:
    before = create(api, doi, {"datacite": xml(doi), "_target": TARGET})

    answer = api.send("POST", f"/ez/id/{doi}", anvl({wrong: "?", "_profile": wrong, "_target": "https://example.org/b"}), by=ALICE)

    assert answer.status == 400
    assert view(api, doi).text == before.text


def test_itemised_elements_are_shown_as_datacite_xml(api: Gateway, doi: str) -> None:
    answer = create(api, doi, ELEMENTS)

    assert answer.labels == ["_target", "datacite", "_profile", "_datacenter", "_export", "_created", "_updated", "_status"]
    expected = {name.removeprefix("datacite."): value for name, value in ELEMENTS.items() if name != "_target"}
    assert said(answer) == {**expected, "identifier": doi.removeprefix("doi:").upper()}


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        pytest.param("erc", ["erc.who", "erc.what", "datacite.publisher", "erc.when"], id="erc"),
        pytest.param("dc", ["dc.creator", "dc.title", "dc.publisher", "dc.date"], id="dc"),
    ],
)
def test_what_was_described_through_ezid_is_shown_as_datacite_xml(api: Gateway, profile: str, names: list[str], doi: str) -> None:
    values = ["Lima, Ana", "Low tide: 100%", "Tide Press", "2019"]
    body = anvl({**dict(zip(names, values, strict=True)), "_profile": profile})
    assert api.send("PUT", f"/id/{doi}", body, by=ALICE).status == 201

    shown = view(api, doi)

    assert shown.elements["_profile"] == "datacite"
    assert [said(shown)[part] for part in ("creator", "title", "publisher", "publicationyear")] == values
    assert said(shown)["resourcetype"] == "Other/(:unav)"


def test_a_doi_that_nobody_described_has_no_metadata_element(api: Gateway, doi: str) -> None:
    answer = create(api, doi, {"_status": "reserved"})

    assert answer.labels == ["_target", "_profile", "_datacenter", "_export", "_created", "_updated", "_status"]


def test_both_protocols_see_one_record(api: Gateway) -> None:
    create(api, f"{OURS}shared", ELEMENTS)

    seen = api.send("GET", f"/id/{OURS}SHARED").elements

    assert seen["datacite.title"] == ELEMENTS["datacite.title"]
    assert "datacite" not in seen
    assert (seen["_owner"], seen["_status"], seen["_datacenter"]) == ("alice", "public", "ACME.LIB")


def test_a_reader_may_choose_the_profile(api: Gateway, doi: str) -> None:
    create(api, doi, {"datacite": xml(doi), "crossref": UNIXREF, "_target": TARGET})

    chosen = api.send("GET", f"/ez/id/{doi}?_profile=crossref", by=ALICE)
    refused = api.send("GET", f"/ez/id/{doi}?_profile=bibtex", by=ALICE)

    assert (chosen.elements["crossref"], chosen.elements["_profile"]) == (UNIXREF, "crossref")
    assert "datacite" not in chosen.elements
    assert (refused.status, refused.text) == (501, "error: bibtex profile not supported by this service")


def test_a_chosen_profile_is_converted_to(api: Gateway, doi: str) -> None:
    create(api, doi, {"datacite": xml(doi, "Swann's Way"), "_target": TARGET})

    schema_org = api.send("GET", f"/ez/id/{doi}?_profile=schema_org", by=ALICE).elements
    citeproc = api.send("GET", f"/ez/id/{doi}?_profile=citeproc", by=ALICE).elements

    work, item = json.loads(schema_org["schema_org"]), json.loads(citeproc["citeproc"])
    assert (schema_org["_profile"], citeproc["_profile"]) == ("schema_org", "citeproc")
    assert (work["@id"], work["name"], work["url"]) == (f"https://doi.org/{doi.removeprefix('doi:')}", "Swann's Way", TARGET)
    assert (item["DOI"], item["title"], item["author"]) == (
        doi.removeprefix("doi:"),
        "Swann's Way",
        [{"family": "Proust", "given": "Marcel"}],
    )


def test_nothing_is_converted_to_crossref(api: Gateway, doi: str) -> None:
    create(api, doi, {"datacite": xml(doi), "_target": TARGET})

    chosen = api.send("GET", f"/ez/id/{doi}?_profile=crossref", by=ALICE)

    assert (chosen.status, chosen.elements["_profile"]) == (200, "crossref")
    assert not {"crossref", "datacite"} & chosen.elements.keys()


def test_a_form_is_read_as_a_dictionary(api: Gateway, doi: str) -> None:
    document = xml(doi).replace("\r", "")
    body = f"_target:%20{TARGET}%0A_status:%20reserved%0D%0Adatacite:%20{quote(document.replace('%', '%25'), safe=':/%')}%0A"

    answer = api.send("PUT", f"/ez/id/{doi}", body, by=ALICE, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status == 200, answer.text
    assert (answer.elements["datacite"], answer.elements["_status"]) == (document, "reserved")


def test_status_and_heartbeat_are_open(api: Gateway) -> None:
    status, heartbeat = api.send("GET", "/ez/status"), api.send("GET", "/ez/heartbeat")

    assert (status.status, status.text) == (200, "success: API is up")
    assert (heartbeat.status, heartbeat.text) == (200, "OK")
    assert status.headers["x-anonymous-consumer"] == "true"


def test_the_base_leads_to_the_documentation(api: Gateway) -> None:
    answer = api.send("GET", "/ez")

    assert (answer.status, answer.headers["location"]) == (301, "https://ids.example.org/docs")


def test_answers_name_the_account_and_are_open_to_all_sites(api: Gateway, doi: str) -> None:
    made, refused = create(api, doi, ELEMENTS), api.send("GET", f"/ez/id/{doi}")

    assert made.headers["x-credential-username"] == "alice"
    assert made.headers["access-control-allow-origin"] == refused.headers["access-control-allow-origin"] == "*"


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
