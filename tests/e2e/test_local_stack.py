"""The local stack's promises: it is found, survives, is brought up to date, and gets out of the way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pidstack.local import deploy, emulator, stack
from pidstack.local.paths import LocalStackError, Places
from pidstack.local.stack import LocalStack

ITEM = {"pk": {"S": "kept"}, "sk": {"S": "over a restart"}}


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    yield (made := Places(tmp_path / "local"))
    stack.down(made)


def status_of(running: LocalStack) -> int:
    with urllib.request.urlopen(f"{running.base_url}status", timeout=30) as answer:  # noqa: S310 - loopback
        return int(answer.status)


def test_records_and_addresses_survive_a_restart_and_clean_forgets_them(places: Places) -> None:
    port = emulator.free_port()
    first = stack.up(places, port, demo=False)
    deploy.client("dynamodb", first.aws_endpoint).put_item(TableName=first.table, Item=ITEM)
    assert stack.down(places)
    assert not places.description.exists()

    second = stack.up(places, port, demo=False)

    found = deploy.client("dynamodb", second.aws_endpoint).get_item(TableName=second.table, Key=ITEM)
    assert found["Item"] == ITEM
    assert second == first
    assert status_of(second) == 200

    stack.forget(places)

    assert not places.directory.exists()
    with pytest.raises(urllib.error.URLError):
        status_of(second)


def test_an_unchanged_tree_is_not_deployed_again(stack: LocalStack, stack_places: Places) -> None:
    if "PIDSTACK_STACK" in os.environ:
        pytest.skip("somebody else's stack")
    running = emulator.running(stack_places)
    assert running is not None
    deploy.deploy(running)  # somebody may be editing the tree

    outputs, changed = deploy.deploy(running)

    assert not changed
    assert outputs == stack.outputs


def test_programs_find_the_stack_by_its_description(stack: LocalStack, stack_places: Places) -> None:
    if "PIDSTACK_STACK" in os.environ:
        pytest.skip("somebody else's stack")

    description = json.loads(stack_places.description.read_text())

    assert set(description) == {"base_url", "aws_endpoint", "region", "stack", "outputs", "accounts"}
    assert description["base_url"] == stack.base_url
    assert {account["name"] for account in description["accounts"]} >= {"demo.one", "demo.two"}
    assert all(set(account) == {"name", "password", "group"} for account in description["accounts"])


def test_a_taken_port_is_said_in_one_sentence_and_leaves_nothing(places: Places) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(LocalStackError, match=f"Port {port} is taken by another program"):
            stack.up(places, port)

    assert emulator.running(places) is None


def test_a_stale_process_file_harms_nobody(places: Places) -> None:
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)  # noqa: S607
    places.directory.mkdir()
    places.process.write_text(json.dumps({"pid": bystander.pid, "port": emulator.free_port()}))

    try:
        assert not stack.down(places)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_killed_emulator_is_replaced(places: Places) -> None:
    running = emulator.start(places, emulator.free_port())
    os.killpg(running.pid, signal.SIGKILL)

    again = emulator.start(places, emulator.free_port())

    assert again.pid != running.pid
    assert emulator.running(places) == again


def test_an_interrupted_start_leaves_nothing_behind(places: Places) -> None:
    pids: list[int] = []

    @contextlib.contextmanager
    def interrupted_while_deploying(words: str) -> Iterator[None]:
        yield
        if words.startswith("Deploying"):
            pids.append(json.loads(places.process.read_text())["pid"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.up(places, emulator.free_port(), demo=False, step=interrupted_while_deploying)

    assert not places.process.exists()
    assert not emulator.group_lives(pids[0])
