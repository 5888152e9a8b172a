"""Paths of the EZ API, without a registry behind them: none of these gets that far."""

import subprocess
import sys
from typing import Any, cast

import pytest

from pidstack.domain.errors import InvalidIdentifier, NoSuchIdentifier, NoSuchShoulder
from pidstack.protocols.ez.dispatch import answer
from pidstack.protocols.ez.names import asked_shoulder, existing_doi, new_doi
from pidstack.protocols.ez.service import Service
from pidstack.protocols.ez.words import NotSupported
from pidstack.protocols.gateway import Request


class Broken:
    """A directory that does not answer."""

    def refresh(self) -> bool:
        raise ConnectionError


class BrokenRegistry:
    directory = Broken()


SERVICE = Service(cast(Any, BrokenRegistry()))


def request(method: str, path: str, resource: str = "", **more: Any) -> Request:
    return Request(method, resource or path, path, {}, {}, b"", "https://ids.example.org", **more)


@pytest.mark.parametrize(("path", "resource"), [("/ez/nothing", "/ez/{path+}"), ("/ez/id/", "/ez/id"), ("/ez/id", "/ez/id")])
def test_there_is_nothing_at_other_paths(path: str, resource: str) -> None:
    response = answer(request("GET", path, resource), SERVICE)

    assert (response.status, response.body) == (404, "error:resource not found")


def test_a_head_request_gets_the_headers_alone() -> None:
    head, get = (answer(request(method, "/ez/status"), SERVICE) for method in ("HEAD", "GET"))

    assert (head.status, head.body) == (200, "")
    assert head.headers == get.headers


def test_the_heart_does_not_beat_without_a_table() -> None:
    response = answer(request("GET", "/ez/heartbeat"), SERVICE)

    assert (response.status, response.body) == (500, "failed")


def test_a_request_that_no_authorizer_saw_is_refused() -> None:
    response = answer(request("GET", "/ez/id/doi:10.12345/x", "/ez/id/{identifier+}"), SERVICE)

    assert (response.status, response.body) == (401, "error: unauthorized")


@pytest.mark.parametrize(
    "spelled",
    [
        "doi:10.12345/abc",
        "doi:/10.12345/abc",
        "DOI:10.12345/ABC",
        "10.12345/abc",
        "https://doi.org/10.12345/abc",
        "doi%3A10.12345%2Fabc",
    ],
)
def test_a_doi_may_be_spelled_in_many_ways(spelled: str) -> None:
    assert str(new_doi(request("GET", f"/ez/id/{spelled}"))) == "doi:10.12345/ABC"


def test_what_is_no_doi_does_not_exist_and_cannot_be_made() -> None:
    nonsense = request("GET", "/ez/id/nonsense")

    with pytest.raises(InvalidIdentifier):
        new_doi(nonsense)
    with pytest.raises(NoSuchIdentifier):
        existing_doi(nonsense)


@pytest.mark.parametrize("scheme", ["ark", "uuid"])
def test_other_schemes_are_not_supported(scheme: str) -> None:
    with pytest.raises(NotSupported, match=f"^{scheme} identifiers are not supported by this service$"):
        new_doi(request("GET", f"/ez/id/{scheme}:/99999/x"))


@pytest.mark.parametrize(
    ("spelled", "shoulder"),
    [
        ("doi:10.12345", "doi:10.12345/"),
        ("doi:10.12345/", "doi:10.12345/"),
        ("doi:10.12345/ab-c", "doi:10.12345/AB-C"),
        ("10.12345/ab", "doi:10.12345/AB"),
        ("DOI:/10.12345", "doi:10.12345/"),
    ],
)
def test_a_shoulder_may_be_spelled_in_many_ways(spelled: str, shoulder: str) -> None:
    assert str(asked_shoulder(request("POST", f"/ez/shoulder/{spelled}"))) == shoulder


@pytest.mark.parametrize("spelled", ["nonsense", "doi:", "doi:10.1", "doi:10.12345//"])
def test_what_is_no_shoulder_is_told(spelled: str) -> None:
    with pytest.raises(NoSuchShoulder):
        asked_shoulder(request("POST", f"/ez/shoulder/{spelled}"))


def test_nothing_that_converts_is_loaded_before_it_is_needed() -> None:
    script = "import sys, pidstack.protocols.ez.dispatch; print({'lxml', 'pidstack.services.render'} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - ourselves

    assert loaded.stdout.strip() == "set()"
