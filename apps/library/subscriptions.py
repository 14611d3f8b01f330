"""What the library does when something happens elsewhere."""

from apps.events.models import Event
from apps.events.registry import subscribe
from apps.jobs.events import JOB_DEAD
from apps.jobs.models import Job
from apps.library.events import VIDEO_READY
from apps.library.models import AssetKind, Video, VideoSource
from apps.library.services.ingest import job_failed
from apps.library.uploads.jobs import start_pictures


@subscribe(JOB_DEAD)
def end_upload(event: Event) -> None:
    """What can no longer be made of an upload is said where people look for it."""
    job = Job.objects.filter(pk=event.subject_id, kind__startswith="library.").first()
    if job is not None:
        job_failed(job)


@subscribe(VIDEO_READY)
def picture_timeline(event: Event) -> None:
    """A video that was made here gets its timeline pictures and waveform, each version of it once."""
    video = Video.objects.filter(pk=event.subject_id, source=VideoSource.MADE).first()
    rendition = (
        video.assets.filter(kind=AssetKind.RENDITION).select_related("file").order_by("position").first()
        if video
        else None
    )
    if video is not None and rendition is not None:
        start_pictures(video, rendition.file.sha256[:16])
