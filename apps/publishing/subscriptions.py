"""What publishing does when something happens elsewhere."""

from apps.connections.events import CONNECTION_CHANGED
from apps.connections.models import Connection
from apps.events.models import Event
from apps.events.registry import subscribe
from apps.jobs.events import JOB_DEAD
from apps.jobs.models import Job
from apps.publishing.services import preparing
from apps.publishing.services.ledger import go_on_with


@subscribe(JOB_DEAD)
def say_what_could_not_be_mended(event: Event) -> None:
    """A file that can't be made ready is said of its post, not only of a job."""
    job = Job.objects.filter(pk=event.subject_id, kind="publishing.prepare_post").first()
    if job is not None:
        preparing.give_up(job)


@subscribe(CONNECTION_CHANGED)
def go_on(event: Event) -> None:
    """A channel that works again takes up what waited for it."""
    connection = Connection.objects.filter(pk=event.subject_id).first()
    if connection is not None and connection.is_usable:
        go_on_with(connection)
