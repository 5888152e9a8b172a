"""`pidstack webhook` over a table in moto; what needs queues and receivers is seen on the deployed stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pidstack.cli.main import cli
from pidstack.domain.accounts import Account, Group
from pidstack.domain.webhook import Attempt
from pidstack.services import keep
from pidstack.store import receivers
from pidstack.store.directory import DynamoDirectory
from pidstack.store.tables import connect
from pidstack.store.webhooks import DynamoWebhooks
from tests.builders import NOW_S

ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"  # moto answers for it
URL = "https://hooks.example.org/pids"


class Operator:
    """Somebody at the keyboard."""

    def __init__(self, table: str) -> None:
        self._always = ("--endpoint", ENDPOINT, "--table", table)

    def types(self, line: str) -> Result:
        return CliRunner().invoke(cli, [*self._always, *line.split()])

    def gets(self, line: str) -> Any:
        result = self.types(f"{line} --json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def operator(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    monkeypatch.setattr(receivers, "resolve", lambda _: ["8.8.8.8"])
    keep.create_group(Group("demo"), DynamoDirectory())
    for name in ("demo.one", "demo.two"):
        keep.create_account(Account(name, "demo"), "pw", DynamoDirectory())
    yield Operator(table)
    connect("", region=None, host=None, aws_access_key_id=None, aws_secret_access_key=None)


def test_a_webhook_lives_through_its_commands(operator: Operator) -> None:
    made = operator.gets(
        f"webhook add {URL} --account demo.one --events created,Deleted --prefix doi:10.5072 --prefix ark:/12345/x"
    )
    secret = made.pop("secret")
    disabled = operator.gets(f"webhook disable {made['webhook']}")
    enabled = operator.gets(f"webhook enable {made['webhook']}")
    removed = operator.gets(f"webhook remove {made['webhook']}")

    assert secret.startswith("whsec_")
    assert (made["url"], made["account"], made["disabled"]) == (URL, "demo.one", "")
    assert made["events"] == ["IdentifierCreated", "IdentifierDeleted"]
    assert made["prefixes"] == ["ark:/12345/x", "doi:10.5072/"]
    assert (disabled["disabled"], enabled, removed) == ("disabled by the operator", made, made)
    assert operator.gets("webhook list") == []


def test_a_secret_is_shown_once(operator: Operator) -> None:
    made = operator.gets(f"webhook add {URL} --account demo.one")

    later = [
        operator.types(f"webhook {words}").output for words in ("list", f"show {made['webhook']}", f"disable {made['webhook']}")
    ]

    assert all(made["webhook"] in output for output in later)
    assert not any(made["secret"] in output or "whsec_" in output for output in later)


def test_webhooks_are_listed_for_one_account_or_all(operator: Operator) -> None:
    one, two = (operator.gets(f"webhook add {URL} --account {name}")["webhook"] for name in ("demo.one", "demo.two"))

    assert [each["webhook"] for each in operator.gets("webhook list")] == [one, two]
    assert [each["webhook"] for each in operator.gets("webhook list --account demo.two")] == [two]


def test_a_webhook_is_shown_with_its_last_attempts(operator: Operator) -> None:
    made = operator.gets(f"webhook add {URL} --account demo.one")["webhook"]
    DynamoWebhooks().note(made, Attempt("e1", NOW_S, 503, "the receiver answered 503"))
    DynamoWebhooks().note(made, Attempt("e1", NOW_S + 10, 204))

    shown = operator.gets(f"webhook show {made}")["attempts"]
    for_people = operator.types(f"webhook show {made}").output

    assert shown == [
        {"at_s": NOW_S + 10, "event": "e1", "status": 204, "result": "delivered"},
        {"at_s": NOW_S, "event": "e1", "status": 503, "result": "the receiver answered 503"},
    ]
    assert for_people.index("delivered") < for_people.index("the receiver answered 503")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"webhook add {URL} --account nobody", "nobody"),
        ("webhook add http://127.0.0.1/ --account demo.one", "A webhook's URL begins with https://."),
        (f"webhook add {URL} --account demo.one --events none", "'none' is no event"),
        (f"webhook add {URL} --account demo.one --prefix 10.5072", "'10.5072' is no prefix and no shoulder."),
        ("webhook show demo.one.1", "There is no webhook demo.one.1."),
        ("webhook redrive", "There are no queues of webhooks"),
    ],
    ids=["no account", "no https", "no event", "no prefix", "no webhook", "no queues"],
)
def test_what_cannot_be_is_refused_in_a_sentence(operator: Operator, line: str, words: str) -> None:
    result = operator.types(line)

    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
