"""What one DOI costs through DataCite's REST API, and writers who are faster."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from pidstack.domain import edits as e
from pidstack.domain.identifier import Identifier
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.doi_paths import delete_below, get_below, put_below
from pidstack.protocols.rest.dois import make_doi
from pidstack.protocols.rest.service import Service
from pidstack.services.update import update
from tests.fakes.feed import MemoryLedger
from tests.world import World, a_world

NAME = Identifier.parse("doi:10.9999/FZ4A")
COMPLETE = {
    "creators": [{"name": "Lima, Ana"}],
    "titles": [{"title": "Tides"}],
    "publisher": "Tide Press",
    "publicationYear": 2019,
    "types": {"resourceTypeGeneral": "Dataset"},
    "url": "https://example.org/",
}


@pytest.fixture
def world() -> World:
    return a_world()


def service(world: World) -> Service:
    nothing = cast("Any", None)
    return Service(world.registry, nothing, MemoryLedger(), world.keeper, nothing, nothing, "Registry")


def request(method: str, attributes: dict[str, Any] | None = None, by: str = "alice") -> Request:
    body = json.dumps({"data": {"attributes": attributes}}).encode() if attributes is not None else b""
    who = {"account": by} if by else {}
    return Request(method, "/dois/{doi+}", "/dois/10.9999/fz4a", {}, {}, body, "https://ids.example.org", who)


def told(response: Response) -> dict[str, Any]:
    attributes: dict[str, Any] = json.loads(response.body)["data"]["attributes"]
    return attributes


def test_one_doi_costs_as_little_as_can_be(world: World) -> None:
    """Budgets: a view is one read, a new record one write, a change one read and one write."""
    here = service(world)

    costs = [
        world.cost(lambda: make_doi(request("POST", {"doi": "10.9999/fz4a"}), here)),
        world.cost(lambda: get_below(request("GET"), here)),
        world.cost(lambda: put_below(request("PUT", {**COMPLETE, "event": "publish"}), here)),
        world.cost(lambda: get_below(request("GET", by="bob"), here)),
    ]

    assert costs == [(0, 1), (1, 0), (1, 1), (1, 0)]
    assert told(get_below(request("GET", by=""), here))["state"] == "findable"


def test_a_doi_that_is_put_and_not_there_costs_the_look_besides(world: World) -> None:
    here = service(world)

    assert world.cost(lambda: put_below(request("PUT", COMPLETE), here)) == (1, 1)
    assert world.cost(lambda: delete_below(request("DELETE"), here)) == (1, 1)


def test_a_change_is_made_to_what_a_faster_writer_has_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = service(world)
    make_doi(request("POST", {"doi": "10.9999/fz4a", **COMPLETE}), here)
    replace, others = world.identifiers.replace, iter(["faster"])

    def replaced(record: Any) -> None:
        if next(others, ""):
            update(NAME, [e.SetTarget("https://example.org/faster")], world.by("alice"), world.registry)
        replace(record)

    monkeypatch.setattr(world.identifiers, "replace", replaced)

    shown = told(put_below(request("PUT", {"version": "2", "event": "publish"}), here))

    assert (shown["version"], shown["url"], shown["state"]) == ("2", "https://example.org/faster", "findable")


def test_what_somebody_else_makes_meanwhile_is_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = service(world)
    create, others = world.identifiers.create, iter(["faster"])

    def created(record: Any) -> None:
        if next(others, ""):
            make_doi(request("POST", {"doi": "10.9999/fz4a", **COMPLETE}), here)
        create(record)

    monkeypatch.setattr(world.identifiers, "create", created)

    shown = told(put_below(request("PUT", {"version": "2"}), here))

    assert (shown["version"], shown["titles"]) == ("2", COMPLETE["titles"])
