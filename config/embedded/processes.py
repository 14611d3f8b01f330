"""Facts about processes that are not our children, for Linux and macOS, with the standard library only."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

POLL_S = 0.02


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether `condition` became true within `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def command_line(pid: int) -> str:
    """The command line of a running process; empty when there is none, or only its zombie."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
                .strip()
            )
        return ""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, command = listed.partition(" ")
    return "" if state.startswith("Z") else command.strip()


def is_running(pid: int, needle: str) -> bool:
    """Whether the process lives and has `needle` in its command line (process numbers are used again)."""
    return pid > 0 and needle in command_line(pid)
