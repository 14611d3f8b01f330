"""Every process that one start has made, found by a mark in its environment, whoever its parent is by now."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from config.embedded import processes

MARK = "SHOWRUNNER_RUN"


def find(token: str) -> list[int]:
    """The numbers of the living processes whose environment holds `SHOWRUNNER_RUN=<token>`, without this one."""
    wanted = f"{MARK}={token}"
    pids = _linux(wanted.encode()) if sys.platform == "linux" else _elsewhere(wanted)
    return [pid for pid in pids if pid != os.getpid()]


def end(token: str, *, grace_s: float = 0.0) -> int:
    """End them: first asked, and after `grace_s` seconds without choice. Returns how many there were."""
    pids = find(token)
    if grace_s:
        _signal(pids, signal.SIGTERM)
        processes.wait_until(lambda: not find(token), grace_s)
    processes.wait_until(lambda: not _kill(token), 10)
    return len(pids)


def _kill(token: str) -> list[int]:
    _signal(pids := find(token), signal.SIGKILL)
    return pids


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _linux(wanted: bytes) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _elsewhere(wanted: str) -> list[int]:
    listed = subprocess.run(
        ["ps", "-axEww", "-o", "pid=,command="], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if wanted in line.split()]
