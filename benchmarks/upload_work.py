"""The worker of the benchmark `upload`: carries one target to its platform; prints the seconds of the upload and by how
many megabytes the process grew over what it took before."""

import resource
import sys
import time
from uuid import UUID

import django

django.setup()

from apps.jobs.models import Job  # noqa: E402 – Django first
from apps.jobs.runner import run_job  # noqa: E402
from apps.publishing import moments  # noqa: E402
from apps.publishing.services import ledger  # noqa: E402

TIMES: dict[str, float] = {}
PEAKS: dict[str, float] = {}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def note(moment: str, _: UUID) -> None:
    TIMES[moment], PEAKS[moment] = time.perf_counter(), peak_mb()


def main(target_id: str) -> None:
    moments.watch = note
    ledger.claim_all_due()
    job = Job.objects.filter(subject_id=target_id).latest("created_at")
    run_job(str(job.pk))
    print(TIMES["send.answered"] - TIMES["send.before"], PEAKS["send.answered"] - PEAKS["send.before"])


if __name__ == "__main__":
    main(sys.argv[1])
