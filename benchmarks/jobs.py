"""Our runner beside bare RQ, with the same worker class, the same Valkey and durable PostgreSQL: no-op jobs a second,
and the time from enqueueing to the start of the work.

Ours writes a row before, a claim, an outcome and the words to open pages for each job; bare RQ none of it.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.runner import ROOT, interleaved, medians, report

JOBS = {"inline": 600, "forking": 400}
STARTS = 60
ROUNDS = 3
BAR_THROUGHPUT = 0.6
BAR_START_MS = 150


def main() -> None:
    with servers():
        for worker_class in JOBS:
            _throughput(worker_class)
            _start_times(worker_class)


@contextmanager
def servers() -> Iterator[None]:
    """A PostgreSQL and a Valkey of our own with their default settings, and Django on them."""
    folder = Path(tempfile.mkdtemp(prefix="showrunner-jobs-"))
    folder.chmod(0o755)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ.update(SHOWRUNNER_VAR=str(folder), DJANGO_SETTINGS_MODULE="config.settings.embedded")
    from config.embedded.servers import prepare_environment, stop

    try:
        prepare_environment()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield
    finally:
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _throughput(worker_class: str) -> None:
    count = JOBS[worker_class]
    ways = {
        "ours": lambda: _seconds_to_empty(worker_class, lambda: _enqueue_ours(count)),
        "bare RQ": lambda: _seconds_to_empty(f"bare-{worker_class}", lambda: _enqueue_bare(count)),
    }
    middle = medians(interleaved(ways, ROUNDS))
    ours, rival = count / middle["ours"], count / middle["bare RQ"]
    report(
        f"jobs_{worker_class}",
        ours=ours,
        rival=rival,
        limit=rival,
        ratio=ours / rival,
        bar=BAR_THROUGHPUT,
        met=ours / rival >= BAR_THROUGHPUT,
        unit="no-op jobs/s",
        note=f"one worker ({worker_class}), {count} jobs, medians of {ROUNDS}; bar: at least",
    )


def _seconds_to_empty(worker_class: str, enqueue: Callable[[], None]) -> float:
    enqueue()
    done = subprocess.run(_worker(worker_class), cwd=ROOT, capture_output=True, text=True, check=True)
    _check_all_done()
    return float(done.stdout.split()[-1])


def _worker(worker_class: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.jobs_work", worker_class, "short", *options]


def _check_all_done() -> None:
    from apps.jobs.models import Job, JobStatus

    left = Job.objects.exclude(status=JobStatus.DONE).count()
    if left:
        raise RuntimeError(f"{left} jobs were not done")


def _enqueue_bare(count: int) -> None:
    from apps.core.queue import push
    from benchmarks.jobs_work import nothing

    for number in range(count):
        push("short", nothing, number)


def _enqueue_ours(count: int) -> None:
    from apps.jobs.services import enqueue
    from benchmarks.jobs_work import our_nothing

    team = _team()
    for number in range(count):
        enqueue(our_nothing, team=team, args={"number": number}, subject=team)


def _team() -> Any:
    from apps.teams.models import Team

    return Team.objects.get_or_create(name="Bench", slug="bench")[0]


def _start_times(worker_class: str) -> None:
    from apps.core.queue import push
    from apps.jobs.services import enqueue
    from benchmarks.jobs_work import our_tell, tell

    team = _team()

    def send_ours(path: str) -> None:
        enqueue(our_tell, team=team, args={"path": path, "sent_at": time.time()}, subject=team)

    ways = {
        "ours": lambda: _p95_ms(worker_class, send_ours),
        "bare RQ": lambda: _p95_ms(
            f"bare-{worker_class}", lambda path: push("short", tell, path, time.time())
        ),
    }
    middle = medians(interleaved(ways, ROUNDS))
    report(
        f"jobs_start_{worker_class}",
        ours=middle["ours"],
        rival=middle["bare RQ"],
        limit=middle["bare RQ"],
        ratio=middle["ours"] - middle["bare RQ"],
        bar=BAR_START_MS,
        met=middle["ours"] - middle["bare RQ"] <= BAR_START_MS,
        unit="ms",
        note=f"p95 of {STARTS} from the call of enqueue to the start of the work, one idle worker ({worker_class}); "
        "ratio and bar: the difference, at most",
    )


def _p95_ms(worker_class: str, send: Callable[[str], object]) -> float:
    path = Path(os.environ["SHOWRUNNER_VAR"]) / "starts"
    path.write_text("")
    with subprocess.Popen(_worker(worker_class, "--wait"), cwd=ROOT, stdout=subprocess.DEVNULL) as worker:
        for number in range(STARTS + 1):  # the first waits for the worker itself
            send(str(path))
            _wait_for_lines(path, number + 1)
        worker.terminate()
    seconds = [float(line) for line in path.read_text().split()[1:]]
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def _wait_for_lines(path: Path, count: int) -> None:
    end = time.monotonic() + 60
    while len(path.read_text().split()) < count:
        if time.monotonic() > end:
            raise TimeoutError("the worker did not start the work within a minute")
        time.sleep(0.002)
