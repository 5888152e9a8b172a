"""Unit tests open no socket."""

from __future__ import annotations

import logging

import pytest


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Fail whatever tries to leave the process."""


@pytest.fixture
def caplog(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """See pytest; also where a function was imported before, whose settings decide what the package logs, and where."""
    monkeypatch.setattr(logging.getLogger("pidstack"), "propagate", True)
    caplog.set_level(logging.INFO, logger="pidstack")
    return caplog
