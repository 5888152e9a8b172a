"""Resolution as clients meet it: records made over the EZID API, asked for at the paths of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from functions.resolver import app
from pidstack.domain.shoulder import Agency
from pidstack.services.render import FORMS
from tests.contract.in_process import BASE_URL, Gateway, running

ALICE = ("alice", "alicepw")
ARK, DOI = "ark:/12345/x1abc", "doi:10.12345/X1ABC"
TARGET = "https://example.org/object"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
DESCRIBED = (
    "datacite.creator: Proust, Marcel\ndatacite.title: Remembrance\ndatacite.publisher: Random House\n"
    "datacite.publicationyear: 1922\ndatacite.resourcetype: Text/Book"
)


@pytest.fixture(scope="module")
def api() -> Iterator[Gateway]:
    """A registry with an ARK and a DOI in each state."""
    with running() as gateway:
        gateway.add_account("alice", "alicepw", "ark:/12345/x1", "doi:10.12345/X1", "ark:/99999/fk4")
        gateway.add_shoulder("ark:/99999/fk4", test=True)
        gateway.add_shoulder("ark:/12345/x1")
        gateway.add_shoulder("doi:10.12345/X1", agency=Agency.DATACITE)
        erc = f"_target: {TARGET}\nerc.who: Proust, Marcel\nerc.what: Remembrance\nerc.when: 1922"
        bodies = {
            ARK: erc,
            DOI: f"_target: {TARGET}\n{DESCRIBED}",
            "ark:/12345/x1own": "erc.what: Something",
            "ark:/12345/x1draft": f"_status: reserved\n{erc}",
            "doi:10.12345/X1DRAFT": f"_status: reserved\n{DESCRIBED}",
            "ark:/12345/x1gone": erc,
            "doi:10.12345/X1GONE": f"_target: {TARGET}\n{DESCRIBED}",
            "ark:/99999/fk4gone": erc,
        }
        for name, body in bodies.items():
            made = gateway.send("PUT", f"/id/{name}", body, by=ALICE)
            assert made.status == 201, made.text
        for name in ("ark:/12345/x1gone", "doi:10.12345/X1GONE", "ark:/99999/fk4gone"):
            changed = gateway.send("POST", f"/id/{name}", "_status: unavailable | withdrawn by <author>", by=ALICE)
            assert changed.status == 200, changed.text
        yield gateway


def test_the_function_loads_nothing_heavy() -> None:
    heavy = "botocore pynamodb aws_lambda_powertools lxml jinja2 citeproc pidstack.services.render"
    program = f"import sys, functions.resolver.app; print(*sorted(set({heavy!r}.split()) & sys.modules.keys()))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert loaded.stdout.split() == []


def get(api: Gateway, path: str, accept: str = "", method: str = "GET", **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.send(method, path, headers={**({"Accept": accept} if accept else {}), **sent})


@pytest.mark.parametrize(
    "path",
    [
        "/ark:/12345/x1abc",
        "/ark:12345/x1abc",
        "/ARK:/12345/x1-abc",
        "/ark%3A%2F12345%2Fx1abc",
        "/10.12345/x1abc",
        "/10.12345/X1ABC",
        "/10.12345%2Fx1abc",
        "/doi:10.12345/x1abc",
        "/DOI%3A10.12345/x1abc?utm=1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_findable_identifier_leads_to_its_target(api: Gateway, path: str, method: str) -> None:
    answer = get(api, path, BROWSER, method)

    assert answer.status == 302
    assert answer.headers["location"] == TARGET
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["last-modified"].endswith(" GMT")
    assert answer.headers["vary"] == "Accept, No-Redirect"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.text == "") is (method == "HEAD")


def test_an_exact_match_is_one_get_item_and_a_start_one_batch_more(api: Gateway) -> None:
    store: Any = app.service().store
    store.operations.clear()

    get(api, f"/{ARK}")
    get(api, f"/{ARK}/page/7?size=full")
    get(api, f"/{ARK}/page/7")

    assert store.operations == ["GetItem", "BatchGetItem", "GetItem", "BatchGetItem"]


def test_what_follows_an_ark_goes_to_the_target(api: Gateway) -> None:
    answer = get(api, f"/{ARK}/page%207?size=full&b=")

    assert answer.headers["location"] == f"{TARGET}/page%207?size=full&b"
    assert json.loads(answer.text) == {
        "request_id": "",
        "id": ARK,
        "extra": "/page%207?size=full&b",
        "location": f"{TARGET}/page%207?size=full&b",
        "modified": json.loads(answer.text)["modified"],
    }
    assert json.loads(answer.text)["modified"].endswith("+00:00")


@pytest.mark.parametrize("accept", ["text/plain", "text/html"])
def test_a_redirect_says_in_lines_what_it_does(api: Gateway, accept: str) -> None:
    answer = get(api, f"/{ARK}", accept)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(f"request_id: \nid: {ARK}\nextra: \nlocation: {TARGET}\nmodified: ")


@pytest.mark.parametrize("value", ["true", "Yes", "ok"])
def test_who_wants_no_redirect_gets_200(api: Gateway, value: str) -> None:
    answer = get(api, f"/{ARK}", No_Redirect=value)

    assert answer.status == 200
    assert answer.headers["location"] == TARGET
    assert json.loads(answer.text)["modified"].endswith("Z")


def test_an_identifier_without_a_target_leads_to_its_own_page(api: Gateway) -> None:
    assert get(api, "/ark:/12345/x1own/page").headers["location"] == f"{BASE_URL}/view/ark:/12345/x1own"


@pytest.mark.parametrize("path", ["/ark:/12345/x1draft", "/10.12345/x1draft", "/ark:/12345/x1nothing", "/10.12345/nothing"])
@pytest.mark.parametrize("accept", ["", "application/json", "application/x-bibtex"])
def test_what_is_reserved_is_as_unknown_as_what_does_not_exist(api: Gateway, path: str, accept: str) -> None:
    for suffix in ("", "?info"):
        answer = get(api, path + suffix, accept)

        assert answer.status == 404
        assert answer.headers["cache-control"] == "no-store"
        said = json.loads(answer.text)
        assert (said["error"], said["alternate"].partition("/")[2][1:].partition("/")[0]) == (
            "Not found.",
            "n2t.net" if "ark" in path else "doi.org",
        )


def test_people_get_a_page_where_nothing_is(api: Gateway) -> None:
    answer = get(api, "/10.12345/%3Cscript%3Ealert(1)%3C%2Fscript%3E", BROWSER)

    assert answer.status == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "alert" not in answer.text
    assert "Registry &amp; Sons" in answer.text
    assert f'href="{BASE_URL}/static/style.css"' in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/login/more", "/application/x-bibtex", "/arkansas", "/10.12345", "/%ff"])
def test_a_path_that_names_nothing_is_said_to_be_no_resource(api: Gateway, path: str) -> None:
    answer = get(api, path)

    assert (answer.status, answer.text) == (404, "error: not found - no such resource")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_changed_here(api: Gateway, method: str) -> None:
    answer = get(api, f"/{ARK}", method=method)

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_scripts_of_all_sites_may_ask(api: Gateway) -> None:
    answer = get(api, f"/{ARK}", method="OPTIONS")

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("suffix", ["??", "?info", "/.info", "%3F", "%3f%3F", "%3Finfo"])
@pytest.mark.parametrize("name", [ARK, "10.12345/x1abc"])
def test_an_inflection_tells_what_is_known_and_what_is_promised(api: Gateway, name: str, suffix: str) -> None:
    answer = get(api, f"/{name}{suffix}")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    erc, _, support = answer.text.partition("erc-support:\n")
    assert erc.startswith("erc:\nwho: Proust, Marcel\nwhat: Remembrance\nwhen: 1922\nwhere: https://")
    assert support.startswith("who: Registry & Sons\nwhat: the name is never given to anything else; ")
    assert f"where: {BASE_URL}/view/" in support


def test_an_inflection_for_programs_has_the_shape_of_ezids(api: Gateway) -> None:
    said = json.loads(get(api, f"/{ARK}??", "application/json").text)

    assert said["id"] == ARK
    assert said["erc"]["what"] == "Remembrance"
    assert (said["_status"], said["_owner"], said["_target"]) == ("public", "alice", TARGET)
    assert said["erc-support"]["who"] == "Registry & Sons"
    assert {"id created", "id updated"} <= said.keys()


def test_an_inflection_tells_why_an_object_is_gone(api: Gateway) -> None:
    kept, trial = get(api, "/ark:/12345/x1gone??").text, get(api, "/ark:/99999/fk4gone??").text

    assert "never given to anything else; the object is not available any more: withdrawn by <author>" in kept
    assert "for trials, deleted two weeks after it was made; the object is not available any more: withdrawn by <author>" in trial


FORM_TYPES = [media_type for form in FORMS.values() for media_type in form.media_types]


@pytest.mark.parametrize("media_type", FORM_TYPES)
@pytest.mark.parametrize("name", [ARK, "10.12345/x1abc"])
def test_every_form_is_had_by_its_path(api: Gateway, name: str, media_type: str) -> None:
    answer = get(api, f"/{media_type}/{name}", BROWSER)

    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "Remembrance" in answer.text


@pytest.mark.parametrize("media_type", [each for each in FORM_TYPES if each != "text/plain"])
def test_every_form_is_had_by_its_header(api: Gateway, media_type: str) -> None:
    by_path, by_header = get(api, f"/{media_type}/{ARK}"), get(api, f"/{ARK}", f"{media_type};q=0.9, text/html;q=0.8")

    assert (by_header.status, by_header.text) == (200, by_path.text)


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "text/html, application/x-bibtex;q=0.9",
        "*/*, application/x-bibtex;q=0.5",
        "application/x-bibtex;q=0",
        "a/b, text/html",
    ],
)
def test_whoever_wants_something_else_is_led_to_the_object(api: Gateway, accept: str) -> None:
    assert get(api, "/10.12345/x1abc", accept).headers["location"] == TARGET


def test_an_unknown_form_in_the_path_leads_to_the_object(api: Gateway) -> None:
    assert get(api, "/application/x-unknown/10.12345/x1abc").headers["location"] == TARGET


def test_a_citation_has_a_style_and_a_language(api: Gateway) -> None:
    plain = get(api, "/10.12345/x1abc", "text/x-bibliography")
    styled = get(api, "/10.12345/x1abc", "text/x-bibliography; style=ieee; locale=de")
    asked = get(api, "/text/x-bibliography/10.12345/x1abc?style=ieee&locale=de")

    assert plain.text != styled.text == asked.text
    assert plain.headers["etag"] != styled.headers["etag"]


def test_what_a_client_has_is_not_sent_again(api: Gateway) -> None:
    first = get(api, "/application/x-bibtex/10.12345/x1abc")

    by_tag = get(api, "/application/x-bibtex/10.12345/x1abc", If_None_Match=f'"x", {first.headers["etag"]}')
    by_date = get(api, "/application/x-bibtex/10.12345/x1abc", If_Modified_Since=first.headers["last-modified"])
    other = get(api, "/application/x-bibtex/10.12345/x1abc", If_None_Match='"x"')

    assert [each.status for each in (by_tag, by_date, other)] == [304, 304, 200]
    assert by_tag.text == ""


@pytest.mark.parametrize("accept", ["", "*/*", BROWSER, "text/plain"])
@pytest.mark.parametrize("name", ["ark:/12345/x1gone", "10.12345/x1gone"])
def test_people_are_led_from_an_unavailable_identifier_to_its_tombstone(api: Gateway, name: str, accept: str) -> None:
    answer = get(api, f"/{name}", accept)

    full = name if name.startswith("ark") else "doi:10.12345/X1GONE"
    assert (answer.status, answer.headers["location"]) == (302, f"{BASE_URL}/tombstone/id/{full}")
    assert answer.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.datacite.datacite+json", "application/x-bibtex"])
def test_programs_are_told_that_an_identifier_is_gone(api: Gateway, accept: str) -> None:
    answer = get(api, "/10.12345/x1gone", accept)

    said = json.loads(answer.text)
    assert (answer.status, said["id"], said["reason"]) == (410, "doi:10.12345/X1GONE", "withdrawn by <author>")
    assert said["citation"].startswith("Proust, M. (1922). Remembrance")
    assert said["metadata"]["titles"][0]["title"] == "Remembrance"
    assert said["tombstone"] == f"{BASE_URL}/tombstone/id/doi:10.12345/X1GONE"
    assert min(said["created"], said["registered"], said["updated"]).startswith("20")


def test_a_form_of_an_unavailable_identifier_is_gone_too(api: Gateway) -> None:
    assert get(api, "/application/x-bibtex/10.12345/x1gone").status == 410


def test_other_routes_stay_what_they_are(api: Gateway) -> None:
    assert get(api, f"/id/{ARK}").text.startswith(f"success: {ARK}")
    assert get(api, "/dois/10.12345/x1abc").headers["content-type"].startswith("application/json")
    assert get(api, "/status").text.startswith("success: ")
    assert b"OAI-PMH" in get(api, "/oai?verb=Identify").content
    assert get(api, "/heartbeat").status == 200
