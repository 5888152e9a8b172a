"""Replays recorded EZID exchanges against a server and says where its answers differ.

An exchange is one line of `tests/vectors/ezid/exchanges.jsonl` (its README gives the form). Requests go out in their
order, because later ones see what earlier ones made. What no two servers have in common is translated on the way: the
base address, minted names, session cookies and times.
"""

import base64
import http.client
import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Exchange = Mapping[str, Any]
Headers = Mapping[str, str]
Send = Callable[[str, str, Headers, bytes | None], tuple[int, Sequence[tuple[str, str]], bytes]]

VECTORS = Path(__file__).parent.parent / "vectors" / "ezid"
RECORDED_BASE = "http://127.0.0.1:18000"
# Every recorded name holds one of these marks, upper or lower case, so that a fresh run can use names of its own.
RUN_MARKS = ("6b021fcf", "6b021ff2", "c98989f0")
NOID_ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One point in which an answer is not the expected one."""

    n: int
    name: str
    what: str
    expected: object
    got: object

    def __str__(self) -> str:
        return f"{self.n} {self.name}: {self.what}: expected {self.expected!r}, got {self.got!r}"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer taken apart: status line and elements as they stand on the wire, still percent-encoded."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    line: str
    elements: Mapping[str, str]

    @classmethod
    def parse(cls, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> "Answer":
        line, _, rest = body.decode("utf-8", errors="replace").partition("\n")
        pairs = (pair.partition(": ") for pair in rest.split("\n") if pair)
        return cls(status, headers, body, line, {label: value for label, _, value in pairs})

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def cookies(self) -> list[str]:
        return [value for key, value in self.headers if key.lower() == "set-cookie"]


@dataclass(slots=True)
class Session:
    """What the run has learned: how recorded names translate into ours, and the metadata we sent."""

    translations: dict[str, str] = field(default_factory=dict)
    sent: dict[tuple[str, str], str] = field(default_factory=dict)

    def ours(self, text: str) -> str:
        for recorded, here in self.translations.items():
            text = text.replace(recorded, here)
        return text


def load(name: str) -> Any:
    """Reads a vector file: a list of JSON lines, or one JSON value."""
    text = (VECTORS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else json.loads(text)


def with_differences(exchanges: Iterable[Exchange], differences: Iterable[Mapping[str, Any]]) -> list[Exchange]:
    """Puts what we answer otherwise on purpose in the place of what was recorded.

    A difference replaces the expectation as a whole, unless it is `as_sent`, which only adds to it.
    """
    chosen = {name: entry["expect"] for entry in differences if not entry.get("left_out") for name in entry["names"]}
    return [{**one, "expect": _replaced(one["expect"], chosen[one["name"]])} if one["name"] in chosen else one for one in exchanges]


def _replaced(recorded: Mapping[str, Any] | None, ours: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return {**(recorded or {}), **ours} if ours and "as_sent" in ours else ours


def replay(
    exchanges: Iterable[Exchange],
    send: Send,
    accounts: Mapping[str, str],
    *,
    base_url: str = RECORDED_BASE,
    fresh: bool = False,
) -> list[Mismatch]:
    """Sends every exchange and compares the answers.

    Args:
        exchanges: In the order of the recording.
        send: Takes method, path, headers and body; gives status, headers and body. It must leave the path as it is.
        accounts: Password by account name.
        base_url: Where the server says it is; default targets begin with it.
        fresh: Whether to use names of our own, so that the same server can be asked twice.
    """
    session = Session()
    if fresh:
        for mark in RUN_MARKS:
            own = secrets.token_hex(4)
            session.translations |= {mark: own, mark.upper(): own.upper()}
    if base_url.rstrip("/") != RECORDED_BASE:
        session.translations[RECORDED_BASE] = base_url.rstrip("/")
    return [mismatch for exchange in exchanges for mismatch in _step(exchange, send, accounts, session)]


def _step(exchange: Exchange, send: Send, accounts: Mapping[str, str], session: Session) -> Iterator[Mismatch]:
    headers = {name: session.ours(value) for name, value in exchange["headers"].items()}
    if exchange["user"] is not None:
        pair = f"{exchange['user']}:{accounts[exchange['user']]}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    body = _body(exchange, session)
    answer = Answer.parse(*send(exchange["method"], session.ours(exchange["path"]), headers, body))
    expect = exchange["expect"]
    if expect is not None:
        for what, expected, got in _compare(exchange["method"], expect, answer, session):
            yield Mismatch(exchange["n"], exchange["name"], what, expected, got)
    _remember(exchange["method"], body, answer, session)


def _body(exchange: Exchange, session: Session) -> bytes | None:
    if "body_base64" in exchange:
        return base64.b64decode(exchange["body_base64"])
    return None if exchange["body"] is None else session.ours(exchange["body"]).encode()


Finding = tuple[str, object, object]


def _compare(method: str, expect: Mapping[str, Any], answer: Answer, session: Session) -> Iterator[Finding]:
    if answer.status != expect["status"]:
        yield "status", expect["status"], f"{answer.status} {answer.line}"
        return
    if "minted" in expect:
        yield from _learn_minted(expect, answer, session)
    yield from _transport(method, answer, challenge=expect.get("challenge", True))
    yield from _cookies(expect, answer, session)
    if "line" in expect and answer.line != session.ours(expect["line"]):
        yield "status line", session.ours(expect["line"]), answer.line
    if "line_prefix" in expect and not answer.line.startswith(expect["line_prefix"]):
        yield "status line begins", expect["line_prefix"], answer.line
    if "elements" in expect:
        yield from _elements(_expected_elements(expect, answer, session), answer.elements)


def _transport(method: str, answer: Answer, *, challenge: bool) -> Iterator[Finding]:
    """The rules every answer keeps: headers, and the newlines of the body."""
    if method == "HEAD":
        if answer.body:
            yield "body of a HEAD answer", b"", answer.body
        return
    if (answer.header("Content-Type") or "").lower() != "text/plain; charset=utf-8":
        yield "Content-Type", "text/plain; charset=utf-8", answer.header("Content-Type")
    if answer.header("Content-Length") != str(len(answer.body)):
        yield "Content-Length", str(len(answer.body)), answer.header("Content-Length")
    if answer.status == 401 and challenge and answer.header("WWW-Authenticate") != 'Basic realm="EZID"':
        yield "WWW-Authenticate", 'Basic realm="EZID"', answer.header("WWW-Authenticate")
    shape = rb"[^\n]*" if not answer.elements else rb"[^\n]+\n([^\n]+: [^\n]*\n)+"
    if not re.fullmatch(shape, answer.body):
        yield "newlines", "none after a lone status line, one after every element", answer.body
    if b"\r" in answer.body:
        yield "carriage return", "none", answer.body


def _cookies(expect: Mapping[str, Any], answer: Answer, session: Session) -> Iterator[Finding]:
    cookies = answer.cookies()
    if "session" in expect:
        cookie = next((one for one in cookies if re.match(r"sessionid=[^;\s\"]+;", one)), None)
        if cookie is None or "httponly" not in cookie.lower() or "path=/" not in cookie.lower():
            yield "session cookie", "sessionid=…; HttpOnly; Path=/", cookies
        if cookie is not None:
            session.translations[expect["session"]] = cookie.removeprefix("sessionid=").partition(";")[0]
    if expect.get("session_expires"):
        expired = [
            one for one in cookies if re.match(r'sessionid=("")?;', one) and re.search(r"max-age=0\b|1970", one, re.IGNORECASE)
        ]
        if not expired:
            yield "expired session cookie", 'sessionid=""; Max-Age=0', cookies


def _expected_elements(expect: Mapping[str, Any], answer: Answer, session: Session) -> Mapping[str, str | None]:
    expected = {session.ours(key): value and session.ours(value) for key, value in (expect["elements"] or {}).items()}
    for label in expect.get("as_sent", ()):
        if (kept := session.sent.get((_subject(answer), label))) is not None:
            expected[label] = kept.replace("(:tba)", _subject(answer).partition(":")[2])
    return expected


def _elements(expected: Mapping[str, str | None], got: Mapping[str, str]) -> Iterator[Finding]:
    """Compares as mappings: clients are told not to rely on the order. A value of null stands for any time."""
    for label, value in expected.items():
        if label not in got:
            yield f"missing element {label}", value, None
        elif value is None and not re.fullmatch(r"[0-9]+", got[label]):
            yield label, "seconds since 1970", got[label]
        elif value is not None and got[label] != value:
            yield label, value, got[label]
    for label in got.keys() - expected.keys():
        yield f"extra element {label}", None, got[label]
    times = [got.get(label, "") for label in ("_created", "_updated")]
    if all(time.isdigit() for time in times) and int(times[1]) < int(times[0]):
        yield "_updated", f"not before {times[0]}", times[1]


def _subject(answer: Answer) -> str:
    """The identifier a success line is about."""
    return re.split(r" \| | in_lieu_of ", answer.line.removeprefix("success: "), maxsplit=1)[0]


def _remember(method: str, body: bytes | None, answer: Answer, session: Session) -> None:
    """Keeps the XML of a write that succeeded, for views that must give it back."""
    if method in ("PUT", "POST") and answer.status in (200, 201) and body:
        for line in re.split(r"\r\n|\r|\n", body.decode("utf-8", errors="replace")):
            label, _, value = line.partition(":")
            if label in ("datacite", "crossref"):
                session.sent[_subject(answer), label] = value.strip()
                if not value.strip():
                    del session.sent[_subject(answer), label]


def _learn_minted(expect: Mapping[str, Any], answer: Answer, session: Session) -> Iterator[Finding]:
    """Takes the new name for the recorded one from here on, with its shadow ARK and its other letter case."""
    shoulder, recorded, ours = (
        expect["minted"],
        expect["line"].removeprefix("success: ").partition(" | ")[0],
        _subject(answer),
    )
    if not well_minted(shoulder, ours):
        yield "minted name", f"{shoulder} + a suffix with its check character", ours
    if not ours.startswith(shoulder):
        return
    old, new = recorded.removeprefix("doi:"), ours.removeprefix("doi:")
    session.translations[old] = new
    if old != recorded:
        session.translations |= {old.lower(): new.lower()}
        _, shadow = expect["line"].removeprefix("success: ").split(" | ")
        head = shadow.removesuffix(old.partition("/")[2].lower())
        session.translations[shadow] = head + new.partition("/")[2].lower()


def well_minted(shoulder: str, name: str) -> bool:
    """Whether a name could come from the minter of a shoulder: its alphabet, its letter case, its check character.

    The check character is the NOID one, over NAAN or DOI prefix, slash, shoulder and minted part in lower case.
    """
    minted = name.removeprefix(shoulder)
    if not name.startswith(shoulder) or not minted:
        return False
    if shoulder == "uuid:":
        return re.fullmatch(r"[0-9a-f-]{36}", minted) is not None and str(uuid.UUID(minted)) == minted
    is_doi = shoulder.startswith("doi:10.")
    if minted != (minted.upper() if is_doi else minted.lower()):
        return False
    checked = shoulder.removeprefix("doi:10." if is_doi else "ark:/") + minted.lower()
    if any(letter not in NOID_ALPHABET for letter in minted.lower()):
        return False
    total = sum(place * max(NOID_ALPHABET.find(letter), 0) for place, letter in enumerate(checked[:-1], start=1))
    return NOID_ALPHABET[total % len(NOID_ALPHABET)] == checked[-1]


def http_sender(base_url: str, timeout: float = 60) -> Send:
    """A `send` over HTTP that leaves the path as it is: double slashes, dots and escapes are what is being tested."""
    parts = urlsplit(base_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection

    def send(method: str, path: str, headers: Headers, body: bytes | None) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        try:
            connection.request(method, parts.path.rstrip("/") + path, body=body, headers=dict(headers))
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    return send
