"""Work that leaves its traces in a file, one line each, so that tests see what really ran, and how often."""

import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from apps.core.correlation import current_id
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun

logger = logging.getLogger(__name__)

STEP_S = 0.02
LONGEST_S = 60


def write(path: str, line: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@job_kind("tests.note", queue="short", attempts=3, timeout_s=60, first_wait_s=0.1, longest_wait_s=1)
def note(run: JobRun, *, path: str, text: str) -> dict[str, Any]:
    write(path, text)
    return {"noted": text}


@job_kind("tests.wait_for_file", queue="short", attempts=3, timeout_s=60, first_wait_s=0.1, longest_wait_s=1)
def wait_for_file(run: JobRun, *, path: str, release: str) -> None:
    """Tell who began, wait until the file is there without asking whether to stop, then do its one effect."""
    write(path, f"began {run.job.attempts} {os.getpid()}")
    end = time.monotonic() + LONGEST_S
    while not Path(release).exists() and time.monotonic() < end:
        time.sleep(STEP_S)
    with transaction.atomic():
        effect = run.still_mine()
    write(path, f"{'did' if effect else 'was refused'} {run.job.attempts}")


@job_kind("tests.obedient", queue="short", attempts=3, timeout_s=60, first_wait_s=0.1, longest_wait_s=1)
def obedient(run: JobRun, *, path: str) -> None:
    """Report progress until told to stop."""
    write(path, "began")
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        run.progress(0.5, "half")
        time.sleep(STEP_S)


@job_kind("tests.endless", queue="short", attempts=1, timeout_s=1)
def endless(run: JobRun) -> None:
    time.sleep(LONGEST_S)


@job_kind("tests.log", queue="short", attempts=1, timeout_s=60)
def log(run: JobRun, *, path: str) -> None:
    write(path, current_id())
    logger.info("the job speaks")


@job_kind("tests.count", queue="short", attempts=1, timeout_s=60)
def count(run: JobRun) -> None:
    """Nothing but being counted."""


@job_kind("tests.backend", queue="short")
def backend(run: JobRun, *, path: str) -> None:
    """Writes down which of PostgreSQL's processes serves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        write(path, str(cursor.fetchone()[0]))


@job_kind("tests.fatal", queue="short", attempts=1)
def fatal(run: JobRun) -> None:
    """Ends its process in the middle of a transaction."""
    with transaction.atomic():
        run.job.refresh_from_db()
        os.kill(os.getpid(), signal.SIGKILL)


@job_kind("tests.loaded", queue="short", attempts=1, timeout_s=60)
def loaded(run: JobRun, *, path: str, module: str) -> None:
    """Tell whether the process had the module before this job began."""
    write(path, "yes" if module in sys.modules else "no")
