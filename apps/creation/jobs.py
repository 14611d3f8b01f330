"""The jobs of creation: each makes the steps of one group and carries its run on."""

import shutil
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.creation.models import Run, RunStatus
from apps.creation.services import making, many
from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.models import OPEN, Job
from apps.jobs.runner import JobRun

OLD_WORK_S = 24 * 3600


@job_kind("creation.make_words", queue="default", attempts=4, timeout_s=600, first_wait_s=4)
def make_words(job: JobRun, *, run_id: str, steps: list[dict[str, str]]) -> dict[str, Any]:
    """Article, script, titles and checks: mostly waiting for others."""
    return {"made": making.make_steps(job, run_id=UUID(run_id), wanted=steps)}


@job_kind("creation.make_media", queue="media", attempts=4, timeout_s=3600, first_wait_s=4)
def make_media(job: JobRun, *, run_id: str, steps: list[dict[str, str]]) -> dict[str, Any]:
    """Voices, pictures, music, segments and files: work for this machine."""
    return {"made": making.make_steps(job, run_id=UUID(run_id), wanted=steps)}


@job_kind("creation.make_video", queue="default", attempts=3, timeout_s=120)
def make_video(job: JobRun, *, template_id: str, idea: dict[str, str]) -> dict[str, Any]:
    """One video of a list: started when there is room for it, and over when the video is."""
    return many.make_one(job.job, template_id=UUID(template_id), idea=idea)


@recurring("creation.carry_on", every_s=15)
def carry_on() -> None:
    """Runs whose last step was kept but whose next was not started (a crash in between) go on."""
    busy = Job.objects.filter(status__in=OPEN, kind__startswith="creation.").values("subject_id")
    waiting = {row["subject_id"] for row in busy}
    for run_id in Run.objects.filter(status=RunStatus.RUNNING).values_list("pk", flat=True)[:200]:
        if str(run_id) not in waiting:
            making.advance(run_id)


@recurring("creation.clear_work", every_s=3600)
def clear_work() -> None:
    """Folders of jobs that were killed are removed after a day."""
    for folder in Path(settings.WORK_DIR).glob("step-*"):
        if time.time() - folder.stat().st_mtime > OLD_WORK_S:
            shutil.rmtree(folder, ignore_errors=True)
