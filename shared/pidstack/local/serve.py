"""The emulator's own process: its program with our bridges installed. Started by `pidstack.local.emulator`, not by hand."""

from __future__ import annotations

import sys

from pidstack.local import bridges


def main() -> None:
    bridges.install()
    from ministack import app as emulator

    sys.argv[1:] = []  # the emulator reads arguments of its own
    emulator.main()


if __name__ == "__main__":
    main()
