"""Finding the emulator again that an earlier command started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from pidstack.local import emulator
from pidstack.local.emulator import Emulator
from pidstack.local.paths import Places

PID, PORT = 4711, 4600


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(tmp_path)
    found.process.parent.mkdir(parents=True, exist_ok=True)
    found.process.write_text(json.dumps({"pid": PID, "port": PORT}))
    return found


def let(monkeypatch: pytest.MonkeyPatch, places: Places, *, silent: int, command: str) -> list[int]:
    """Let the emulator answer after so many questions; gives the ports that were asked."""
    asked: list[int] = []

    def ours(_: Places, port: int) -> Emulator | None:
        asked.append(port)
        return Emulator(places, port, PID) if len(asked) > silent else None

    monkeypatch.setattr(emulator, "_ours", ours)
    monkeypatch.setattr(emulator, "_command_line", lambda _: command)
    return asked


def test_an_emulator_that_is_busy_is_waited_for(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = let(monkeypatch, places, silent=2, command="python -m pidstack.local.serve")

    found = emulator.running(places)

    assert found == Emulator(places, PORT, PID)
    assert asked == [PORT] * 3


@pytest.mark.parametrize("command", ["", "vim notes"], ids=["gone", "somebody else's number"])
def test_an_emulator_whose_process_is_gone_is_not_waited_for(command: str, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = let(monkeypatch, places, silent=9, command=command)

    assert emulator.running(places) is None
    assert asked == [PORT]


def test_nothing_is_asked_where_nothing_was_started(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = let(monkeypatch, places, silent=0, command="")
    places.process.write_text("{}")

    assert emulator.running(places) is None
    assert asked == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere whoever starts a process collects it")
def test_a_group_of_which_only_the_dead_are_left_does_not_live() -> None:
    """Its parent, who is none of ours, does not collect it."""
    program = """if True:
        import os, sys, time
        group = os.fork()
        if not group:
            os.setsid()
            sys.stdin.readline()
            os._exit(0)
        print(group, flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True) as parent:  # noqa: S603
        assert parent.stdin
        assert parent.stdout
        group = int(parent.stdout.readline())
        until(lambda: os.getpgid(group) == group)

        assert emulator.group_lives(group)
        parent.stdin.write("end\n")
        parent.stdin.flush()
        until(lambda: not emulator.group_lives(group))

        os.killpg(group, 0)  # somebody who only asks the system takes it for alive
        parent.kill()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
