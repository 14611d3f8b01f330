"""A run of the whole product while parts of it are killed: `python -m tests.faults`.

Starts everything with data and ports of its own, starts a video, and in the middle kills with SIGKILL: an FFmpeg, a
worker with its job, Valkey with the loss of all its data, and PostgreSQL. Then the disk is full for a while. Nothing
is touched by hand: the run must end by itself, and every result must have been made once.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import product
from benchmarks.stack import running_product

TEXT = (
    "Bees dance to tell each other where flowers are. "
    "A bee runs in a figure of eight, and the others follow her in the dark."
)
SPEC = {"look": {"transition": "cut", "transition_s": 0}}
LIMIT_S = 300


def say(what: str) -> None:
    print(what, flush=True)


def processes(folder: Path, *words: str) -> list[int]:
    """Processes of this product's data folder whose command line holds all the words."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = command + (entry / "environ").read_bytes().decode(errors="replace")
            if all(word in command for word in words) and folder.name in place:
                found.append(int(entry.name))
    return found


def kill(pids: list[int], what: str) -> None:
    if not pids:
        raise RuntimeError(f"there was no {what} to kill")
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    say(f"killed {what}: {len(pids)}")


def until(what: str, true: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    end = time.monotonic() + limit_s
    while not _answer(true):
        if time.monotonic() > end:
            raise RuntimeError(f"waited {limit_s:.0f} s in vain until {what}")
        time.sleep(0.1)


def _answer(true: Callable[[], bool]) -> bool:
    """The answer, or False while the database is away."""
    from django.db import DatabaseError, connection

    try:
        return true()
    except DatabaseError:
        connection.close()
        return False


def made(kind: str) -> int:
    from apps.creation.models import StepResult

    return StepResult.objects.filter(kind=kind).count()


def running(title: str) -> bool:
    from apps.jobs.models import Job

    return Job.objects.filter(status="running", title__startswith=title).exists()


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[bool]:
    """A file system of 64 KB over the folder where jobs work; False where this needs rights that we lack."""
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", folder],
            capture_output=True,
            check=False,
        ).returncode
    ):
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def main() -> int:
    os.environ.update(JOB_BEAT_S="1", JOB_SILENT_AFTER_S="6", JOB_LOST_AFTER_S="4")
    with running_product() as (_, folder):
        product.connect(folder)
        run = product.start(TEXT, spec=SPEC, formats=["9x16"], slug="trending-challenge")
        until("a voice was made", lambda: made("voice") >= 1)
        _lose_valkey(folder)
        until(
            "a scene is filmed",
            lambda: running("Film scene") and bool(processes(folder, "ffmpeg", "libx264")),
        )
        kill(processes(folder, "ffmpeg", "libx264")[:1], "FFmpeg")
        until("a scene is filmed again", lambda: running("Film scene"))
        kill(processes(folder, "manage.py work --queues media"), "media workers and their jobs")
        until("a scene is made", lambda: made("segment") >= 1)
        kill(_postmaster(folder), "PostgreSQL")
        until("the database is back", lambda: made("segment") >= 1)
        _fill_disk(folder)
        until("the run is over", lambda: _status(run) != "running")
        return _judge(run)


def _lose_valkey(folder: Path) -> None:
    pids = [int((folder / "valkey").resolve().joinpath("server.pid").read_text())]
    for file in (folder / "valkey").resolve().rglob("*"):
        if "aof" in file.name or "rdb" in file.name:
            with contextlib.suppress(OSError):
                file.unlink()
    kill(pids, "Valkey, with its data")


def _postmaster(folder: Path) -> list[int]:
    files = (folder / "postgres").resolve().rglob("postmaster.pid")
    return [int(path.read_text().split()[0]) for path in files]


def _fill_disk(folder: Path) -> None:
    with full_disk(folder / "work") as full:
        if not full:
            say("the disk could not be filled: that needs root")
            return
        until("somebody noticed the full disk", _somebody_waits_for_room, 60)
        say("the disk was full, and the page says so")


def _somebody_waits_for_room() -> bool:
    from apps.creation.services.making import NO_ROOM
    from apps.jobs.models import Job

    return Job.objects.filter(status="scheduled", error=NO_ROOM).exists() or made("join") >= 1


def _status(run: Any) -> str:
    run.refresh_from_db()
    return str(run.status)


def _judge(run: Any) -> int:
    from apps.creation.models import StepResult
    from apps.jobs.models import Job
    from apps.library.models import Video

    faults = []
    if run.status != "done":
        faults.append(f"the run ended as {run.status}: {run.error}")
    if Job.objects.filter(status="dead").exists():
        faults.append("a job is dead")
    keys = StepResult.objects.values_list("key", flat=True)
    if len(keys) != len(set(keys)) or Video.objects.count() != 1:
        faults.append("something was made twice")
    twice = [job.title for job in Job.objects.filter(status="done") if (job.result or {}).get("made", 0) > 1]
    done = Job.objects.filter(status="done", kind__startswith="creation.make", result__made__gte=1).count()
    if twice or done > len(keys):
        faults.append(f"{done} jobs made {len(keys)} results; more than one each: {twice}")
    say(f"{run.status}: {len(keys)} results from {Job.objects.count()} jobs")
    for fault in faults:
        say(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
