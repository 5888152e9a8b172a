"""The local stack as a whole: bring it up, take it down, forget it; and the file that tells programs where it is."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pidstack.local import bridges, deploy, emulator
from pidstack.local.emulator import Emulator
from pidstack.local.paths import LocalStackError, Places

Step = Callable[[str], AbstractContextManager[None]]
_HEALTHY_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class LocalStack:
    """What `.local/stack.json` says.

    Attributes:
        base_url: public API, with a closing slash and without a stage.
        aws_endpoint: for AWS clients; any credentials of the form test/test do.
        outputs: of the CloudFormation stack.
        accounts: demo accounts, each with name, password and group.
    """

    base_url: str
    aws_endpoint: str
    region: str
    stack: str
    outputs: dict[str, str]
    accounts: list[dict[str, str]] = field(default_factory=list)

    @property
    def table(self) -> str:
        """Name of the identifier table."""
        return self.outputs["IdentifierTableName"]

    @classmethod
    def read(cls, path: Path) -> LocalStack:
        """Read a description that `up` wrote.

        Raises:
            LocalStackError: there is none.
        """
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError as error:
            raise LocalStackError("No local stack is running; start one with: make run") from error

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


@contextlib.contextmanager
def _silent(_words: str) -> Iterator[None]:
    yield


def up(
    places: Places, port: int | None = None, *, demo: bool = True, enforce_iam: bool = False, step: Step = _silent
) -> LocalStack:
    """Bring the stack up, or bring the running one up to date with the tree.

    Args:
        places: state of an earlier run is taken up; its records survive.
        port: None keeps the port of a running stack, and is 4566 otherwise.
        demo: make the demo accounts and records if they are not there yet.
        enforce_iam: let the emulator evaluate the roles' policies, as AWS always does.
        step: wraps each step, for showing progress.
    Raises:
        LocalStackError: with what to do about it.
    """
    places.directory.mkdir(parents=True, exist_ok=True)
    found = emulator.running(places)
    if found and port not in (None, found.port):
        with step(f"Moving from port {found.port} to {port}"):
            down(places)
        found = None
    if found:
        return _bring_up_to_date(found, demo=demo, step=step)
    try:
        with step("Starting the emulator"):
            started = emulator.start(places, port or emulator.DEFAULT_PORT, enforce_iam=enforce_iam)
        return _bring_up_to_date(started, demo=demo, step=step)
    except BaseException:  # Ctrl-C included: what this call started, it ends
        down(places)
        raise


def _bring_up_to_date(running: Emulator, *, demo: bool, step: Step) -> LocalStack:
    with step("Deploying template.yaml"):
        outputs, _changed = deploy.deploy(running)
    stack = LocalStack(running.base_url, running.aws_endpoint, bridges.REGION, deploy.STACK, outputs)
    with step("Waiting for the API to answer"):
        _wait_until_healthy(stack.base_url)
    description = running.places.description
    if demo:
        stack.write(description)
        with step("Looking after the demo accounts and records"):
            stack.accounts.extend(_seed(stack, running.places.directory))
    stack.write(description)
    return stack


def down(places: Places, *, keep: bool = True) -> bool:
    """End the stack.

    Args:
        keep: its state, for the next start.
    Returns:
        whether one was running.
    """
    stopped = emulator.stop(places, keep=keep)
    places.description.unlink(missing_ok=True)
    return stopped


def forget(places: Places) -> None:
    """End the stack and remove everything it remembers."""
    down(places, keep=False)
    shutil.rmtree(places.directory, ignore_errors=True)


def _seed(stack: LocalStack, directory: Path) -> list[dict[str, Any]]:
    """Make the demo data: `pidstack.local.demo.seed(stack, directory)` is called on every start and repeats harmlessly."""
    if importlib.util.find_spec("pidstack.local.demo") is None:
        return []
    return list(importlib.import_module("pidstack.local.demo").seed(stack, directory))


def _wait_until_healthy(base_url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _HEALTHY_WITHIN_S
    answer = "no answer"
    while time.monotonic() < deadline:
        try:
            with opener.open(f"{base_url}status", timeout=_HEALTHY_WITHIN_S):
                return
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.read(200).decode(errors='replace').strip()}"
            if error.code == 500:  # a function that fails to load will not recover
                break
        except OSError as error:
            answer = str(error)
        time.sleep(0.1)
    raise LocalStackError(f"{base_url}status does not answer ({answer}); see what the functions say with: make logs")
