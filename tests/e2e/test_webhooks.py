"""Changes reach webhooks, signed and in order, and what a receiver does not take is neither lost nor left without a reason.

The receiver is a small HTTP server on loopback that checks signatures as any receiver would. The local stack is less patient than
one on AWS: it tries again after seconds and gives up after some twenty.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from standardwebhooks.webhooks import Webhook as Verifier

from pidstack.cli.main import cli
from pidstack.local.stack import LocalStack
from pidstack.store.tables import connect
from tests.event_contract import breaches
from tests.ezid_http import Client

PROMISED_S = 5
SETTLED_WITHIN_S = 120
SHOULDER = "ark:/99999/fk4"
ELEMENTS = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Book",
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """A request that came with a good signature, and when it came, Unix seconds."""

    path: str
    id: str
    event: dict[str, Any]
    at_s: float

    @property
    def about(self) -> str:
        return str(self.event["data"]["identifier"])


class Receiver(ThreadingHTTPServer):
    """Checks every request's signature with its path's secret, and answers what its path's behaviour says, success otherwise.

    Attributes:
        secrets: of the webhooks, by path.
        behaviours: called with the number of the request on this path, from 0; gives the status, None for no answer.
        taken: what was answered with success, in order.
        refused: what was not.
        bad: problems of signatures.
    """

    daemon_threads = True

    def __init__(self, port: int = 0, secrets: dict[str, str] | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secrets = {} if secrets is None else secrets
        self.behaviours: dict[str, Callable[[int], int | None]] = {}
        self.taken: list[Delivered] = []
        self.refused: list[Delivered] = []
        self.bad: list[str] = []
        self.news = threading.Condition()
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def know(self, path: str, secret: str) -> None:
        with self.news:
            self.secrets[path] = secret
            self.news.notify_all()

    def taken_on(self, path: str) -> list[Delivered]:
        """Without repeats, in the order in which they came first."""
        return list({each.id: each for each in reversed(self.taken) if each.path == path}.values())[::-1]

    def wait_for(self, path: str, count: int, within_s: float = SETTLED_WITHIN_S) -> list[Delivered]:
        with self.news:
            self.news.wait_for(lambda: len(self.taken_on(path)) >= count, within_s)
        return self.taken_on(path)

    def wait_for_refusal(self, path: str) -> None:
        with self.news:
            assert self.news.wait_for(lambda: any(each.path == path for each in self.refused), SETTLED_WITHIN_S)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.news:
            # What was changed just before may come sooner than the operator's command has told the secret.
            self.server.news.wait_for(lambda: self.path in self.server.secrets, SETTLED_WITHIN_S / 10)
            try:
                event = Verifier(self.server.secrets[self.path]).verify(body, dict(self.headers.items()))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a request is what the test is to see
                self.server.bad.append(f"{self.path}: {error!r}")
                return
            delivered = Delivered(self.path, self.headers["webhook-id"], event, time.time())
            number = len([each for each in (*self.server.taken, *self.server.refused) if each.path == self.path])
            status = self.server.behaviours.get(self.path, lambda _: 204)(number)
            (self.server.taken if status and status < 300 else self.server.refused).append(delivered)
            self.server.news.notify_all()
        if status is None:
            self.server.closing.wait(20)
            return
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Operator:
    """Somebody at the keyboard, working on the stack."""

    def __init__(self, stack_file: Path) -> None:
        self._environment = {"PIDSTACK_STACK_FILE": str(stack_file)}

    def gets(self, *words: str) -> Any:
        """Give the JSON of a command that must succeed."""
        result = CliRunner().invoke(cli, [*words, "--json"], env=self._environment)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def is_refused(self, *words: str) -> str:
        result = CliRunner().invoke(cli, list(words), env=self._environment)
        assert result.exit_code == 1, result.output
        return result.stderr

    def given_up(self, webhook: str, count: int = 1) -> list[str]:
        """Wait until so many deliveries were given up for a webhook, and give the reasons."""
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while len(found := self.gets("webhook", "redrive", webhook, "--dry-run")) < count and time.monotonic() < deadline:
            pass  # each round is a request
        return [each["reason"] for each in found]


@pytest.fixture(scope="module")
def operator(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    path = tmp_path_factory.mktemp("operator") / "stack.json"
    stack.write(path)
    yield Operator(path)
    connect("", region=None, host=None, aws_access_key_id=None, aws_secret_access_key=None)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.close()
    assert server.bad == []


AddWebhook = Callable[..., tuple[str, str]]


@pytest.fixture
def add_webhook(operator: Operator, receiver: Receiver, ezid: Client) -> Iterator[AddWebhook]:
    """Makes a webhook on a path of its own and gives its id and the path; it is removed when the test ends."""
    made: list[str] = []

    def add(*options: str, behaviour: Callable[[int], int | None] | None = None, port: int = 0) -> tuple[str, str]:
        path = f"/{secrets.token_hex(4)}"
        if behaviour:
            receiver.behaviours[path] = behaviour
        base = f"http://127.0.0.1:{port}" if port else receiver.base
        webhook = operator.gets("webhook", "add", f"{base}{path}", "--account", ezid.account, *options)
        receiver.know(path, webhook["secret"])
        made.append(webhook["webhook"])
        return webhook["webhook"], path

    yield add
    for webhook in made:
        operator.gets("webhook", "remove", webhook)


@pytest.fixture(scope="module")
def all_warm(operator: Operator, receiver: Receiver, ezid: Client) -> None:
    """Everything on the way has been used once, since functions take seconds to start on a small machine."""
    webhook = operator.gets("webhook", "add", f"{receiver.base}/warm", "--account", ezid.account)
    receiver.know("/warm", webhook["secret"])
    ezid.mint(SHOULDER)
    assert receiver.wait_for("/warm", 1)
    operator.gets("webhook", "remove", webhook["webhook"])


@pytest.mark.usefixtures("all_warm")
def test_a_life_is_heard_in_order(add_webhook: AddWebhook, receiver: Receiver, ezid: Client) -> None:
    _, path = add_webhook()

    name = ezid.mint(SHOULDER, {"_status": "reserved"}).name
    ezid.modify(name, {"_target": "https://example.org/1"})
    ezid.modify(name, {"_status": "public"})
    ezid.modify(name, {"_status": "unavailable"})
    gone = ezid.mint(SHOULDER, {"_status": "reserved"}).name
    ezid.delete(gone)

    heard = receiver.wait_for(path, 6)
    kinds = [(each.event["type"], each.event["data"]["version"]) for each in heard if each.about == name]
    assert kinds == [
        ("IdentifierCreated", 1),
        ("IdentifierChanged", 2),
        ("IdentifierStateChanged", 3),
        ("IdentifierStateChanged", 4),
    ]
    assert [each.event["type"] for each in heard if each.about == gone] == ["IdentifierCreated", "IdentifierDeleted"]
    assert [breaches(each.event["data"]) for each in heard] == [[]] * 6
    assert [each.event["data"]["id"] for each in heard] == [each.id for each in heard]


@pytest.mark.usefixtures("all_warm")
@pytest.mark.parametrize("api", ["ezid", "ez"])
def test_each_change_is_received_within_five_seconds(
    api: str, add_webhook: AddWebhook, receiver: Receiver, ezid: Client, ez: Client
) -> None:
    _, path = add_webhook()
    client = {"ezid": ezid, "ez": ez}[api]
    name = f"doi:10.12345/PROMISE-{secrets.token_hex(4).upper()}"
    writes: list[Callable[[], Any]] = [
        lambda: client.create(name, {**ELEMENTS, "_status": "reserved"}),
        lambda: client.modify(name, {"_target": "https://example.org/1", "_status": "public"}),
        lambda: client.modify(name, {"_status": "unavailable | withdrawn"}),
        lambda: client.modify(name, {"_status": "public"}),
    ]

    delays: list[float] = []
    for version, write in enumerate(writes, 1):
        assert write().status in {200, 201}
        acknowledged_s = time.time()
        heard = receiver.wait_for(path, version)
        assert [each.event["data"]["version"] for each in heard] == list(range(1, version + 1))
        delays.append(round(heard[-1].at_s - acknowledged_s, 2))

    words = f"seconds from acknowledgement to receipt, of {PROMISED_S} promised: {delays}; load of the machine {os.getloadavg()}"
    assert max(delays) <= PROMISED_S, words


def test_a_webhook_hears_only_what_it_asked_for(add_webhook: AddWebhook, receiver: Receiver, ezid: Client) -> None:
    _, all_changes = add_webhook()
    _, deletions = add_webhook("--events", "deleted")
    _, dois = add_webhook("--prefix", "doi:10.5072")

    ark = ezid.mint(SHOULDER, {"_status": "reserved"}).name
    ezid.delete(ark)
    doi = ezid.mint("doi:10.5072/FK2", {"_status": "reserved"}).name.split(" ")[0]

    assert len(receiver.wait_for(all_changes, 3)) == 3
    assert [(each.about, each.event["type"]) for each in receiver.wait_for(deletions, 1)] == [(ark, "IdentifierDeleted")]
    assert [each.about for each in receiver.wait_for(dois, 1)] == [doi]


def test_a_receiver_that_refuses_for_a_while_gets_everything_in_order(
    add_webhook: AddWebhook, operator: Operator, receiver: Receiver, ezid: Client
) -> None:
    webhook, path = add_webhook(behaviour=lambda number: 503 if number < 2 else 200)

    name = ezid.mint(SHOULDER).name
    for number in range(3):
        ezid.modify(name, {"_target": f"https://example.org/{number}"})

    heard = receiver.wait_for(path, 4)
    assert [each.event["data"]["version"] for each in heard] == [1, 2, 3, 4]
    assert {each.id for each in receiver.refused if each.path == path} == {heard[0].id}
    results = [each["result"] for each in operator.gets("webhook", "show", webhook)["attempts"]]
    assert results[::-1][:3] == ["the receiver answered 503", "the receiver answered 503", "delivered"]


def test_a_receiver_that_does_not_answer_in_time_is_asked_again(
    add_webhook: AddWebhook, operator: Operator, receiver: Receiver, ezid: Client
) -> None:
    webhook, path = add_webhook(behaviour=lambda number: None if number == 0 else 200)

    name = ezid.mint(SHOULDER).name

    assert [each.about for each in receiver.wait_for(path, 1)] == [name]
    attempts = operator.gets("webhook", "show", webhook)["attempts"]
    assert [(each["status"], each["result"]) for each in attempts][-1] == (0, "no answer within 10 s")


def test_a_receiver_that_is_gone_is_left_alone_until_somebody_wants_it_again(
    add_webhook: AddWebhook, operator: Operator, receiver: Receiver, ezid: Client
) -> None:
    webhook, path = add_webhook(behaviour=lambda number: 410 if number == 0 else 200)

    name = ezid.mint(SHOULDER).name

    assert operator.given_up(webhook) == ["the receiver answered 410, so the webhook is disabled"]
    assert operator.gets("webhook", "show", webhook)["disabled"] == "the receiver answered 410"
    operator.gets("webhook", "enable", webhook)
    assert operator.gets("webhook", "redrive", webhook) == [{"webhook": webhook, "sent_again": 1}]
    assert [each.about for each in receiver.wait_for(path, 1)] == [name]
    assert operator.gets("webhook", "redrive", webhook, "--dry-run") == []


def test_what_a_receiver_cannot_be_reached_with_is_given_up_and_can_be_sent_again(
    add_webhook: AddWebhook, operator: Operator, receiver: Receiver, ezid: Client
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    webhook, path = add_webhook(port=port)

    name = ezid.mint(SHOULDER).name
    ezid.modify(name, {"_target": "https://example.org/1"})

    # Both: the later one is tried on, perhaps for a second, when the first is given up, and would come before it.
    assert operator.given_up(webhook, 2) == ["could not connect: Connection refused"] * 2
    back = Receiver(port, receiver.secrets)
    try:
        heard: list[Delivered] = []
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while len(heard) < 2 and time.monotonic() < deadline:
            operator.gets("webhook", "redrive", webhook)
            heard = back.wait_for(path, 2, within_s=2)
        assert [(each.about, each.event["data"]["version"]) for each in heard] == [(name, 1), (name, 2)]
        assert back.bad == []
    finally:
        back.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://8.8.8.8/", "begins with https://"),
        ("https://10.1.2.3/", "10.1.2.3, which is not a public address"),
        ("https://169.254.169.254/latest/meta-data/", "169.254.169.254, which is not a public address"),
        ("https://[fd00::1]/", "fd00::1, which is not a public address"),
    ],
    ids=["no https", "private", "link-local", "private IPv6"],
)
def test_a_url_that_leads_inside_is_refused(operator: Operator, ezid: Client, url: str, words: str) -> None:
    assert words in operator.is_refused("webhook", "add", url, "--account", ezid.account)
