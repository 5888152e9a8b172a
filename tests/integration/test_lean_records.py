"""Records read without the SDK: over HTTP, from a server that checks signatures as DynamoDB does and misbehaves on request."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SdkCredentials

from pidstack.domain.identifier import Identifier
from pidstack.ports.records import MOST_NAMES
from pidstack.store.aws_signature import Credentials, signed_headers
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.lean import LeanRecords, Place
from pidstack.store.sender import Sender, TableError
from tests.builders import NOW_S, a_record
from tests.integration.conftest import TABLE
from tests.lean_records import answer_through_sdk

REGION = "us-east-1"
MOMENT = "20261122T001500Z"
SIGNING = threading.Lock()
THROTTLED = (400, b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}')
REFUSED = (400, b'{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}')


def sdk_signature(host: str, operation: str, body: bytes, credentials: Credentials, moment: str) -> str:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    request = AWSRequest("POST", f"https://{host}/", headers=headers, data=body)
    signer = SigV4Auth(
        SdkCredentials(credentials.key_id, credentials.secret, credentials.session_token or None), "dynamodb", REGION
    )
    then = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    # One thread at a time: of two patches that overlap, the later one puts the earlier one back, for all tests that follow.
    with SIGNING, mock.patch("botocore.auth.get_current_datetime", return_value=then.replace(tzinfo=None)):
        signer.add_auth(request)
    return str(request.headers["Authorization"])


class Server:
    """DynamoDB over HTTP.

    Attributes:
        troubles: what to do to the next requests instead of answering: a status and body, or None to hang up.
        operations: what was asked, those in trouble included.
        misses: requests whose signature is not what the SDK would have made of them.
        connections: how many were opened.
        url: where it listens.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.troubles: list[tuple[int, bytes] | None] = []
        self.operations: list[str] = []
        self.misses: list[str] = []
        self.connections = 0
        self.url = ""

    def handle(self, headers: Any, body: bytes) -> tuple[int, bytes] | None:
        operation = headers["x-amz-target"].partition(".")[2]
        self.operations.append(operation)
        if headers["authorization"] != sdk_signature(headers["host"], operation, body, self.credentials, headers["x-amz-date"]):
            self.misses.append(headers["authorization"])
        return self.troubles.pop(0) if self.troubles else (200, answer_through_sdk(operation, body))


Pair = tuple[Server, LeanRecords]


@pytest.fixture(params=["", "a session/token+"], ids=["lasting keys", "session"])
def server(request: pytest.FixtureRequest, table: str) -> Iterator[Pair]:
    """A server over the integration tests' table, and a reader of it."""
    dynamodb = Server(Credentials("AKID", "secret/key", request.param))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            dynamodb.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = dynamodb.handle(self.headers, body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        place = Place(f"http://127.0.0.1:{http.server_port}", REGION, table, dynamodb.credentials)
        dynamodb.url = place.endpoint
        reader = LeanRecords(place, lambda: NOW_S)
        yield dynamodb, reader
        reader.close()
        http.shutdown()


def kept(*names: str, **fields: Any) -> list[Identifier]:
    """Records in the table, and their names."""
    store = DynamoIdentifiers(lambda: NOW_S)
    for name in names:
        store.create(a_record(name, **fields))
    return [Identifier(name) for name in names]


def test_records_are_read_as_they_are_written(server: Pair) -> None:
    dynamodb, reader = server
    one, other = kept(
        "ark:/99999/fk4a", "doi:10.5072/FK2B", target="https://example.org/\u4e2d", elements={"erc.who": "Proust \U0001f600"}
    )
    store = DynamoIdentifiers(lambda: NOW_S)

    read = reader.get(one), reader.those_of([Identifier("ark:/99999/fk4none"), other, one])

    assert read == (store.get(one), [store.get(other), store.get(one)])
    assert reader.get(Identifier("ark:/99999/fk4none")) is None
    assert reader.those_of([]) == []
    assert dynamodb.operations == ["GetItem", "BatchGetItem", "GetItem"]
    assert dynamodb.misses == [], "each request is signed as the SDK signs it"


def test_what_has_expired_is_not_there(server: Pair) -> None:
    _, reader = server
    (expired,) = kept("ark:/99999/fk4a", expires_s=NOW_S)

    assert reader.get(expired) is None
    assert reader.those_of([expired]) == []


def test_no_more_names_are_asked_for_than_one_request_takes(server: Pair) -> None:
    dynamodb, reader = server
    names = [Identifier(f"ark:/99999/fk4{number}") for number in range(MOST_NAMES + 50)]

    assert reader.those_of(names) == []
    assert len(dynamodb.operations) == 1


@pytest.mark.parametrize(
    "troubles", [[None], [(500, b"{}")], [THROTTLED], [None, (503, b""), THROTTLED]], ids=["hung up", "failed", "throttled", "all"]
)
def test_a_passing_trouble_is_not_noticed(server: Pair, troubles: list[tuple[int, bytes] | None]) -> None:
    dynamodb, reader = server
    (name,) = kept("ark:/99999/fk4a")
    reader.get(name)
    dynamodb.troubles = list(troubles)

    read = reader.get(name)

    assert read is not None
    assert len(dynamodb.operations) == 2 + len(troubles)


def test_a_refusal_is_not_repeated(server: Pair) -> None:
    dynamodb, reader = server
    dynamodb.troubles = [REFUSED]

    with pytest.raises(TableError, match="AccessDenied"):
        reader.get(Identifier("ark:/99999/fk4a"))

    assert len(dynamodb.operations) == 1


def test_a_lasting_trouble_ends(server: Pair) -> None:
    dynamodb, reader = server
    dynamodb.troubles = [None] * 10

    with pytest.raises(TableError):
        reader.get(Identifier("ark:/99999/fk4a"))

    assert len(dynamodb.operations) == 4


def test_keys_that_were_left_are_asked_for_again(server: Pair) -> None:
    dynamodb, reader = server
    one, other = kept("ark:/99999/fk4a", "ark:/99999/fk4b")
    left = {"pk": {"S": one.name}, "sk": {"S": "record"}}
    dynamodb.troubles = [(200, json.dumps({"Responses": {}, "UnprocessedKeys": {TABLE: {"Keys": [left]}}}).encode())]

    read = reader.those_of([one, other])

    assert [record.identifier for record in read] == [one]
    assert dynamodb.operations == ["BatchGetItem", "BatchGetItem"]


def test_keys_that_are_left_again_and_again_are_given_up(server: Pair) -> None:
    dynamodb, reader = server
    left = {"pk": {"S": "ark:/99999/fk4a"}, "sk": {"S": "record"}}
    dynamodb.troubles = [
        (200, json.dumps({"Responses": {}, "UnprocessedKeys": {TABLE: {"Keys": [left]}}}).encode()) for _ in range(10)
    ]

    with pytest.raises(TableError, match="left keys unread"):
        reader.those_of([Identifier("ark:/99999/fk4a")])

    assert len(dynamodb.operations) == 4


def test_threads_read_side_by_side_over_connections_that_are_kept(server: Pair) -> None:
    dynamodb, reader = server
    names = kept(*(f"ark:/99999/fk4{number}" for number in range(12)))

    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(reader.get, names))

    assert [record.identifier for record in read if record] == names
    assert len(dynamodb.operations) == 12
    assert 1 <= dynamodb.connections <= 4
    assert dynamodb.misses == []


def test_a_connection_opened_before_is_used(server: Pair) -> None:
    dynamodb, reader = server
    (name,) = kept("ark:/99999/fk4a")

    reader.open()

    assert reader.get(name) is not None
    assert dynamodb.misses == []


def test_connections_are_closed_with_the_last_who_knows_them(server: Pair) -> None:
    dynamodb, _ = server
    other = Sender(dynamodb.url, REGION, lambda: dynamodb.credentials)
    other.ask("ListTables", {})
    (connection,) = other._idle
    assert connection.sock is not None

    del other
    gc.collect()

    assert connection.sock is None


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({}, "https://dynamodb.eu-central-1.amazonaws.com"),
        ({"AWS_REGION": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn"),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566"),
        ({"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000"}, "http://localhost:8000"),
    ],
    ids=["AWS", "China", "all services", "one service"],
)
def test_the_place_is_what_lambda_says(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], endpoint: str) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    usual = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in {**usual, **variables}.items():
        monkeypatch.setenv(name, value)

    place = Place.from_environment("identifiers")

    assert (place.endpoint, place.credentials) == (endpoint, Credentials("AKID", "secret"))


def test_a_signature_holds_on_another_day() -> None:
    credentials = Credentials("AKID", "secret")
    host = "dynamodb.us-east-1.amazonaws.com"

    for moment in (MOMENT, "20270101T000000Z"):
        headers = signed_headers(host, REGION, "GetItem", b"{}", credentials, moment)

        assert headers["authorization"] == sdk_signature(host, "GetItem", b"{}", credentials, moment)
