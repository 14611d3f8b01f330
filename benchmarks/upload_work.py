"""The worker of the benchmark `upload`: carries one target to its platform; prints the seconds of the upload and by how
many megabytes the process grew over what it took before."""

import sys
import time
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.utils import timezone  # noqa: E402 – Django first

from apps.core import queue  # noqa: E402
from apps.jobs.models import Job  # noqa: E402
from apps.jobs.runner import run_job  # noqa: E402
from apps.publishing import moments  # noqa: E402
from apps.publishing.models import Target  # noqa: E402
from apps.publishing.services import ledger  # noqa: E402

TIMES: dict[str, float] = {}
PEAKS: dict[str, float] = {}


def peak_mb() -> float:
    """Not ru_maxrss: it counts what the parent held before this program was started in its place."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def note(moment: str, _: UUID) -> None:
    TIMES[moment], PEAKS[moment] = time.perf_counter(), peak_mb()


def main(target_id: str) -> None:
    moments.watch = note
    queue.push_many = lambda *_: None  # the job is done here, by none of the product's workers
    Target.objects.filter(pk=target_id).update(due_at=timezone.now())
    ledger.claim_all_due()
    job = Job.objects.filter(subject_id=target_id).latest("created_at")
    run_job(str(job.pk))
    print(TIMES["send.answered"] - TIMES["send.before"], PEAKS["send.answered"] - PEAKS["send.before"])


if __name__ == "__main__":
    main(sys.argv[1])
