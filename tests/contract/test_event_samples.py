"""The sample events are what the handlers understand, and every function has one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.authorizer.app import lambda_handler as authorizer
from functions.ez_api.app import lambda_handler as ez_api
from functions.ezid_api.app import lambda_handler as ezid_api
from functions.rest_api.app import lambda_handler as rest_api
from pidstack.store import identifiers as store_of_records
from pidstack.store.ledger import DynamoLedger
from tests.commits import Story
from tests.contract.in_process import Context, Gateway, running

SAMPLES = Path(__file__).parents[2] / "events" / "samples"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder("ark:/99999/fk4", test=True)
        gateway.add_account("demo.one", "one-demo")
        yield gateway


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return event


@pytest.mark.usefixtures("gateway")
def test_what_the_sample_creates_the_sample_views() -> None:
    created = ezid_api(sample("ezid-create"), Context())
    viewed = ezid_api(sample("ezid-view"), Context())

    assert (created["statusCode"], created["body"]) == (201, "success: ark:/99999/fk4a%252fb")
    assert viewed["statusCode"] == 200
    assert viewed["body"].startswith("success: ark:/99999/fk4a%252fb\nerc.who: Proust, Marcel\n")


@pytest.mark.usefixtures("gateway")
def test_the_sample_of_a_login_is_answered_by_ez() -> None:
    assert ez_api(sample("ez-login"), Context())["statusCode"] == 501


@pytest.mark.usefixtures("gateway")
def test_the_sample_of_activities_is_told_what_was_done() -> None:
    story = Story()
    story.write("doi:10.5072/FK2A")
    store_of_records._item(story.records["doi:10.5072/FK2A"]).save()
    DynamoLedger().enter(story.commits)

    answer = rest_api(sample("rest-activities"), Context())

    (told,) = json.loads(answer["body"])["data"]
    assert (answer["statusCode"], told["attributes"]["prov:wasDerivedFrom"]) == (200, "https://doi.org/10.5072/fk2a")


@pytest.mark.usefixtures("gateway")
def test_the_sample_credentials_are_recognised() -> None:
    event = sample("authorizer-basic")

    found = authorizer(event, Context())

    assert found["context"] == {"account": "demo.one", "via": "password"}
    assert found["policyDocument"]["Statement"][0]["Resource"] == event["methodArn"]


def test_every_sample_stands_in_the_table_of_samples() -> None:
    table = (SAMPLES.parent / "README.md").read_text(encoding="utf-8")

    assert all(f"`samples/{path.name}`" in table for path in SAMPLES.iterdir())
