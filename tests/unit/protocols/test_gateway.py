"""API Gateway's events as requests, and answers as it takes them."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest

from pidstack.protocols.gateway import Request, Response, logger, read_request, respond


def event(**fields: Any) -> dict[str, Any]:
    """A proxy event, payload version 1.0, as far as it matters."""
    usual = {
        "httpMethod": "GET",
        "resource": "/id/{identifier+}",
        "path": "/id/ark:/99999/fk4",
        "headers": {},
        "multiValueQueryStringParameters": None,
        "requestContext": {"domainName": "api.example", "stage": "live"},
        "body": None,
        "isBase64Encoded": False,
    }
    return {**usual, **fields}


def test_a_body_is_the_bytes_that_were_sent() -> None:
    sent = bytes(range(256))

    request = read_request(event(body=base64.b64encode(sent).decode(), isBase64Encoded=True), "")

    assert request.body == sent


@pytest.mark.parametrize("body", [None, ""], ids=["null", "empty"])
def test_no_body_is_no_bytes(body: str | None) -> None:
    assert read_request(event(body=body), "").body == b""


def test_a_body_that_is_not_encoded_is_text() -> None:
    assert read_request(event(body="é"), "").body == b"\xc3\xa9"


def test_headers_are_found_whatever_their_case() -> None:
    request = read_request(event(headers={"AUTHORIZATION": "x", "content-Type": "y"}), "")

    assert request.headers == {"authorization": "x", "content-type": "y"}


def test_no_headers_are_none() -> None:
    assert read_request(event(headers=None), "").headers == {}


def test_a_repeated_parameter_keeps_its_last_value() -> None:
    request = read_request(event(multiValueQueryStringParameters={"a": ["1", "2"], "b": [""]}), "")

    assert request.query == {"a": "2", "b": ""}


def test_every_value_of_a_repeated_parameter_is_an_argument() -> None:
    request = read_request(event(multiValueQueryStringParameters={"a": ["1", "2"], "b": [""]}), "")

    assert request.arguments == (("a", "1"), ("a", "2"), ("b", ""))


@pytest.mark.parametrize(
    ("context", "address"),
    [
        pytest.param({"identity": {"sourceIp": "192.0.2.1"}}, "192.0.2.1", id="known"),
        pytest.param({"identity": {"sourceIp": None}}, "", id="null"),
        pytest.param({"identity": None}, "", id="no identity"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_the_address_is_the_one_that_the_gateway_saw(context: dict[str, Any], address: str) -> None:
    request = read_request(event(requestContext={"domainName": "d", "stage": "s", **context}), "")

    assert request.source_ip == address


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("/id/ark:/99999/fk4", "ark:/99999/fk4", id="plain"),
        pytest.param("/id/ark%3A%2F99999%2Ffk4", "ark:/99999/fk4", id="encoded slashes"),
        pytest.param("/id/ark:/99999/fk4%2525", "ark:/99999/fk4%25", id="decoded once"),
        pytest.param("/id/a+b", "a+b", id="plus is plus"),
        pytest.param("/id/%C3%A9", "é", id="utf-8"),
        pytest.param("/id/%ff", "\ufffd", id="not utf-8"),
        pytest.param("/id//x", "/x", id="double slash"),
        pytest.param("/id/a/../b", "a/../b", id="dots"),
        pytest.param("/id/", "", id="nothing"),
        pytest.param("/id", "", id="not even a slash"),
    ],
)
def test_the_rest_of_the_path_is_decoded_once(path: str, name: str) -> None:
    assert read_request(event(path=path), "").after("/id") == name


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param("sessionid=abc", "abc", id="alone"),
        pytest.param("a=1; sessionid=abc; b=2", "abc", id="between others"),
        pytest.param("a=1;sessionid=a=b", "a=b", id="with an equals sign"),
        pytest.param("xsessionid=abc; sessionid2=d", "", id="only similar names"),
        pytest.param("sessionid", "", id="no value"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_cookie_is_found_by_its_name(header: str, value: str) -> None:
    assert read_request(event(headers={"Cookie": header}), "").cookie("sessionid") == value


@pytest.mark.parametrize(
    ("name", "lines", "header"),
    [
        pytest.param("Cookie", ["a=1", "b=2"], "a=1; b=2", id="cookies"),
        pytest.param("Accept", ["text/csv;q=0.1", "application/x-bibtex"], "text/csv;q=0.1, application/x-bibtex", id="forms"),
        pytest.param("If-None-Match", ['"a"', 'W/"b"'], '"a", W/"b"', id="tags"),
        pytest.param("Content-Type", ["text/plain", "application/json"], "application/json", id="no list"),
    ],
)
def test_a_list_may_come_in_several_lines(name: str, lines: list[str], header: str) -> None:
    request = read_request(event(headers={name: lines[-1]}, multiValueHeaders={name: lines}), "")

    assert request.headers[name.lower()] == header


def test_a_configured_base_url_goes_before_the_events() -> None:
    assert read_request(event(), "https://pid.example").base_url == "https://pid.example"
    assert read_request(event(), "").base_url == "https://api.example/live"


def test_what_the_authorizer_found_out_comes_as_text() -> None:
    context = {"domainName": "d", "stage": "s", "authorizer": {"account": "alice", "integrationLatency": 7}}

    request = read_request(event(requestContext=context), "")

    assert (request.account, request.verified["integrationLatency"]) == ("alice", "7")


def test_without_an_authorizer_nobody_is_known() -> None:
    assert read_request(event(), "").account == ""


def test_an_answer_is_what_the_proxy_integration_takes() -> None:
    answer = Response(201, "é", {"X": "y"}).event()

    assert json.loads(json.dumps(answer)) == {"statusCode": 201, "headers": {"X": "y"}, "body": "é", "isBase64Encoded": False}


def test_an_answer_of_bytes_goes_as_base64() -> None:
    content = bytes(range(256))
    answer = Response(200, content).event()

    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == content


def test_a_request_is_answered_and_its_line_of_the_log_says_how(lines: list[logging.LogRecord]) -> None:
    told = respond(event(), "https://ids.example.org", lambda request: Response(200, request.base_url), lambda: Response(500))

    assert told == Response(200, "https://ids.example.org").event()
    assert [(line.msg, line.__dict__["route"], line.__dict__["status"]) for line in lines] == [
        ("answered", "/id/{identifier+}", 200)
    ]


def test_a_defect_is_answered_as_a_failure_and_logged_with_its_trace(lines: list[logging.LogRecord]) -> None:
    def answer(_: Request) -> Response:
        raise ZeroDivisionError

    told = respond(event(), "", answer, lambda: Response(500, "sorry"))

    assert told == Response(500, "sorry").event()
    assert [line.msg for line in lines] == ["request failed", "answered"]
    assert lines[0].exc_info is not None
    assert lines[0].exc_info[0] is ZeroDivisionError


@pytest.fixture(name="lines")
def _lines(monkeypatch: pytest.MonkeyPatch) -> list[logging.LogRecord]:
    """What is logged, whatever a function has made of its package's logger before."""
    kept: list[logging.LogRecord] = []
    monkeypatch.setattr(logger, "disabled", False)
    monkeypatch.setattr(logger, "level", logging.INFO)
    monkeypatch.setattr(logger, "_cache", {})
    monkeypatch.setattr(logger, "handle", kept.append)
    return kept


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        pytest.param("x" * 6_000_000, True, id="text"),
        pytest.param("x" * 6_300_000, False, id="long text"),
        pytest.param('"' * 3_000_000, True, id="escaped"),
        pytest.param('"' * 3_200_000, False, id="too many escapes"),
        pytest.param("ä" * 3_000_000, True, id="longer characters"),
        pytest.param("ä" * 3_200_000, False, id="too many of them"),
        pytest.param(b"x" * 4_600_000, True, id="bytes"),
        pytest.param(b"x" * 4_800_000, False, id="too many bytes"),
    ],
)
def test_an_answer_fits_into_what_a_function_may_give(body: str | bytes, fits: bool) -> None:
    response = Response(200, body)

    assert response.fits is fits
    assert (len(json.dumps(response.event(), ensure_ascii=False).encode()) <= 6 * 1024 * 1024) is fits
