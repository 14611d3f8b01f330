"""The work of the benchmark `jobs`, as a bare function for RQ and as a job kind of ours, and a worker that times it.

Run as `python -m benchmarks.jobs_work CLASS QUEUE` it works until the queue is empty and prints the seconds, or with
`--wait` until it is told to stop.
"""

import sys
import time
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from rq import SimpleWorker, Worker

from apps.core import queue
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.jobs.workers import ForkingWorker, InlineWorker

WORKERS = {
    "inline": InlineWorker,
    "forking": ForkingWorker,
    "bare-inline": SimpleWorker,
    "bare-forking": Worker,
}


def nothing(number: int) -> None:
    """What bare RQ runs."""


def tell(path: str, sent_at: float) -> None:
    """Write down how many seconds after it was sent the work starts."""
    with Path(path).open("a") as file:
        file.write(f"{time.time() - sent_at}\n")


@job_kind("benchmarks.nothing", queue="short", attempts=3, timeout_s=600)
def our_nothing(run: JobRun, *, number: int) -> None:
    nothing(number)


@job_kind("benchmarks.tell", queue="short", attempts=3, timeout_s=600)
def our_tell(run: JobRun, *, path: str, sent_at: float) -> None:
    tell(path, sent_at)


def work(worker_class: str, queue_name: str, *options: str) -> None:
    worker: Any = WORKERS[worker_class]([queue.queue(queue_name)], connection=queue.connection())
    connection.ensure_connection()  # what a worker that is up has behind it
    started = time.perf_counter()
    worker.work(burst="--wait" not in options, logging_level="WARNING")
    print(time.perf_counter() - started)


if __name__ == "__main__":
    sys.modules["benchmarks.jobs_work"] = sys.modules["__main__"]  # RQ imports it by name: not a second time
    work(*sys.argv[1:])
