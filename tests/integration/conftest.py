"""The table as `template.yaml` describes it, in moto."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from samtranslator.yaml_helper import yaml_parse

from pidstack.store.tables import connect
from tests.quick_moto import moto_is_quick as moto_is_quick

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TABLE = "identifiers"
_FOR_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode", "StreamSpecification")


@cache
def _template() -> dict[str, Any]:
    return dict(yaml_parse(TEMPLATE.read_text(encoding="utf-8")))


def table_definition() -> dict[str, Any]:
    """What `CreateTable` takes, out of the template."""
    properties = copy.deepcopy(_template()["Resources"]["IdentifierTable"]["Properties"])
    definition = {name: properties[name] for name in _FOR_CREATE_TABLE}
    definition["StreamSpecification"] = {**definition["StreamSpecification"], "StreamEnabled": True}
    return definition


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty table; the models point at it."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName=TABLE, **table_definition())
        connect(TABLE, region="us-east-1")
        yield TABLE
