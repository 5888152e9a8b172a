"""The replayer of recorded EZID exchanges can itself find fault: each kind of wrong answer is reported."""

import base64
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.contract.ezid_replay import Exchange, Headers, Send, load, replay, well_minted, with_differences

Pairs = Sequence[tuple[str, str]]
Reply = tuple[int, Pairs, bytes]

VIEW: dict[str, Any] = {
    "n": 1,
    "name": "a_view",
    "method": "GET",
    "path": "/id/ark:/99999/fk4x",
    "user": None,
    "headers": {},
    "body": None,
    "source": "recorded",
    "expect": {
        "status": 200,
        "line": "success: ark:/99999/fk4x",
        "elements": {
            "erc.who": "Proust, Marcel",
            "_created": None,
            "_updated": None,
            "_target": "http://127.0.0.1:18000/id/ark:/99999/fk4x",
        },
    },
}
VIEW_BODY = (
    b"success: ark:/99999/fk4x\nerc.who: Proust, Marcel\n_created: 100\n_updated: 101\n"
    b"_target: http://127.0.0.1:18000/id/ark:/99999/fk4x\n"
)


def reply(status: int, body: bytes, *headers: tuple[str, str]) -> Reply:
    return status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers], body


def always(answer: Reply) -> Send:
    return lambda method, path, headers, body: answer


def exchange(method: str, path: str, expect: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "n": 1,
        "name": "one",
        "method": method,
        "path": path,
        "user": None,
        "headers": {},
        "body": None,
        "expect": expect,
    } | more


def as_recorded(one: Exchange) -> Reply:
    """The answer an exchange expects, put back on the wire."""
    expect = one["expect"]
    if expect is None:
        return reply(500, b"<html>")
    line = expect.get("line", expect.get("line_prefix", "")) if one["method"] != "HEAD" else ""
    elements = expect.get("elements") or {}
    body = line + "".join(f"\n{label}: {value or '1795301328'}" for label, value in elements.items()) + ("\n" if elements else "")
    cookies = [("Set-Cookie", f"sessionid={expect['session']}; HttpOnly; Path=/")] if "session" in expect else []
    cookies += [("Set-Cookie", 'sessionid=""; Max-Age=0; Path=/')] if expect.get("session_expires") else []
    return reply(expect["status"], body.encode(), ("WWW-Authenticate", 'Basic realm="EZID"'), *cookies)


def recorded_server(exchanges: Iterable[Exchange]) -> Send:
    answers: Iterator[Reply] = iter([as_recorded(one) for one in exchanges])
    return lambda method, path, headers, body: next(answers)


@pytest.fixture
def passwords() -> dict[str, str]:
    return {account["name"]: account["password"] for account in load("accounts.json")["accounts"]}


def test_the_recorded_answers_themselves_are_without_fault(passwords: dict[str, str]) -> None:
    exchanges = load("exchanges.jsonl")

    mismatches = replay(exchanges, recorded_server(exchanges), passwords)

    assert mismatches == []


def test_a_server_that_always_says_yes_fails_nearly_everywhere(passwords: dict[str, str]) -> None:
    exchanges = with_differences(load("exchanges.jsonl"), load("differences.json"))

    mismatches = replay(exchanges, always(reply(200, b"success: yes")), passwords)

    assert len({mismatch.n for mismatch in mismatches}) == len(exchanges) - 1  # /version may say what it likes


def test_every_difference_names_exchanges_that_exist_and_gives_its_reason() -> None:
    present = {one["name"] for one in load("exchanges.jsonl")}

    for entry in load("differences.json"):
        assert entry["reason"]
        assert entry["names"]
        for name in entry["names"]:
            assert (name in present) is not entry.get("left_out", False)


def test_every_exchange_expects_something_once_the_differences_are_put_in() -> None:
    exchanges = with_differences(load("exchanges.jsonl"), load("differences.json"))

    assert [one["name"] for one in exchanges if one["expect"] is None] == []


WRONG_VIEWS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "wrong line": (lambda body: body.replace(b"fk4x\nerc", b"fk4y\nerc"), "status line"),
    "missing element": (lambda body: body.replace(b"erc.who: Proust, Marcel\n", b""), "missing element erc.who"),
    "extra element": (lambda body: body + b"_id: x\n", "extra element _id"),
    "wrong value": (lambda body: body.replace(b"Marcel", b"Marcelle"), "erc.who"),
    "value with blanks left": (lambda body: body.replace(b"Marcel\n", b"Marcel \n"), "erc.who"),
    "time that is no number": (lambda body: body.replace(b"_created: 100", b"_created: 2026-01-01"), "_created"),
    "updated before created": (lambda body: body.replace(b"_updated: 101", b"_updated: 99"), "_updated"),
    "target at another base": (lambda body: body.replace(b"127.0.0.1:18000", b"example.org"), "_target"),
    "no last newline": (lambda body: body.removesuffix(b"\n"), "newlines"),
    "blank last line": (lambda body: body + b"\n", "newlines"),
    "line that is no element": (lambda body: body + b"loose\n", "newlines"),
    "carriage returns": (lambda body: body.replace(b"\n", b"\r\n"), "carriage return"),
}


@pytest.mark.parametrize(("spoil", "what"), WRONG_VIEWS.values(), ids=WRONG_VIEWS.keys())
def test_a_spoiled_view_is_reported(spoil: Callable[[bytes], bytes], what: str) -> None:
    good = replay([VIEW], always(reply(200, VIEW_BODY)), {})

    spoiled = replay([VIEW], always(reply(200, spoil(VIEW_BODY))), {})

    assert good == []
    assert any(mismatch.what.startswith(what) for mismatch in spoiled), spoiled


WRONG_TRANSPORT: dict[str, tuple[Reply, str]] = {
    "wrong status": (reply(404, VIEW_BODY), "status"),
    "HTML": (
        (200, [("Content-Type", "text/html"), ("Content-Length", str(len(VIEW_BODY)))], VIEW_BODY),
        "Content-Type",
    ),
    "no length": ((200, [("Content-Type", "text/plain; charset=utf-8")], VIEW_BODY), "Content-Length"),
    "wrong length": (
        (200, [("content-type", "text/plain; charset=UTF-8"), ("content-length", "3")], VIEW_BODY),
        "Content-Length",
    ),
}


@pytest.mark.parametrize(("answer", "what"), WRONG_TRANSPORT.values(), ids=WRONG_TRANSPORT.keys())
def test_a_view_sent_wrongly_is_reported(answer: Reply, what: str) -> None:
    mismatches = replay([VIEW], always(answer), {})

    assert [mismatch.what for mismatch in mismatches] == [what]


def test_elements_may_come_in_any_order() -> None:
    line, *elements = VIEW_BODY.splitlines(keepends=True)

    assert replay([VIEW], always(reply(200, line + b"".join(reversed(elements)))), {}) == []


def test_a_lone_status_line_with_a_newline_is_reported() -> None:
    one = exchange("GET", "/status", {"status": 200, "line": "success: EZID is up", "elements": None})

    lone = replay([one], always(reply(200, b"success: EZID is up")), {})
    ended = replay([one], always(reply(200, b"success: EZID is up\n")), {})

    assert lone == []
    assert [mismatch.what.partition(":")[0] for mismatch in ended] == ["newlines"]


def test_a_refusal_without_a_challenge_is_reported() -> None:
    one = exchange("PUT", "/id/ark:/99999/fk4x", {"status": 401, "line": "error: unauthorized", "elements": None})

    mismatches = replay([one], always(reply(401, b"error: unauthorized", ("WWW-Authenticate", 'Basic realm="ezid"'))), {})

    assert [mismatch.what for mismatch in mismatches] == ["WWW-Authenticate"]


def test_an_answer_to_head_has_no_body() -> None:
    one = exchange("HEAD", "/status", {"status": 405})

    assert replay([one], always(reply(405, b"")), {}) == []
    assert len(replay([one], always(reply(405, b"error: method not allowed")), {})) == 1


class Scripted:
    """Answers in turn and keeps what it was asked."""

    def __init__(self, *answers: Reply) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str], bytes | None]] = []

    def __call__(self, method: str, path: str, headers: Headers, body: bytes | None) -> Reply:
        self.asked.append((path, dict(headers), body))
        return self.answers.pop(0)


MINT = exchange(
    "POST",
    "/shoulder/doi:10.5072/FK2",
    {
        "status": 201,
        "line": "success: doi:10.5072/FK24W2P | ark:/b5072/fk24w2p",
        "elements": None,
        "minted": "doi:10.5072/FK2",
    },
)


def test_a_minted_name_takes_the_place_of_the_recorded_one() -> None:
    views = [
        exchange(
            "GET",
            path,
            {"status": 200, "line": "success: doi:10.5072/FK24W2P", "elements": {"_shadowedby": "ark:/b5072/fk24w2p"}},
        )
        for path in ("/id/doi:10.5072/FK24W2P", "/id/doi:10.5072/fk24w2p", "/id/ark:/b5072/fk24w2p")
    ]
    view = reply(200, b"success: doi:10.5072/FK21595\n_shadowedby: ark:/b5072/fk21595\n")
    server = Scripted(reply(201, b"success: doi:10.5072/FK21595 | ark:/b5072/fk21595"), view, view, view)

    mismatches = replay([MINT, *views], server, {})

    assert mismatches == []
    assert [path for path, _, _ in server.asked[1:]] == [
        "/id/doi:10.5072/FK21595",
        "/id/doi:10.5072/fk21595",
        "/id/ark:/b5072/fk21595",
    ]


BAD_MINTS = {
    "shadow of another name": b"success: doi:10.5072/FK21595 | ark:/b5072/fk24w2p",
    "no shadow": b"success: doi:10.5072/FK21595",
    "wrong check character": b"success: doi:10.5072/FK21596 | ark:/b5072/fk21596",
    "lower case": b"success: doi:10.5072/FK2wc77 | ark:/b5072/fk2wc77",
    "another shoulder": b"success: doi:10.5072/XX1595 | ark:/b5072/xx1595",
    "nothing minted": b"success: doi:10.5072/FK2 | ark:/b5072/fk2",
}


@pytest.mark.parametrize("body", BAD_MINTS.values(), ids=BAD_MINTS.keys())
def test_a_badly_minted_name_is_reported(body: bytes) -> None:
    assert replay([MINT], always(reply(201, body)), {})


@pytest.mark.parametrize(
    ("shoulder", "names"),
    [
        ("ark:/99999/fk4", ["4w2s", "159p", "wc7r", "rp4j", "mw2m", "h59h", "4x54g1g", "154dn7s"]),
        ("ark:/13030/c7", ["4w26", "159p", "wc7r", "rp4g"]),
        ("doi:10.5072/FK2", ["4W2P", "1595", "WC77", "RP4Z"]),
    ],
)
def test_names_minted_by_a_real_ezid_are_well_minted_and_their_neighbours_are_not(shoulder: str, names: list[str]) -> None:
    for suffix in names:
        assert well_minted(shoulder, shoulder + suffix)
        assert not well_minted(shoulder, shoulder + suffix[1] + suffix[0] + suffix[2:])
        assert not well_minted(shoulder, shoulder + suffix[:-1] + ("0" if suffix[-1] != "0" else "1"))


def test_the_cookie_of_our_server_is_sent_where_the_recorded_one_was() -> None:
    login = exchange(
        "GET",
        "/login",
        {"status": 200, "line": "success: session cookie returned", "elements": None, "session": "recorded"},
        user="alice",
    )
    later = exchange("GET", "/logout", {"status": 200, "session_expires": True}, headers={"Cookie": "sessionid=recorded"})
    server = Scripted(
        reply(200, b"success: session cookie returned", ("Set-Cookie", "sessionid=ours; HttpOnly; Path=/; SameSite=Lax")),
        reply(200, b"success: authentication credentials flushed", ("Set-Cookie", 'sessionid=""; Max-Age=0; Path=/')),
    )

    mismatches = replay([login, later], server, {"alice": "alicepw"})

    assert mismatches == []
    assert server.asked[0][1]["Authorization"] == "Basic " + base64.b64encode(b"alice:alicepw").decode()
    assert server.asked[1][1]["Cookie"] == "sessionid=ours"


@pytest.mark.parametrize(
    ("expect", "cookie"),
    [
        ({"session": "recorded"}, "other=1; HttpOnly; Path=/"),
        ({"session": "recorded"}, "sessionid=ours; Path=/"),
        ({"session_expires": True}, "sessionid=ours; HttpOnly; Path=/"),
    ],
    ids=["no session", "readable by scripts", "not expired"],
)
def test_a_wrong_cookie_is_reported(expect: dict[str, Any], cookie: str) -> None:
    one = exchange("GET", "/login", {"status": 200, **expect})

    assert len(replay([one], always(reply(200, b"success: x", ("Set-Cookie", cookie))), {})) == 1


def test_xml_must_come_back_as_it_was_sent_where_the_difference_says_so() -> None:
    put = exchange("PUT", "/id/ark:/99999/fk4x", {"status": 201}, body="datacite:  <a>%0A</a>")
    view = exchange(
        "GET",
        "/id/ark:/99999/fk4x",
        {"status": 200, "line": "success: ark:/99999/fk4x", "elements": {"datacite": "<b/>"}},
        name="view",
    )
    exchanges = with_differences([put, view], [{"names": ["view"], "reason": "r", "expect": {"as_sent": ["datacite"]}}])
    made = reply(201, b"success: ark:/99999/fk4x")

    kept = replay(exchanges, Scripted(made, reply(200, b"success: ark:/99999/fk4x\ndatacite: <a>%0A</a>\n")), {})
    changed = replay(exchanges, Scripted(made, reply(200, b"success: ark:/99999/fk4x\ndatacite: <b/>\n")), {})

    assert kept == []
    assert [(mismatch.expected, mismatch.got) for mismatch in changed] == [("<a>%0A</a>", "<b/>")]


def test_a_fresh_run_uses_names_and_a_base_of_its_own() -> None:
    view = copy.deepcopy(VIEW)
    view["path"] = "/id/ark:/99999/fk46b021fcfX6B021FCF"
    server = Scripted(reply(400, b"error: bad request - no such identifier"))

    replay([view], server, {}, base_url="http://localhost:4566/", fresh=True)
    moved = replay(
        [VIEW],
        always(reply(200, VIEW_BODY.replace(b"127.0.0.1:18000", b"localhost:4566"))),
        {},
        base_url="http://localhost:4566/",
    )

    mark, upper = server.asked[0][0].removeprefix("/id/ark:/99999/fk4").split("X")
    assert mark.upper() == upper
    assert mark != "6b021fcf"
    assert len(mark) == len("6b021fcf")
    assert moved == []


def test_a_body_that_is_not_text_is_sent_byte_for_byte() -> None:
    one = exchange("PUT", "/id/ark:/99999/fk4x", {"status": 400})
    del one["body"]
    server = Scripted(reply(400, b"error: bad request - character decoding error"))

    replay([one | {"body_base64": "ZXJjLndobzog//4="}], server, {})

    assert server.asked[0][2] == b"erc.who: \xff\xfe"
