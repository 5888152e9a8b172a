"""Requests to receivers, over real sockets on loopback: certificates, deadlines, and what is never connected to."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pidstack.domain.address import ReceiverUrl
from pidstack.store.receivers import HttpPoster, resolve

NAME = "hooks.example.org"
HELD_S = 20  # how long a bad receiver would keep whoever has no deadline: far more than a busy machine's delays
_KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Receiver:
    """A server that takes connections one by one and treats each as a test says."""

    def __init__(self, treat: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.names: list[str | None] = []
        self._treat, self._tls = treat, tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()
        if tls:
            tls.sni_callback = lambda _, name, __: self.names.append(name)

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listening.accept()
                with connection:
                    secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                    with secured:
                        self.requests.append(_whole_request(secured))
                        self._treat(secured)
            except OSError:
                continue

    def close(self) -> None:
        self.ended.set()
        self._listening.close()


def _whole_request(connection: socket.socket) -> bytes:
    """Read up to the end that the request's Content-Length tells."""
    request = b""
    while chunk := connection.recv(65_536):
        request += chunk
        length = re.search(rb"\r\nContent-Length: (\d+)\r\n", request)
        _, end, body = request.partition(b"\r\n\r\n")
        if end and length and len(body) == int(length[1]):
            break
    return request


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(
        treat: Callable[[socket.socket], None] = lambda connection: connection.sendall(OK), **settings: ssl.SSLContext
    ) -> Receiver:
        made.append(Receiver(treat, **settings))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


def poster(*addresses: str, **settings: object) -> HttpPoster:
    return HttpPoster(lambda _: list(addresses or ("127.0.0.1",)), **{"allow_loopback": True, **settings})  # type: ignore[arg-type]


def http(receiver: Receiver, path: str = "/a?b=c") -> ReceiverUrl:
    return ReceiverUrl("http", NAME, receiver.port, path)


def test_a_request_arrives_whole(receivers: Callable[..., Receiver]) -> None:
    receiver = receivers()

    answer = poster()(http(receiver), {"webhook-id": "e1"}, '{"ä":1}')

    assert answer == (204, "")
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    assert {f"Host: {NAME}:{receiver.port}", "webhook-id: e1", "Content-Type: application/json", "Content-Length: 8"} <= set(lines)
    assert body == '{"ä":1}'.encode()


def test_a_redirect_is_not_followed(receivers: Callable[..., Receiver]) -> None:
    target = receivers()
    place = f"http://127.0.0.1:{target.port}/".encode()
    receiver = receivers(lambda connection: connection.sendall(b"HTTP/1.1 307 Go\r\nLocation: " + place + b"\r\n\r\n"))

    assert poster()(http(receiver), {}, "{}") == (307, "")

    assert target.requests == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_nothing_is_connected_to_that_is_not_public(receivers: Callable[..., Receiver], address: str) -> None:
    receiver = receivers()

    status, problem = poster(address, allow_loopback=False)(ReceiverUrl("https", NAME, receiver.port, "/"), {}, "{}")

    assert (status, receiver.requests) == (0, [])
    assert "is not a public address" in problem


def test_the_next_address_is_tried_when_one_does_not_listen(receivers: Callable[..., Receiver]) -> None:
    receiver = receivers()

    assert poster("127.0.0.77", "127.0.0.1")(http(receiver), {}, "{}") == (204, "")


def test_a_receiver_that_does_not_listen_is_said_to_be_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert poster()(ReceiverUrl("http", NAME, port, "/"), {}, "{}") == (0, "could not connect: Connection refused")


def test_a_silent_receiver_costs_no_more_than_the_deadline(receivers: Callable[..., Receiver]) -> None:
    enough = threading.Event()
    receiver = receivers(lambda _: enough.wait(HELD_S) and None)
    started = time.monotonic()

    answer = poster(timeout_s=0.3)(http(receiver), {}, "{}")

    assert answer == (0, "no answer within 0.3 s")
    assert time.monotonic() - started < 2
    enough.set()


def test_a_receiver_that_answers_letter_by_letter_costs_no_more_than_the_deadline(receivers: Callable[..., Receiver]) -> None:
    enough = threading.Event()

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X: y\r\n")
            if enough.wait(HELD_S / 100):
                return

    receiver = receivers(trickle)
    started = time.monotonic()

    answer = poster(timeout_s=0.5)(http(receiver), {}, "{}")

    assert answer == (0, "no answer within 0.5 s")
    assert time.monotonic() - started < 2
    enough.set()


def test_a_handshake_that_never_ends_costs_no_more_than_the_deadline(receivers: Callable[..., Receiver]) -> None:
    enough = threading.Event()
    receiver = receivers(lambda _: enough.wait(HELD_S) and None)

    answer = poster(timeout_s=0.3)(ReceiverUrl("https", NAME, receiver.port, "/"), {}, "{}")

    assert answer == (0, "no answer within 0.3 s")
    enough.set()


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 " + b"2" * 70_000], ids=["nothing", "nonsense", "endless"])
def test_what_is_no_answer_is_a_problem(receivers: Callable[..., Receiver], said: bytes) -> None:
    status, problem = poster()(http(receivers(lambda connection: connection.sendall(said))), {}, "{}")

    assert status == 0
    assert problem.startswith("no answer: ")


@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return a_certificate("authority", key, None), key


def a_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    signing = issuer[1] if issuer else key
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    if issuer is None:
        uses = dict.fromkeys(_KEY_USES, False) | {"key_cert_sign": True}
        builder = builder.add_extension(x509.KeyUsage(**uses), critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(signing, hashes.SHA256())


def tls_of(name: str, authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey], folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + a_certificate(name, key, authority).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def trust(authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority[0].public_bytes(serialization.Encoding.PEM).decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as newer Pythons have it by default
    return context


def test_the_certificate_is_asked_for_by_name_and_not_by_address(
    receivers: Callable[..., Receiver],
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    trust: ssl.SSLContext,
    tmp_path: Path,
) -> None:
    receiver = receivers(tls=tls_of(NAME, authority, tmp_path))

    answer = poster(trust=trust)(ReceiverUrl("https", NAME, receiver.port, "/"), {}, "{}")

    assert answer == (204, "")
    assert receiver.names == [NAME]


@pytest.mark.parametrize(("name", "trusted"), [("other.example.org", True), (NAME, False)], ids=["another's", "nobody's"])
def test_a_certificate_that_is_not_good_stops_a_delivery(
    receivers: Callable[..., Receiver],
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    trust: ssl.SSLContext,
    tmp_path: Path,
    name: str,
    trusted: bool,
) -> None:
    receiver = receivers(tls=tls_of(name, authority, tmp_path))

    status, problem = poster(trust=trust if trusted else None)(ReceiverUrl("https", NAME, receiver.port, "/"), {}, "{}")

    assert status == 0
    assert problem.startswith("no answer: its certificate is not good: ")
    assert receiver.requests == []


def test_a_name_is_resolved_to_all_its_addresses() -> None:
    assert "127.0.0.1" in resolve(ReceiverUrl("http", "localhost", 80, "/"))


def test_a_name_that_is_not_known_has_no_address() -> None:
    assert resolve(ReceiverUrl("https", "no-such-host.invalid", 443, "/")) == []
