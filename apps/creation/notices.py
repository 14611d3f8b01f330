"""What people are told about runs."""

from django.urls import reverse

from apps.creation.events import RUN_FAILED
from apps.events.models import Event
from apps.notifications.choices import Priority, Wording
from apps.notifications.registry import Words, define_notice
from apps.teams.roles import Permission


def video_failed(event: Event) -> Words | None:
    if event.team is None:
        return None
    name = event.subject_name
    return Words(
        Wording(f"“{name}” could not be made", f"„{name}“ konnte nicht gemacht werden"),
        event.typed_data.reason,
        reverse("creation:run", args=[event.team.slug, event.subject_id]),
    )


define_notice(
    RUN_FAILED,
    name="video.failed",
    label=Wording("A video could not be made", "Ein Video ist gescheitert"),
    group="making",
    priority=Priority.HIGH,
    permission=Permission.CREATE_VIDEO,
    write=video_failed,
)
