"""What signs tokens is heavy, and only who asks for a token or shows one pays for it."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_that_signs_is_imported_before_it_is_needed() -> None:
    script = "import sys, functions.rest_api.app; print('cryptography' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603

    assert run.stdout == "False\n"
