"""Uploads as their page shows them, and what is being made of a video, with the time that is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.jobs.models import Job, JobStatus
from apps.library.models import Video
from apps.library.uploads.jobs import STEPS
from apps.library.uploads.models import Upload, UploadStatus
from apps.teams.models import Team

SHOWN = 50
SHARES = {"library.make_mezzanine": 0.85, "library.make_stills": 0.07, "library.make_waveform": 0.05}
SURE_FROM = 0.02  # before, the time left would be a guess
STATES = {
    JobStatus.RUNNING: "running",
    JobStatus.DONE: "done",
    JobStatus.DEAD: "failed",
    JobStatus.CANCELLED: "skipped",
}


@dataclass(frozen=True)
class StepRow:
    """One part of the work. `left_s` is None while nobody can know."""

    name: str
    state: str
    share: float
    doing: str
    left_s: float | None
    error: str


@dataclass(frozen=True)
class Making:
    """What is being made of an uploaded video: its parts in order, and how far all of it is."""

    steps: tuple[StepRow, ...]

    @property
    def share(self) -> float:
        done = {step.name: 1.0 if step.state == "done" else step.share for step in self.steps}
        return sum(part * done.get(STEPS[kind], 0.0) for kind, part in SHARES.items())

    @property
    def left_s(self) -> float | None:
        return next((step.left_s for step in self.steps if step.left_s is not None), None)

    @property
    def runs(self) -> bool:
        return any(step.state in ("running", "waiting") for step in self.steps) and not self.stuck

    @property
    def stuck(self) -> bool:
        return any(step.state in ("failed", "skipped") for step in self.steps)

    @property
    def is_over(self) -> bool:
        return all(step.state == "done" for step in self.steps)


@dataclass(frozen=True)
class UploadRow:
    """An upload, and where one was made of it, what becomes of its video."""

    upload: Upload
    making: Making | None


def upload_rows(team: Team) -> list[UploadRow]:
    """The newest uploads of the team; two queries."""
    uploads = list(Upload.objects.in_team(team).select_related("video", "created_by")[:SHOWN])
    videos = [str(one.video_id) for one in uploads if one.status == UploadStatus.ACCEPTED and one.video_id]
    found = makings(team, videos)
    return [UploadRow(one, found.get(str(one.video_id))) for one in uploads]


def making_of(video: Video) -> Making | None:
    """What is being made of this video, or was; None for videos that were not uploaded."""
    return makings(video.team, [str(video.pk)]).get(str(video.pk))


def makings(team: Team, video_ids: Iterable[str]) -> dict[str, Making]:
    """By the video's id."""
    rows: dict[str, dict[str, StepRow]] = {}
    now = timezone.now()
    for job in Job.objects.filter(team=team, subject_id__in=list(video_ids), kind__in=STEPS):
        rows.setdefault(job.subject_id, {})[job.kind] = _row(job, now)
    return {
        video_id: Making(tuple(found[kind] for kind in STEPS if kind in found))
        for video_id, found in rows.items()
    }


def _row(job: Job, now: datetime) -> StepRow:
    runs = job.status == JobStatus.RUNNING
    return StepRow(
        name=STEPS[job.kind],
        state=STATES.get(JobStatus(job.status), "waiting"),
        share=job.progress if runs else 0.0,
        doing=job.progress_text if runs else job.wait_reason,
        left_s=time_left_s(job.started_at, job.progress, now) if runs else None,
        error=job.error if job.status in (JobStatus.DEAD, JobStatus.SCHEDULED) else "",
    )


def time_left_s(started_at: datetime | None, share: float, now: datetime) -> float | None:
    """Seconds until something that goes on as it did is done; None where it has hardly begun."""
    if started_at is None or share < SURE_FROM:
        return None
    return (now - started_at).total_seconds() * (1 - share) / share
