"""How much a program may take while it reads a file that came from outside.

A crafted file may ask for any memory, time or output. The limits are the system's own (`prlimit`, Linux only; elsewhere
time and output alone are limited), so that a broken decoder can't talk its way around them.
"""

import resource
from contextlib import suppress
from dataclasses import dataclass

GIB = 1 << 30
MIB = 1 << 20
FEW_FILES = 64  # open at once


@dataclass(frozen=True)
class Bounds:
    """`cpu_s` are seconds of processor time of all threads; `memory_bytes` counts what is reserved, not only used."""

    cpu_s: int
    memory_bytes: int
    output_bytes: int


LOOK = Bounds(cpu_s=20, memory_bytes=1 * GIB, output_bytes=4 * MIB)  # what is in a file
FRAME = Bounds(cpu_s=60, memory_bytes=3 * GIB, output_bytes=128 * MIB)  # one picture of it


def hold(pid: int, bounds: Bounds) -> None:
    """Put a process that was just started, and all it starts, within the bounds: it writes no file either."""
    if not hasattr(resource, "prlimit"):
        return
    limits = {
        resource.RLIMIT_CPU: (bounds.cpu_s, bounds.cpu_s + 1),  # SIGXCPU, which tells why, then SIGKILL
        resource.RLIMIT_AS: (bounds.memory_bytes, bounds.memory_bytes),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (FEW_FILES, FEW_FILES),
        resource.RLIMIT_CORE: (0, 0),
    }
    with suppress(ProcessLookupError):  # it is over already
        for limit, most in limits.items():
            resource.prlimit(pid, limit, most)
