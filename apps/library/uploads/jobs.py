"""The work behind an upload: it is checked, brought into the house format, pictured, and made ready."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.models import Job
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.library.models import Video
from apps.library.uploads import workplace
from apps.library.uploads.models import ENDED, Upload

LONGEST_S = 4 * 3600
STEPS = {
    "library.make_mezzanine": "Bring the video into the house format",
    "library.make_stills": "Picture the timeline",
    "library.make_waveform": "Draw the sound",
    "library.finish_ingest": "Put everything in its place",
}


@job_kind("library.check_upload", queue="media", attempts=3, timeout_s=3600)
def check_upload(run: JobRun, *, upload_id: str) -> dict[str, Any]:
    """Look into a file that is here as a whole, and take it into the library or say why not."""
    from apps.library.services.ingest import check

    upload = Upload.objects.get(team=run.job.team, pk=upload_id)
    return {"status": check(run, upload).status}


@job_kind("library.make_mezzanine", queue="media", attempts=3, timeout_s=LONGEST_S)
def make_mezzanine(run: JobRun, *, video_id: str) -> dict[str, Any]:
    """Make the file that everything later copies from."""
    from apps.library.services.ingest import make_house_file

    return make_house_file(run, _video(run, video_id))


@job_kind("library.make_stills", queue="media", attempts=3, timeout_s=1800)
def make_stills(run: JobRun, *, video_id: str) -> None:
    """Make the poster and the pictures of the timeline."""
    from apps.library.services.ingest import make_pictures

    make_pictures(run, _video(run, video_id))


@job_kind("library.make_waveform", queue="media", attempts=3, timeout_s=1800)
def make_waveform(run: JobRun, *, video_id: str) -> None:
    """Make the drawing of the sound."""
    from apps.library.services.ingest import draw_sound

    draw_sound(run, _video(run, video_id))


@job_kind("library.picture_made", queue="media", attempts=3, timeout_s=1800, optional=True)
def picture_made(run: JobRun, *, video_id: str) -> None:
    """Make timeline pictures and the waveform of a video that was made here."""
    from apps.library.services.ingest import picture_made as picture

    picture(run, _video(run, video_id))


@job_kind("library.finish_ingest", queue="default", attempts=5, timeout_s=60)
def finish_ingest(run: JobRun, *, video_id: str) -> None:
    """Say that the video is ready."""
    from apps.library.services.ingest import finish

    finish(run, _video(run, video_id))


@job_kind("library.forget_uploads", queue="default", attempts=2, timeout_s=1800)
def forget_uploads(run: JobRun) -> dict[str, Any]:
    """Remove uploads that nobody went on with, and bytes that no row knows."""
    from apps.library.services.receiving import forget_expired, forget_leftovers

    now = timezone.now()
    return {"expired": forget_expired(now=now), "leftovers": forget_leftovers(now=now)}


def _video(run: JobRun, video_id: str) -> Video:
    """Also one that was deleted, since that can be undone for a while."""
    found: Video = Video.with_deleted.get(team=run.job.team, pk=video_id)
    return found


def start_check(upload: Upload) -> Job:
    """Have an upload looked at once this transaction has committed."""
    return enqueue(
        check_upload,
        team=upload.team,
        args={"upload_id": str(upload.pk)},
        key=f"library.check:{upload.pk}",
        subject=upload,
        title=f"Check “{upload}”"[:200],
    )


def start_pictures(video: Video, mark: str) -> Job:
    """Have a made video pictured, once for each version of its file (`mark`)."""
    return enqueue(
        picture_made,
        team=video.team,
        args={"video_id": str(video.pk)},
        key=f"library.picture_made:{video.pk}:{mark}",
        subject=video,
        title=f"Picture the timeline: “{video}”"[:200],
    )


def start_ingest(video: Video) -> None:
    """Everything that is made of an uploaded video, each part once the one before is there."""
    first = _start(make_mezzanine, video)
    beside = [_start(work, video, after=[first]) for work in (make_stills, make_waveform)]
    _start(finish_ingest, video, after=beside)


def _start(work: Any, video: Video, after: list[Job] | None = None) -> Job:
    kind = work.job_kind.name
    return enqueue(
        work,
        team=video.team,
        args={"video_id": str(video.pk)},
        key=f"{kind}:{video.pk}",
        subject=video,
        after=after or [],
        title=f"{STEPS[kind]}: “{video}”"[:200],
    )


@recurring("library.forget_uploads", every_s=600)
def look_for_old_uploads() -> None:
    """Expired ones and ended ones that leave the list; once a day whatever bytes were left."""
    now = timezone.now()
    late = Upload.objects.exclude(status__in=ENDED).filter(expires_at__lt=now).exists()
    old = Upload.objects.filter(status__in=ENDED, updated_at__lt=now - timedelta(days=7)).exists()
    daily = f"library.forget_uploads:{now:%Y-%m-%d}"
    key = f"{daily}:{now:%H%M}" if late or old else daily
    enqueue(forget_uploads, team=None, args={}, key=key, title="Remove unfinished uploads")


@recurring("library.settle_ingests", every_s=60)
def settle() -> None:
    from apps.library.services.ingest import settle_stopped

    settle_stopped()


@recurring("library.clear_work", every_s=600)
def clear_work() -> None:
    workplace.clear_abandoned()


@recurring("library.picture_older", every_s=3600)
def picture_older() -> None:
    from apps.library.services.ingest import picture_older as picture

    picture()
