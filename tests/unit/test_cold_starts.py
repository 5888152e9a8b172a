"""What a function must not import while it loads: whoever is its first user waits for all that it imports."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# What Lambda and the stack set, as far as the tracer looks at it.
DEPLOYED = {"LAMBDA_TASK_ROOT": os.curdir, "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000", "POWERTOOLS_SERVICE_NAME": "test"}
MODEL = "pidstack.domain.metadata"  # many classes, for whoever describes an object
FOR_XML, FOR_PAGES, FOR_TOKENS = "lxml", "jinja2", "cryptography"
SDK = ("boto3", "botocore", "pynamodb", "aws_lambda_powertools", "aws_xray_sdk", "asyncio")
READERS_OF_DEPOSITS = ("bibtexparser", "pylatexenc", "rispy")
ALWAYS = ("boto3", "sqlite3", "citeproc", *READERS_OF_DEPOSITS, FOR_TOKENS)


@pytest.mark.parametrize(
    ("function", "unwanted"),
    [
        ("resolver", (*SDK, MODEL, FOR_XML, FOR_PAGES)),
        ("authorizer", (MODEL, FOR_XML, FOR_PAGES, "pidstack.domain.edits", "pidstack.domain.target")),
        ("publish_changes", (MODEL, FOR_XML, FOR_PAGES, "pidstack.domain.edits", "pidstack.domain.target")),
        ("deliver_webhooks", (MODEL, FOR_XML, FOR_PAGES, "pidstack.domain.edits", "pidstack.domain.target")),
        ("snapshot_files", (MODEL, FOR_XML, FOR_PAGES, "pidstack.domain.edits", "pidstack.domain.target")),
        ("ezid_api", (FOR_XML, FOR_PAGES)),
        ("ez_api", (FOR_XML, FOR_PAGES)),
        ("rest_api", (FOR_XML, FOR_PAGES)),
        ("downloads", (FOR_XML, FOR_PAGES)),
        ("oai", (FOR_PAGES,)),
        ("pages", (FOR_XML,)),
    ],
)
def test_a_function_loads_without_what_its_first_answer_does_not_need(function: str, unwanted: tuple[str, ...]) -> None:
    asked = {*ALWAYS, *unwanted}
    program = f"import sys, functions.{function}.app; print(*sorted({asked!r} & sys.modules.keys()))"

    run = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", program], env={**os.environ, **DEPLOYED}, capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == []


def test_a_request_to_aws_is_traced_once() -> None:
    program = "import functions.ezid_api.app; from aws_xray_sdk.core import patcher; print(*patcher._PATCHED_MODULES)"

    run = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", program], env={**os.environ, **DEPLOYED}, capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == ["botocore"]
