"""What the local deploy changes so that the emulator behaves as AWS does."""

from __future__ import annotations

import copy
import json
from collections.abc import MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pidstack.local import bridges


def integration(function: str) -> dict[str, Any]:
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": function}}


def template() -> dict[str, Any]:
    body = {
        "paths": {"/id": {"put": integration("guarded"), "x-amazon-apigateway-any-method": integration("open")}},
        "x-amazon-apigateway-gateway-responses": {"UNAUTHORIZED": {"statusCode": "401", "responseTemplates": {"a/b": "no"}}},
    }
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [{"Ref": "Layer"}], "Runtime": "python3.13"}},
            "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {}},
            "PlainAlarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}},
            "ComputedAlarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
        }
    }


def test_any_becomes_every_method_that_has_no_entry_of_its_own() -> None:
    item = bridges.for_emulator(template())["Resources"]["Api"]["Properties"]["Body"]["paths"]["/id"]

    assert set(item) == set(bridges.HTTP_METHODS)
    assert item["put"] == integration("guarded")
    assert item["get"] == integration("open")


def test_gateway_responses_become_resources_that_the_deployment_waits_for() -> None:
    resources = bridges.for_emulator(template())["Resources"]

    assert resources["ApiUnauthorizedResponse"]["Properties"] == {
        "RestApiId": {"Ref": "Api"},
        "ResponseType": "UNAUTHORIZED",
        "StatusCode": "401",
        "ResponseTemplates": {"a/b": "no"},
    }
    assert resources["Deployment"]["DependsOn"] == ["ApiUnauthorizedResponse"]
    assert "x-amazon-apigateway-gateway-responses" not in resources["Api"]["Properties"]["Body"]


def test_layers_and_computed_alarms_are_left_out() -> None:
    resources = bridges.for_emulator(template())["Resources"]

    assert resources["Function"]["Properties"] == {"Runtime": "python3.13"}
    assert {"Layer", "ComputedAlarm"}.isdisjoint(resources)
    assert "PlainAlarm" in resources


def test_functions_have_a_minute_at_least() -> None:
    given = {
        name: {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": timeout_s}}
        for name, timeout_s in (("Short", 10), ("Long", 900))
    }

    bridged = bridges.for_emulator({"Resources": given})["Resources"]

    assert {name: bridged[name]["Properties"]["Timeout"] for name in given} == {"Short": 60, "Long": 900}


def test_the_given_template_is_not_changed() -> None:
    given = template()
    before = copy.deepcopy(given)

    bridges.for_emulator(given)

    assert given == before


def test_the_persons_own_aws_settings_do_not_reach_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")

    environment = bridges.environment(4566, Path("/state"), Path("/tmp"), enforce_iam=False)  # noqa: S108

    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(environment)
    assert environment["AWS_ENDPOINT_URL"] == "http://localhost:4566"
    assert environment["BIND_HOST"] == "127.0.0.1"


class RestApi:
    """Stands for the emulator's data plane and keeps what it was asked."""

    def __init__(self, headers: dict[str, Any] | None = None) -> None:
        self.headers = headers or {}
        self.asked: tuple[Any, ...] = ()

    def resolve_base_path_mapping(self, host: str, path: str) -> tuple[str, str, str]:
        return "api", "live", path

    async def handle_execute(self, *asked: Any) -> tuple[int, dict[str, Any], bytes]:
        self.asked = asked
        return 200, self.headers, b"answer"


async def emulators_own(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "emulator"})


def ask(
    rest_api: RestApi, raw_path: bytes, *, method: str = "GET", host: str = "127.0.0.1:4566", headers: Any = (), body: Any = (b"",)
) -> list[MutableMapping[str, Any]]:
    scope = {
        "type": "http",
        "method": method,
        "path": "/decoded",
        "raw_path": raw_path,
        "query_string": b"a=1&a=2&b",
        "headers": [(b"host", host.encode()), *headers],
    }
    if raw_path == bridges.IDENTITY_PATH.encode():
        scope["path"] = bridges.IDENTITY_PATH
    sent: list[MutableMapping[str, Any]] = []
    chunks = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    chunks.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> MutableMapping[str, Any]:
        return chunks.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    with pytest.raises(StopIteration):  # nothing in it waits, so it ends at once; an event loop would open a socket
        bridges.gateway(emulators_own, rest_api)(scope, receive, send).send(None)
    return sent


@pytest.mark.parametrize("path", [b"/id/doi:10.5072%2FFK2%3F%25", b"/id/a//b/../c/", b"/id/%FF", b"/iceberg"])
def test_a_public_path_reaches_the_function_as_it_was_sent(path: bytes) -> None:
    rest_api = RestApi()

    ask(rest_api, path)

    assert rest_api.asked[:4] == ("api", "live", "GET", path.decode())


def test_a_body_in_pieces_a_repeated_header_and_the_query_arrive_whole() -> None:
    rest_api = RestApi()

    ask(rest_api, b"/id/x", method="PUT", headers=[(b"X-A", b"1"), (b"x-a", b"2")], body=[b"\xff", b"\xfe"])

    assert rest_api.asked[4]["x-a"] == ["1", "2"]
    assert rest_api.asked[5:] == (b"\xff\xfe", {"a": ["1", "2"], "b": [""]})


def test_several_cookies_are_several_lines_and_head_has_no_body() -> None:
    start, end = ask(RestApi({"Set-Cookie": ["a=1", "b=2"]}), b"/status", method="HEAD")

    assert start["headers"] == [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"Content-Length", b"6")]
    assert end["body"] == b""


def test_the_aws_endpoint_is_left_to_the_emulator() -> None:
    assert ask(RestApi(), b"/", host="localhost:4566") == [{"type": "emulator"}]


def test_the_emulator_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", "/here")

    _start, end = ask(RestApi(), bridges.IDENTITY_PATH.encode(), host="localhost:4566")

    assert json.loads(end["body"])["state"] == "/here"


def test_a_challenge_of_a_handler_is_renamed_as_aws_renames_it() -> None:
    rest_api = SimpleNamespace(
        _call_lambda_raw=None,
        _lambda_proxy_response=lambda result: ({"statusCode": 401, "headers": {"www-authenticate": "Basic", "X-A": "1"}}, None),
    )

    bridges._answer_failures_like_the_gateway(rest_api)
    answer, _ = rest_api._lambda_proxy_response({})

    assert answer["headers"] == {"x-amzn-Remapped-www-authenticate": "Basic", "X-A": "1"}


def test_another_emulator_than_the_pinned_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridges, "EMULATOR_VERSION", "0.0.1")

    with pytest.raises(RuntimeError, match=r"fit ministack 0\.0\.1"):
        bridges.install()
