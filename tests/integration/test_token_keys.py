"""The key pairs of tokens in Secrets Manager, and the function that makes them when the stack is deployed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pidstack.domain.token_key import TokenKey
from pidstack.services.jwt import new_key
from pidstack.store.token_keys import REMEMBERED_S, SecretTokenKeyKeeper, SecretTokenKeys

SECRET = "token-key"
PAIRS = [TokenKey(f"k{number}", f"private {number}", f"public {number}", number) for number in range(3)]


class Time:
    now_s = 1000

    def __call__(self) -> int:
        return self.now_s


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A secret without a value, as CloudFormation makes it."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name=SECRET)
        yield client


def put(*pairs: TokenKey) -> None:
    for pair in pairs:
        SecretTokenKeyKeeper(SECRET).put(pair, str(uuid.uuid4()))


def test_an_empty_secret_says_that_the_stack_has_to_fill_it(secret: Any) -> None:
    with pytest.raises(LookupError):
        SecretTokenKeys(SECRET, Time()).current()


def test_the_last_pair_signs_and_the_one_before_is_known(secret: Any) -> None:
    put(*PAIRS)
    keys = SecretTokenKeys(SECRET, Time())

    assert keys.current() == PAIRS[2]
    assert [keys.find(pair.id) for pair in PAIRS] == [None, PAIRS[1], PAIRS[2]]


def test_of_two_pairs_for_one_wish_the_first_counts(secret: Any) -> None:
    wish = str(uuid.uuid4())
    for pair in PAIRS[:2]:
        SecretTokenKeyKeeper(SECRET).put(pair, wish)

    assert SecretTokenKeys(SECRET, Time()).current() == PAIRS[0]


def test_a_new_pair_is_noticed_by_its_first_token_and_used_within_minutes(secret: Any) -> None:
    put(PAIRS[0])
    time = Time()
    keys = SecretTokenKeys(SECRET, time)
    keys.current()
    put(PAIRS[1])

    assert keys.find(PAIRS[1].id) is None, "whoever sends rubbish does not make us ask each time"
    time.now_s += 10
    assert keys.find(PAIRS[1].id) == PAIRS[1]
    put(PAIRS[2])
    assert keys.current() == PAIRS[1]
    time.now_s += REMEMBERED_S
    assert keys.current() == PAIRS[2]
    assert keys.find(PAIRS[0].id) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "x", '{"kid": "k"}'])
def test_what_is_no_pair_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sort of it
        TokenKey.parse(text)


def test_a_pair_survives_being_written_and_is_not_shown_by_accident() -> None:
    pair = new_key(7)

    assert TokenKey.parse(str(pair)) == pair
    assert "PRIVATE" in pair.private
    assert "PRIVATE" not in repr(pair)


# ------------------------------------------------------------------------------------------------- the resource of the stack
@pytest.fixture
def cloudformation() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Where CloudFormation waits for answers, and the answers that came."""
    answers: list[dict[str, Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answers[-1]["content type"] = self.headers["Content-Type"]
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/answer", answers
    server.shutdown()
    thread.join()
    server.server_close()


def call(url: str, kind: str, **more: Any) -> str:
    from functions.token_key.app import lambda_handler
    from pidstack.bootstrap import token_key_keeper
    from pidstack.config import token_key_config

    token_key_keeper.cache_clear()
    token_key_config.cache_clear()
    request = str(uuid.uuid4())
    lambda_handler(
        {
            "RequestType": kind,
            "RequestId": request,
            "StackId": "stack",
            "LogicalResourceId": "TokenKey",
            "ResponseURL": url,
            **more,
        },
        None,
    )
    return request


def test_the_stack_gets_a_pair_when_it_is_made_and_another_one_when_it_asks(
    secret: Any, cloudformation: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEY_SECRET", SECRET)
    url, answers = cloudformation

    first = call(url, "Create")
    made = SecretTokenKeys(SECRET, Time()).current()
    call(url, "Update", PhysicalResourceId="token-key")
    renewed = SecretTokenKeys(SECRET, Time())
    call(url, "Delete", PhysicalResourceId="token-key")

    assert answers[0] == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "token-key",
        "StackId": "stack",
        "RequestId": first,
        "LogicalResourceId": "TokenKey",
        "content type": "",
    }
    assert [answer["Status"] for answer in answers] == ["SUCCESS"] * 3
    assert {answer["PhysicalResourceId"] for answer in answers} == {"token-key"}
    assert renewed.current() != made
    assert renewed.find(made.id) == made
    assert SecretTokenKeys(SECRET, Time()).current() == renewed.current(), "what is deleted goes with the secret"


def test_a_pair_that_cannot_be_kept_fails_the_deployment_and_tells_no_secret(
    secret: Any, cloudformation: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEY_SECRET", "there-is-none")
    url, answers = cloudformation

    call(url, "Create")

    (answer,) = answers
    assert answer["Status"] == "FAILED"
    assert "ResourceNotFoundException" in answer["Reason"]
    assert "PRIVATE" not in json.dumps(answer)
