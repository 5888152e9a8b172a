"""The emulator as a background process: start, find, stop. It outlives the command that started it.

Whose emulator listens on a port is asked of the listener itself (it answers with its state directory and process id), so
neither a stale file nor a reused process id can make us talk to, or end, a process that is not ours.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pidstack.local import bridges
from pidstack.local.paths import LocalStackError, Places

DEFAULT_PORT = 4566
T = TypeVar("T")
_START_WITHIN_S = 60
_STOP_WITHIN_S = 30
_PROCESSES = Path("/proc")  # of Linux; elsewhere whoever starts a process collects it


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator of ours.

    Attributes:
        places: where its state lies.
        port: loopback TCP port of both the public API and the AWS endpoint.
        pid: leader of its process group, which holds the function workers too.
    """

    places: Places
    port: int
    pid: int

    @property
    def aws_endpoint(self) -> str:
        return f"http://{bridges.AWS_HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"http://{bridges.PUBLIC_HOST}:{self.port}/"


def running(places: Places) -> Emulator | None:
    """Find the emulator that this directory's last start left behind, if it still answers as ours.

    As long as its process lives it may just be busy, and is given time: who took it for dead would end it, and lose its records.
    """
    noted = _noted(places)
    if noted is None:
        return None
    pid, port = noted
    return _wait_for(lambda: _ours(places, port), _START_WITHIN_S, alive=lambda: _serves(pid))


def start(places: Places, port: int, *, enforce_iam: bool = False) -> Emulator:
    """Start an emulator with this directory's state and wait until it answers.

    Raises:
        LocalStackError: the port is taken, or the process ended or stayed silent.
    """
    _end_leftover(places)
    if _listens(port):
        raise LocalStackError(f"Port {port} is taken by another program; choose one with: make run PORT={port + 34}")
    shutil.rmtree(places.scratch, ignore_errors=True)  # unpacked code of workers that were killed
    for directory in (places.emulator_state, places.scratch):
        directory.mkdir(parents=True, exist_ok=True)
    with places.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pidstack.local.serve"],
            env=bridges.environment(port, places.emulator_state, places.scratch, enforce_iam=enforce_iam),
            cwd=places.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        places.process.write_text(json.dumps({"pid": process.pid, "port": port}))
        return _until_it_answers(process, places, port)
    except BaseException:  # Ctrl-C included
        _end_group(process.pid)
        places.process.unlink(missing_ok=True)
        raise
    finally:
        process.returncode = 0  # it outlives this program on purpose, which Popen would warn of


def _until_it_answers(process: subprocess.Popen[bytes], places: Places, port: int) -> Emulator:
    found = _wait_for(lambda: _ours(places, port), _START_WITHIN_S, alive=lambda: process.poll() is None)
    if found is None:
        raise LocalStackError(f"The emulator did not start; its last words are in {places.log}")
    return found


def stop(places: Places, *, keep: bool = True) -> bool:
    """End the emulator.

    Args:
        keep: let it write its state first.
    Returns:
        whether there was one.
    """
    found = running(places)
    if found is None:
        return _end_leftover(places)
    if keep:
        os.kill(found.pid, signal.SIGTERM)
        _wait_for(lambda: not _listens(found.port) and not group_lives(found.pid), _STOP_WITHIN_S)
        _end_group(found.pid)
    else:
        _end_group(found.pid, signal.SIGKILL)
    places.process.unlink(missing_ok=True)
    return True


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((bridges.PUBLIC_HOST, 0))
        return int(probe.getsockname()[1])


def _ours(places: Places, port: int) -> Emulator | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", bridges.IDENTITY_PATH, headers={"Host": f"{bridges.AWS_HOST}:{port}"})
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    if not isinstance(answer, dict) or answer.get("state") != str(places.emulator_state):
        return None
    return Emulator(places, port, int(answer["pid"]))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_leftover(places: Places) -> bool:
    """End a process of ours that no longer (or not yet) answers, such as an interrupted start."""
    noted = _noted(places)
    places.process.unlink(missing_ok=True)
    if noted is None or not _serves(noted[0]):
        return False
    _end_group(noted[0])
    return True


def _noted(places: Places) -> tuple[int, int] | None:
    """Give the process and the port that the last start wrote down."""
    try:
        found = json.loads(places.process.read_text())
        return int(found["pid"]), int(found["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _serves(pid: int) -> bool:
    """Tell whether this is an emulator's process; the number may belong to somebody else by now."""
    return "pidstack.local.serve" in _command_line(pid)


def _command_line(pid: int) -> str:
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return proc.read_text().replace("\0", " ") if proc.exists() else ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout


def _end_group(pid: int, *signs: signal.Signals) -> None:
    """End the emulator's process group: politely, then by force, unless it is said how."""
    for sign in signs or (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, sign)
        except (ProcessLookupError, PermissionError):
            return
        if _wait_for(lambda: not group_lives(pid), _STOP_WITHIN_S):  # it writes its state before it ends
            return


def group_lives(pid: int) -> bool:
    """Tell whether a process group has a living process.

    The dead count for nothing, collected or not: a container may have nobody who collects them.
    """
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # collect it if it is our own child
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return not _PROCESSES.is_dir() or pid in {group for state, group in _processes() if state != "Z"}


def _processes() -> Iterator[tuple[str, int]]:
    """The state and the group of each process. Rule: proc(5), `/proc/pid/stat`."""
    for place in _PROCESSES.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, _parent, group = place.read_text(errors="replace").rpartition(")")[2].split()[:3]
            yield state, int(group)


def _wait_for(condition: Callable[[], T], within_s: float, *, alive: Callable[[], bool] = lambda: True) -> T | None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        if not alive():
            return None
        time.sleep(0.05)
    return None
