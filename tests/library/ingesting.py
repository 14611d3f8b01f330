"""Uploads whose whole way is gone in the test's own process."""

from pathlib import Path

from apps.accounts.models import User
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.runner import run_job
from apps.library.models import Video
from apps.library.provenance import Provenance
from apps.library.services import begin_upload, receive
from apps.library.services.receiving import Piece
from apps.library.uploads.jobs import STEPS
from apps.library.uploads.models import Upload
from apps.teams.models import Team

OURS = ("library.check_upload", *STEPS)
OWN = Provenance(provider="upload", licence="own work", credit="Alice")


def sent(team: Team, actor: User, path: Path, name: str = "") -> Upload:
    """The file as it is once its last piece is here."""
    upload = begin_upload(
        team=team, name=name or path.name, size_bytes=path.stat().st_size, actor=actor, provenance=OWN
    )
    with path.open("rb") as body:
        return receive(upload, Piece(0, body))


def work(team: Team, *, without: tuple[str, ...] = ()) -> list[str]:
    """Do the team's open jobs until none is ready; the kinds that were done, in order."""
    done = []
    while True:
        ready = Job.objects.filter(team=team, kind__in=OURS, status__in=OPEN).exclude(
            status=JobStatus.WAITING
        )
        job = ready.exclude(kind__in=without).order_by("created_at").first()
        if job is None:
            return done
        Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
        run_job(str(job.pk))
        done.append(job.kind)


def ingested(team: Team, actor: User, path: Path) -> Video:
    """The video that became of a file."""
    upload = sent(team, actor, path)
    work(team)
    upload.refresh_from_db()
    assert upload.video is not None, upload.error
    upload.video.refresh_from_db()
    return upload.video
