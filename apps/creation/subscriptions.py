"""What creation does when something happens elsewhere."""

from uuid import UUID

from apps.creation.services.making import stop_failed
from apps.events.models import Event
from apps.events.registry import subscribe
from apps.jobs.events import JOB_DEAD
from apps.jobs.models import Job


@subscribe(JOB_DEAD)
def stop_run(event: Event) -> None:
    """A step that failed for good stops its run."""
    job = Job.objects.filter(pk=event.subject_id, kind__startswith="creation.").first()
    if job is not None and job.args.get("run_id"):
        stop_failed(UUID(job.args["run_id"]), job.error)
