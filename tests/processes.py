"""Real processes of the product in tests: workers and clocks on the test's own database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

REPOSITORY = Path(__file__).resolve().parents[1]
QUICK = {"JOB_BEAT_S": "0.2", "JOB_SILENT_AFTER_S": "1.5", "JOB_LOST_AFTER_S": "0.5"}


def eventually(question: Callable[[], Any], *, within_s: float = 60, what: str = "it") -> Any:
    """Ask until the answer is true, and return it; fail at the deadline."""
    end = time.monotonic() + within_s
    while not (answer := question()):
        assert time.monotonic() < end, f"{what} did not happen within {within_s} s"
        time.sleep(0.03)
    return answer


def process_environment(**extra: str) -> dict[str, str]:
    """The environment in which a process of the product uses this test's database and Valkey."""
    values = connection.settings_dict
    address = f"{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}"
    return {
        **os.environ,
        **QUICK,
        "DJANGO_SETTINGS_MODULE": "tests.jobs.process_settings",
        "DATABASE_URL": f"postgres://{address}/{values['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


@contextmanager
def started(
    *arguments: str, output: Path | None = None, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py …` in a process group of its own, which is killed at the end with all that it forked."""
    with (output or Path(os.devnull)).open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=process_environment(**environment),
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_tree(process.pid)
        process.wait(10)


def kill_tree(pid: int, sig: signal.Signals = signal.SIGKILL) -> None:
    """Signal a process and everything below it, also what made itself a group of its own (RQ's horses)."""
    for each in [*descendants(pid), pid]:
        try:
            os.kill(each, sig)
        except ProcessLookupError:
            continue


def descendants(pid: int) -> list[int]:
    """The processes below this one, its children first."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def children(pid: int) -> list[int]:
    """The processes that this one has started and not yet waited for."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found
