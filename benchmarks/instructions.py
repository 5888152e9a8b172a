"""How many instructions this process has retired: a measure of work that is the same on a busy and on a quiet machine."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Callable
from functools import cache

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_SIZE, _RETIRED = 112, 1  # of the attributes' first kernels; PERF_COUNT_HW_INSTRUCTIONS of PERF_TYPE_HARDWARE
_WITH_THREADS = 1 << 1 | 1 << 35  # inherited by threads, and not by processes that are started: an engine is one
_OWN_ONLY = 1 << 5 | 1 << 6  # neither kernel nor hypervisor


@cache
def counter() -> Callable[[], int] | None:
    """Give what tells it, or None where the processor or the system does not. Rule: perf_event_open(2).

    It is opened once: a processor counts few things at a time, and takes turns where it is to count more.
    """
    number = _PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        return None
    attributes = struct.pack("IIQQQQQ", 0, _SIZE, _RETIRED, 0, 0, 0, _WITH_THREADS | _OWN_ONLY).ljust(_SIZE, b"\0")
    descriptor = ctypes.CDLL(None).syscall(number, attributes, 0, -1, -1, 0)
    if descriptor < 0:
        return None
    return lambda: int.from_bytes(os.read(descriptor, 8), "little")
