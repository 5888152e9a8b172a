"""The recorded EZID exchanges, sent over HTTP to a deployed stack.

`tests/vectors/ezid` holds the exchanges, the accounts they need and what this service answers otherwise on purpose.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from click.testing import CliRunner

from pidstack.cli.main import cli
from pidstack.local.stack import LocalStack
from tests.contract.ezid_replay import http_sender, load, replay, with_differences

Run = Callable[..., object]


def directory_calls(directory: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """The operator's commands that make what `accounts.json` describes, each with its standard input."""
    for group in directory["groups"]:
        yield ("group", "create", group), None
    for account in directory["accounts"]:
        options = [f"--{flag.replace('_', '-')}" for flag in ("group_admin", "superuser") if account.get(flag)]
        options += ["--proxy-of", account["proxy_of"]] if "proxy_of" in account else []
        yield ("account", "create", account["name"], "--group", account["group"], *options), account["password"]
    for shoulder in directory["shoulders"]:
        options = ["--datacenter", shoulder["datacenter"]] if "datacenter" in shoulder else []
        options += [f"--{flag.replace('_', '-')}" for flag in ("crossref", "no_minter", "test") if shoulder.get(flag)]
        yield ("shoulder", "create", shoulder["shoulder"], "--name", shoulder["name"], *options), None
        for account in shoulder.get("granted_to", ()):
            yield ("shoulder", "grant", shoulder["shoulder"], account), None


def set_up(run: Run, directory: Mapping[str, Any]) -> None:
    """Makes groups, accounts, shoulders and grants.

    Args:
        run: Called as `run(*arguments, input=text)` for each `pidstack` command; raises when the command fails.
        directory: The content of `accounts.json`.
    """
    for arguments, standard_input in directory_calls(directory):
        run(*arguments, input=standard_input)


def operator(stack: LocalStack) -> Run:
    """Runs the operator's command line against the stack."""
    where = ("--endpoint", stack.aws_endpoint, "--table", stack.outputs["IdentifierTableName"])

    def run(*arguments: str, input: str | None = None) -> None:  # noqa: A002
        done = CliRunner().invoke(cli, [*arguments, *where], input=input)
        assert done.exit_code == 0, f"pidstack {' '.join(arguments)}: {done.output}"

    return run


@pytest.fixture(scope="module")
def passwords(empty_stack: LocalStack) -> dict[str, str]:
    directory = load("accounts.json")
    set_up(operator(empty_stack), directory)
    return {account["name"]: account["password"] for account in directory["accounts"]}


def test_every_recorded_exchange_is_answered_as_a_real_ezid_answered_it(empty_stack: LocalStack, passwords: dict[str, str]) -> None:
    exchanges = with_differences(load("exchanges.jsonl"), load("differences.json"))

    mismatches = replay(exchanges, http_sender(empty_stack.base_url), passwords, base_url=empty_stack.base_url, fresh=True)

    assert not mismatches, f"{len(mismatches)} of {len(exchanges)} exchanges:\n" + "\n".join(map(str, mismatches))
