"""What the library does when something happens elsewhere."""

from apps.events.models import Event
from apps.events.registry import subscribe
from apps.jobs.events import JOB_DEAD
from apps.jobs.models import Job
from apps.library.services.ingest import job_failed


@subscribe(JOB_DEAD)
def end_upload(event: Event) -> None:
    """What can no longer be made of an upload is said where people look for it."""
    job = Job.objects.filter(pk=event.subject_id, kind__startswith="library.").first()
    if job is not None:
        job_failed(job)
