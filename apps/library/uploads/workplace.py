"""A folder for one attempt at a job, gone afterwards whatever happened, also where the worker was killed."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from django.conf import settings

from apps.jobs.errors import JobCancelled, JobPostponed
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import JobRun
from apps.library.errors import NO_ROOM, StorageFull
from apps.media.errors import DiskFull, FFmpegCancelled

PREFIX = "ingest-"
WAIT_S = 300
SENTENCE = "There is no room left on the disk. It goes on by itself when there is."


@contextmanager
def folder_for(run: JobRun) -> Iterator[Path]:
    """The folder. A full disk puts the job off, a cancelled FFmpeg cancels it."""
    clear_abandoned(but=run.job)
    try:
        settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f"{PREFIX}{run.job.pk}-", dir=settings.WORK_DIR))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except FFmpegCancelled as error:
        raise JobCancelled from error
    except (DiskFull, StorageFull) as error:
        raise JobPostponed(SENTENCE, wait_s=WAIT_S) from error
    except OSError as error:
        if error.errno not in (*NO_ROOM, errno.EFBIG):
            raise
        raise JobPostponed(SENTENCE, wait_s=WAIT_S) from error


def clear_abandoned(*, but: Job | None = None) -> int:
    """Remove the folders of jobs that do not run any more, and what an earlier attempt at this one left."""
    folders = {folder: _job_of(folder) for folder in Path(settings.WORK_DIR).glob(f"{PREFIX}*")}
    running = set(
        Job.objects.filter(
            pk__in=[pk for pk in folders.values() if pk], status=JobStatus.RUNNING
        ).values_list("pk", flat=True)
    )
    old = [folder for folder, pk in folders.items() if pk not in running or (but and pk == but.pk)]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _job_of(folder: Path) -> UUID | None:
    try:
        return UUID(folder.name.removeprefix(PREFIX)[:36])
    except ValueError:
        return None
