"""Every refusal of the registry has a status and words at EZID."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pidstack.domain import errors as e
from pidstack.protocols.ezid.words import BadRequest, BodyTooLarge, failure, refusal, success


def all_refusals(root: type[e.RegistryError] = e.RegistryError) -> Iterator[type[e.RegistryError]]:
    for child in root.__subclasses__():
        yield child
        yield from all_refusals(child)


# Other protocols may have refusals of their own.
MINE = ("pidstack.domain.", "pidstack.services.", "pidstack.protocols.ezid.")
REFUSALS = sorted({kind for kind in all_refusals() if kind.__module__.startswith(MINE)}, key=str)


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_is_said_in_a_status_line(kind: type[e.RegistryError]) -> None:
    response = refusal(kind("what is wrong"))

    assert 400 <= response.status < 600
    assert response.status != 500
    assert response.body.startswith("error: ")


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        pytest.param(e.Unauthenticated("x"), 401, "error: unauthorized", id="nobody"),
        pytest.param(e.Forbidden("x"), 403, "error: forbidden", id="forbidden"),
        pytest.param(e.NoSuchIdentifier("x"), 400, "error: bad request - no such identifier", id="no identifier: never 404"),
        pytest.param(e.NoSuchShoulder("x"), 400, "error: bad request - no such shoulder", id="no shoulder"),
        pytest.param(e.AlreadyExists("x"), 400, "error: bad request - identifier already exists, cannot create", id="taken"),
        pytest.param(e.Busy("x"), 503, "error: concurrency limit exceeded", id="busy"),
        pytest.param(e.InvalidIdentifier("x"), 400, "error: bad request - invalid identifier", id="no name"),
        pytest.param(e.ShoulderCannotMint("x"), 400, "error: bad request - shoulder does not support minting", id="no minter"),
        pytest.param(e.NotDeletable("x"), 400, "error: bad request - identifier status does not support deletion", id="public"),
        pytest.param(e.StateChangeRefused("x"), 400, "error: bad request - _status: invalid identifier status change", id="move"),
        pytest.param(e.OwnershipRefused("x"), 400, "error: bad request - ownership change prohibited", id="owner"),
        pytest.param(e.NotSettable("field is not settable", "_x"), 400, "error: bad request - _x: field is not settable", id="own"),
        pytest.param(e.NotSettable("no", "created"), 400, "error: bad request - _created: no", id="a part goes by EZID's name"),
        pytest.param(e.NoSuchAccount("no such user", "owner"), 400, "error: bad request - _owner: no such user", id="no user"),
        pytest.param(e.TooLarge("much", "dc.title"), 400, "error: bad request - dc.title: much", id="an element goes by its own"),
        pytest.param(e.InvalidRecord("Bad."), 400, "error: bad request - Bad.", id="the whole"),
        pytest.param(e.Invalid("100%\nsure", "a\rb"), 400, "error: bad request - a%0Db: 100%25%0Asure", id="on one line"),
        pytest.param(BadRequest("odd"), 400, "error: bad request - odd", id="EZID's own"),
        pytest.param(BodyTooLarge("big"), 413, "error: bad request - big", id="too large"),
    ],
)
def test_a_refusal_is_said_as_ezid_says_it(error: e.RegistryError | BadRequest, status: int, line: str) -> None:
    response = refusal(error)

    assert (response.status, response.body) == (status, line)


def test_the_base_of_all_refusals_is_a_fault_of_ours() -> None:
    with pytest.raises(e.RegistryError):
        refusal(e.RegistryError("never raised as such"))


def test_a_lone_status_line_ends_in_no_newline() -> None:
    assert success("done").body == "success: done"
    assert failure(418, "teapot").body == "error: teapot"


def test_elements_follow_the_status_line_each_on_its_own() -> None:
    response = success("ark:/1/%x", [("a:b", "1:%\n2"), ("c", "é")], status=201)

    assert response.status == 201
    assert response.body == "success: ark:/1/%25x\na%3Ab: 1:%25%0A2\nc: é\n"


def test_every_answer_says_what_it_is() -> None:
    headers = success("done", headers={"X": "y"}).headers

    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Vary"] == "Accept-Language, Cookie"
    assert headers["Content-Language"] == "en"
    assert headers["X"] == "y"
