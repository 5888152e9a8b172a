"""The deployed functions on a test stand: their real handlers in this process, each with modules, caches and clients of its own.

Lambda runs every function in a process of its own. A copy of its modules does the same for what a function remembers: a fresh copy
is a cold function, a used one is warm, and the authorizer knows nothing of what the API's function has read.
"""

from __future__ import annotations

import base64
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

import botocore.session
from samtranslator.yaml_helper import yaml_parse

from benchmarks.tools import PROJECT
from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.passwords import hash_password
from pidstack.domain.shoulder import Agency, Prefix, Shoulder, root_of
from pidstack.ports.directory import Entry
from pidstack.store.directory import DynamoDirectory
from pidstack.store.tables import connect

TABLE, SECRET = "identifiers", "session-secret"
ACCOUNT, PASSWORD = "demo.one", "a password to measure"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "IDENTIFIER_TABLE": TABLE,
    "SESSION_SECRET": SECRET,
    "PUBLIC_URL": "https://ids.example.org",
    "REPOSITORY_NAME": "Benchmark",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
# Not a test prefix, so that its records are in the indexes that harvesters read: the costlier case.
SHOULDERS = ("ark:/12345/x1", "doi:10.12345/X1")
TEST_SHOULDER = "ark:/99999/fk4"
_OURS = ("functions", "pidstack")
_FOR_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_ARN = "arn:aws:execute-api:us-east-1:000000000000:api/live"

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class Context:
    """What Powertools reads of Lambda's own words about a call."""

    function_name = "benchmark"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:benchmark"
    aws_request_id = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; credentials are in its headers."""

    method: str
    path: str
    body: str = ""
    headers: Mapping[str, str] | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether the template puts the authorizer before it."""
        return (self.method, self.path.split("/")[1]) in {
            ("PUT", "id"),
            ("POST", "id"),
            ("DELETE", "id"),
            ("POST", "shoulder"),
            ("GET", "login"),
        }

    def event(self, verified: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Write it as API Gateway hands it over.

        Args:
            verified: what the authorizer found out.
        """
        path, _, query = self.path.partition("?")
        first, _, rest = path.strip("/").partition("/")
        variables = {"id": "/{identifier+}", "shoulder": "/{shoulder+}"}
        return {
            "type": "REQUEST",
            "methodArn": _ARN,
            "httpMethod": self.method,
            "resource": f"/{first}{variables[first]}" if rest else f"/{first}",
            "path": path,
            "headers": dict(self.headers or {}),
            "multiValueQueryStringParameters": parse_qs(query) or None,
            "body": base64.b64encode(self.body.encode()).decode() or None,
            "isBase64Encoded": bool(self.body),
            "requestContext": {
                "domainName": "ids.example.org",
                "stage": "live",
                **({"authorizer": dict(verified)} if verified else {}),
            },
        }


def basic() -> dict[str, str]:
    """Give the header with the account's credentials."""
    return {"Authorization": "Basic " + base64.b64encode(f"{ACCOUNT}:{PASSWORD}".encode()).decode()}


def load(function: str) -> ModuleType:
    """Import a function's `app` with fresh copies of all our modules; those that were there before stay what they were."""
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in _OURS}
    try:
        return importlib.import_module(f"functions.{function}.app")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        sys.modules.update(before)


class Pair:
    """An authorizer and an API function, cold until first used; fresh copies where none are given."""

    def __init__(self, authorizer: Handler | None = None, api: Handler | None = None) -> None:
        self.authorizer: Handler = authorizer or load("authorizer").lambda_handler
        self.api: Handler = api or load("ezid_api").lambda_handler

    def authorize(self, ask: Ask) -> dict[str, str]:
        """Give what the gateway would put into the event's `authorizer`; nothing where the route has none."""
        return dict(self.authorizer(ask.event(), Context)["context"]) if ask.is_guarded else {}

    def answer(self, ask: Ask, verified: Mapping[str, str]) -> dict[str, Any]:
        """Give the API function's answer.

        Raises:
            RuntimeError: it is a refusal; a benchmark asks for nothing that is refused.
        """
        answer = self.api(ask.event(verified), Context)
        if answer["statusCode"] >= 400:
            raise RuntimeError(f"{ask.method} {ask.path}: {answer['body']}")
        return answer

    def send(self, ask: Ask) -> dict[str, Any]:
        """Send a request through both."""
        return self.answer(ask, self.authorize(ask))


def table_definition() -> dict[str, Any]:
    """Give what `CreateTable` takes, out of the template."""
    properties = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))["Resources"]["IdentifierTable"]["Properties"]
    return {name: properties[name] for name in _FOR_CREATE_TABLE}


@contextmanager
def surroundings(**more: str) -> Iterator[None]:
    """Set the environment as a function finds it, logs at CRITICAL and no tracing unless `more` says so."""
    quiet = {"POWERTOOLS_TRACE_DISABLED": "1", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    before = dict(os.environ)
    os.environ.update({**ENVIRONMENT, **quiet, **more})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def furnish() -> Any:
    """Make the table, the secret, an account and its shoulders in the engine of the environment; give a DynamoDB client."""
    session = botocore.session.Session()
    dynamodb: Any = session.create_client("dynamodb")
    dynamodb.create_table(TableName=TABLE, **table_definition())
    secrets: Any = session.create_client("secretsmanager")
    secrets.create_secret(Name=SECRET, SecretString="a key for benchmarks only")
    connect(TABLE)
    directory = DynamoDirectory()
    for entry in entries():
        directory.create(entry)
    return dynamodb


def entries() -> Iterator[Entry]:
    """Give an account, its group and its shoulders."""
    yield Group("demo")
    yield Account(ACCOUNT, "demo", hash_password(PASSWORD), shoulders=frozenset(SHOULDERS))
    for text in (*SHOULDERS, TEST_SHOULDER):
        name = ShoulderName.parse(text)
        yield Prefix(root_of(name))
        agency = Agency.DATACITE if text.startswith("doi:") else Agency.NONE
        yield Shoulder(name, text, agency, "DEMO.ONE" if agency is Agency.DATACITE else "", test=text == TEST_SHOULDER)
