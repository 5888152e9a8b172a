"""The deployed API without a deployment: requests go through the template's routes to the real handlers, over moto.

`Gateway.send` does what API Gateway does with a request. It finds the route, calls the authorizer where the route has one, says
its own words (as the template has them) where it answers itself, and hands the handler a proxy event with the authorizer's
context. Nothing goes over a socket.
"""

from __future__ import annotations

import base64
import importlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import boto3
import pytest
from moto import mock_aws
from samtranslator.yaml_helper import yaml_parse

from pidstack import bootstrap
from pidstack.config import (
    config,
    export_config,
    export_desk_config,
    export_plan_config,
    export_report_config,
    oai_config,
    rest_config,
    token_key_config,
)
from pidstack.domain import passwords
from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Prefix, Shoulder, root_of
from pidstack.domain.token_key import TokenKey
from pidstack.protocols.resolver.dispatch import Desk
from pidstack.services.jwt import new_key
from pidstack.store.directory import DynamoDirectory
from tests.lean_records import RecordsOverMoto
from tests.world import cheap_hash

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TABLE, SECRET, TOKEN_KEY_SECRET = "identifiers", "session-secret", "token-key-secret"
BASE_URL = "https://ids.example.org"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_DEFAULT_REGION": "us-east-1",
    "IDENTIFIER_TABLE": TABLE,
    "SESSION_SECRET": SECRET,
    "PUBLIC_URL": BASE_URL,
    "TOKEN_KEY_SECRET": TOKEN_KEY_SECRET,
    "TOKEN_AUDIENCE": "in_process",
    "CROSSREF_OAI": "yes",
    "DATACITE_OAI": "yes",
    "REPOSITORY_NAME": "Registry & Sons",
    "ADMIN_EMAIL": "registry@example.org",
    "OAI_DEFAULT_SET": "J",
    "OAI_PAGE_SIZE": "250",
    "OAI_CONCURRENT_REQUESTS": "3",
    "OAI_RETRY_AFTER_S": "10",
    "OAI_TOKEN_HOURS": "48",
    "HARVEST_SETTLE_S": "0",  # nothing here lags, and tests do not wait
    "SNAPSHOT_BUCKET": "snapshots",
    "SNAPSHOT_MACHINE": "arn:aws:states:us-east-1:123456789012:stateMachine:snapshot",
    "EXPORT_BUCKET": "exports",
    "EXPORT_MACHINE": "arn:aws:states:us-east-1:123456789012:stateMachine:export",
    "EXPORT_SENDER": "registry@example.org",
    "EXPORT_SEGMENT_RECORDS": "10",
    "EXPORT_CONCURRENCY": "2",
    "EVENT_BUS": "changes",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_SERVICE_NAME": "in_process",
}
_PACKED = {"application/gzip", "application/zip"}
_FOR_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_ARN = "arn:aws:execute-api:us-east-1:000000000000:api/live"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case. Text is empty where the content is compressed."""

    status: int
    headers: Mapping[str, str]
    text: str
    content: bytes = b""

    @property
    def line(self) -> str:
        """The status line, as it stands."""
        return self.text.partition("\n")[0]

    @property
    def labels(self) -> list[str]:
        """Names of the elements, in order."""
        return [line.partition(": ")[0] for line in self.text.split("\n")[1:] if line]

    @property
    def elements(self) -> dict[str, str]:
        """The elements, unescaped."""
        pairs = (line.partition(": ") for line in self.text.split("\n")[1:] if line)
        return {_unescaped(label): _unescaped(value) for label, _, value in pairs}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one resource, and the handler behind it."""

    resource: str
    method: str
    handler: str
    guarded: bool

    def fits(self, method: str, path: str) -> bool:
        pattern = re.sub(r"\\\{\w+(\\\+)?\\\}", lambda part: ".+" if part[1] else "[^/]+", re.escape(self.resource))
        return self.method in {method, "ANY"} and re.fullmatch(pattern, path) is not None

    @property
    def rank(self) -> tuple[int, int]:
        """What is more specific comes first: a resource without a variable, the longer one, the method by its name."""
        return (-len(self.resource.partition("{")[0]) - ("{" not in self.resource), self.method == "ANY")


class Context:
    """Lambda's own words about a call, as far as they are read."""

    function_name = "in_process"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:in_process"
    aws_request_id = "00000000-0000-0000-0000-000000000000"


@cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    return template


@cache
def _routes() -> tuple[Route, ...]:
    routes = []
    for resource in _template()["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        for event in properties.get("Events", {}).values():
            if event["Type"] == "Api":
                rule = event["Properties"]
                guarded = rule.get("Auth", {}).get("Authorizer") == "CredentialsAuthorizer"
                routes.append(Route(rule["Path"], rule["Method"].upper(), properties["Handler"], guarded))
    return tuple(sorted(routes, key=lambda route: route.rank))


@dataclass(frozen=True, slots=True)
class Gateway:
    """An API over an empty registry; fill it through `directory` or the methods that make entries."""

    directory: DynamoDirectory = field(default_factory=DynamoDirectory)

    def add_account(self, name: str, password: str, *shoulders: str, group: str = "group", **more: Any) -> None:
        """Make an account, and its group where it is new."""
        if self.directory.group(group) is None:
            self.directory.create(Group(group))
        self.directory.create(Account(name, group, cheap_hash(password), shoulders=frozenset(shoulders), **more))

    def add_shoulder(self, name: str, **more: Any) -> None:
        """Make a shoulder, and its prefix where it is new."""
        parsed = ShoulderName.parse(name)
        if self.directory.prefix(root_of(parsed)) is None:
            self.directory.create(Prefix(root_of(parsed)))
        self.directory.create(Shoulder(parsed, **{"title": name, **more}))

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        *,
        by: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        address: str = "192.0.2.1",
    ) -> Answer:
        """Send one request.

        Args:
            path: percent-encoded, with its query if there is one.
            by: name and password to send.
            address: that it comes from.
        """
        path, _, query = path.partition("?")
        # The gateway takes a resource with a slash behind it for the resource.
        route = next((route for route in _routes() if route.fits(method, path) or route.fits(method, path.removesuffix("/"))), None)
        if route is None:
            return _own_answer("MISSING_AUTHENTICATION_TOKEN")
        sent = dict(headers or {})
        if by:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(by).encode()).decode()
        event = _event(route, method, path, query, sent, body)
        event["requestContext"]["identity"] = {"sourceIp": address}
        if route.guarded:
            try:
                allowed = _call("functions.authorizer.app.lambda_handler", {**event, "type": "REQUEST", "methodArn": _ARN})
            except Exception as refusal:  # noqa: BLE001 - the gateway looks at nothing but the text
                return _own_answer("UNAUTHORIZED" if str(refusal) == "Unauthorized" else "AUTHORIZER_FAILURE")
            if any(statement["Effect"] == "Deny" for statement in allowed["policyDocument"]["Statement"]):
                return _own_answer("ACCESS_DENIED")
            event["requestContext"]["authorizer"] = {"principalId": allowed["principalId"], **allowed["context"]}
        return _read(_call(route.handler, event))


@cache
def token_key() -> TokenKey:
    """The key pair of tokens, the same in all tests."""
    return new_key(0)


@contextmanager
def running(**settings: str) -> Iterator[Gateway]:
    """Give an API over an empty table, as `template.yaml` has it; what warm functions keep is forgotten before and after.

    Args:
        settings: variables of the environment that are to be other than usual.
    """
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in {**_ENVIRONMENT, **settings}.items():
            environment.setenv(name, value)
        properties = _template()["Resources"]["IdentifierTable"]["Properties"]
        boto3.client("dynamodb").create_table(TableName=TABLE, **{name: properties[name] for name in _FOR_CREATE_TABLE})
        boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString="a key for tests only")
        boto3.client("secretsmanager").create_secret(Name=TOKEN_KEY_SECRET, SecretString=str(token_key()))
        environment.setattr(passwords, "_LOG_N", 1)  # what guards passwords is slow on purpose; tests/unit/domain/test_passwords.py
        environment.setattr(passwords, "_DECOY", cheap_hash("nobody's"))
        _forget()
        bootstrap.registry()
        environment.setattr("functions.resolver.app.resolver_desk", lambda: Desk(RecordsOverMoto(TABLE), "Registry & Sons"))
        yield Gateway()
        _forget()


def _forget() -> None:
    made = (each for each in vars(bootstrap).values() if hasattr(each, "cache_clear"))
    exports = (export_config, export_desk_config, export_plan_config, export_report_config)
    for kept in (config, oai_config, rest_config, token_key_config, *exports, *made):
        kept.cache_clear()
    for handler in {route.handler for route in _routes()}:
        for kept in vars(importlib.import_module(handler.rpartition(".")[0])).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def _event(
    route: Route, method: str, path: str, query: str, headers: Mapping[str, str], body: str | bytes | None
) -> dict[str, Any]:
    values = parse_qs(query, keep_blank_values=True)
    data = body.encode() if isinstance(body, str) else body
    variable = re.search(r"\{(\w+)\+?\}", route.resource)
    start = len(route.resource.partition("{")[0])
    return {
        "resource": route.resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers) or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": {name: found[-1] for name, found in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": {variable[1]: unquote(path[start:])} if variable else None,
        "stageVariables": None,
        "requestContext": {"domainName": "ids.example.org", "stage": "live", "resourcePath": route.resource, "path": path},
        "body": base64.b64encode(data).decode() if data else None,
        "isBase64Encoded": bool(data),
    }


def _call(handler: str, event: dict[str, Any]) -> dict[str, Any]:
    module, _, name = handler.rpartition(".")
    result: dict[str, Any] = getattr(importlib.import_module(module), name)(event, Context())
    return result


def _read(result: Mapping[str, Any]) -> Answer:
    body = result["body"]
    assert isinstance(body, str)
    content = base64.b64decode(body) if result["isBase64Encoded"] else body.encode()
    headers = {name.lower(): value for name, value in result["headers"].items()}
    is_text = "content-encoding" not in headers and headers.get("content-type") not in _PACKED
    return Answer(result["statusCode"], headers, content.decode() if is_text else "", content)


def _own_answer(kind: str) -> Answer:
    own = _template()["Resources"]["RegistryApi"]["Properties"]["GatewayResponses"][kind]
    headers = own["ResponseParameters"]["Headers"]
    plain = {name.lower(): value.removeprefix("'").removesuffix("'") for name, value in headers.items()}
    return Answer(own["StatusCode"], plain, own["ResponseTemplates"]["text/plain"])


def _unescaped(text: str) -> str:
    return re.sub("%([0-9A-F]{2})", lambda escape: chr(int(escape[1], 16)), text)
