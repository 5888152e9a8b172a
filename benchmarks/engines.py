"""The DynamoDB that a benchmark runs against: moto in this process, Amazon's DynamoDB Local, or the local stack's emulator."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto import mock_aws

from benchmarks import tools

ENGINES = ("moto", "dynamodb-local", "ministack")
_START_S = 30


@contextmanager
def engine(name: str) -> Iterator[str]:
    """Run an engine, and give its endpoint; empty for moto, which catches requests before they leave.

    The environment names the endpoint while it runs, so that clients made meanwhile use it. Secrets come from moto, except where
    the engine has its own.

    Raises:
        tools.Missing: this machine cannot run it.
    """
    match name:
        case "moto":
            with mock_aws():
                yield ""
        case "dynamodb-local":
            emulator, port = tools.dynamodb_local(), free_port()
            command = [
                "java",
                "-Djava.library.path=DynamoDBLocal_lib",
                "-jar",
                "DynamoDBLocal.jar",
                "-inMemory",
                "-sharedDb",
                "-port",
                str(port),
            ]
            with _served(command, port, emulator) as endpoint:
                # Otherwise moto looks at each request for something to answer, which no function pays for.
                untouched: Any = {"core": {"passthrough": {"urls": [f"{endpoint}/"]}}}
                with mock_aws(config=untouched), _environment(AWS_ENDPOINT_URL_DYNAMODB=endpoint):
                    yield endpoint
        case "ministack":
            port = free_port()
            command = [sys.executable, "-m", "ministack"]
            with (
                tempfile.TemporaryDirectory() as folder,
                _served(command, port, Path(folder), BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port)) as endpoint,
                _environment(AWS_ENDPOINT_URL=endpoint),
            ):
                yield endpoint
        case _:
            raise ValueError(name)


def default() -> str:
    """Name the most real engine that this machine can run."""
    try:
        tools.dynamodb_local()
    except tools.Missing:
        return "moto"
    return "dynamodb-local"


def free_port() -> int:
    """Give a port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a connection to a port of the loopback is taken.

    Raises:
        tools.Missing: the process ended, or took too long.
    """
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise tools.Missing(f"{Path(str(process.args[0])).name} did not start")  # type: ignore[index]  # always a list here


@contextmanager
def _served(command: list[str], port: int, folder: Path, **environment: str) -> Iterator[str]:
    with subprocess.Popen(  # noqa: S603 - commands of this module
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_answering(port, process)
            endpoint = f"http://127.0.0.1:{port}"
            _wait_until_healthy(endpoint)
            yield endpoint
        finally:
            process.terminate()


def _wait_until_healthy(endpoint: str) -> None:
    """Wait for any HTTP answer at all: a port may be taken before requests are."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(endpoint, timeout=2).close()  # noqa: S310 - the loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise tools.Missing("the engine does not answer")


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
