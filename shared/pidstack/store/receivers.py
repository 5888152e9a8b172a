"""Webhooks' receivers, over HTTP. What was checked is what is connected to: a name is resolved once, and not by the connection."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from functools import cached_property

import pidstack
from pidstack.domain.address import ReceiverUrl, refusal
from pidstack.ports.webhooks import Resolver

TIMEOUT_S = 10
_FIXED_HEADERS = {
    "User-Agent": f"pidstack/{pidstack.__version__} (webhooks)",
    "Content-Type": "application/json",
    "Connection": "close",
}


def resolve(url: ReceiverUrl) -> list[str]:
    """`pidstack.ports.webhooks.Resolver` of this machine."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class HttpPoster:
    """`pidstack.ports.webhooks.Poster` over HTTP/1.1.

    Args:
        resolver: asked once for each request.
        trust: whose certificates are believed; the machine's own choice if None.
        timeout_s: for one request, from the first connection to the last line of the answer's head.
    """

    def __init__(
        self, resolver: Resolver, *, allow_loopback: bool, trust: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._resolver = resolver
        self._allow_loopback = allow_loopback
        self._given_trust = trust
        self._timeout_s = timeout_s

    def __call__(self, url: ReceiverUrl, headers: dict[str, str], body: str) -> tuple[int, str]:
        """See the port."""
        addresses = self._resolver(url)
        if reason := refusal(url, addresses, allow_loopback=self._allow_loopback):
            return 0, reason
        deadline = time.monotonic() + self._timeout_s
        problem = ""
        for address in addresses:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            try:
                opened = socket.create_connection((address, url.port), timeout=left_s)
            except OSError as error:
                problem = f"could not connect: {_in_words(error)}"
                continue
            return self._exchange(opened, url, {**headers, **_FIXED_HEADERS, "Host": url.authority}, body.encode(), deadline)
        return 0, problem or self._too_late

    def _exchange(
        self, opened: socket.socket, url: ReceiverUrl, headers: dict[str, str], body: bytes, deadline: float
    ) -> tuple[int, str]:
        if (
            url.scheme == "https"
        ):  # the handshake comes later, under the same deadline; it fails unless the certificate is the host's
            opened = self._trust.wrap_socket(opened, server_hostname=url.host, do_handshake_on_connect=False)
        with contextlib.closing(opened), _cut_at(opened, deadline) as was_cut:
            try:
                if isinstance(opened, ssl.SSLSocket):
                    opened.do_handshake()
                connection = http.client.HTTPConnection(url.host, url.port)
                connection.sock = opened
                connection.request("POST", url.path, body, headers)
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException, ValueError) as error:
                late = was_cut.is_set() or isinstance(error, TimeoutError)
                return 0, self._too_late if late else f"no answer: {_in_words(error)}"
            return (0, self._too_late) if was_cut.is_set() else (status, "")

    @property
    def _too_late(self) -> str:
        return f"no answer within {self._timeout_s:g} s"

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self._given_trust or ssl.create_default_context()


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@contextlib.contextmanager
def _cut_at(opened: socket.socket, deadline: float) -> Iterator[threading.Event]:
    """Cut a connection at the deadline: a socket's own time-out starts anew with every byte that trickles in."""
    was_cut = threading.Event()

    def cut() -> None:
        was_cut.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(opened, socket.SHUT_RDWR)  # not TLS's own, which would wait for the other side

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()
