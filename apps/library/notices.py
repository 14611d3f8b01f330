"""What people are told about videos."""

from django.urls import reverse

from apps.events.models import Event
from apps.library.events import VIDEO_COMMENTED, VIDEO_READY, VIDEOS_EXPIRING
from apps.notifications.choices import Priority, Wording
from apps.notifications.registry import Words, define_notice
from apps.teams.roles import Permission


def video_ready(event: Event) -> Words | None:
    if event.team is None:
        return None
    title = event.typed_data.title
    return Words(
        Wording(f"“{title}” is ready", f"„{title}“ ist fertig"),
        Wording("Watch it, and publish it where you like.", "Sehen Sie es an, und veröffentlichen Sie es."),
        reverse("library:video", args=[event.team.slug, event.subject_id]),
    )


define_notice(
    VIDEO_READY,
    label=Wording("A video is ready", "Ein Video ist fertig"),
    group="making",
    permission=Permission.VIEW_STUDIO,
    write=video_ready,
)


def video_commented(event: Event) -> Words | None:
    if event.team is None:
        return None
    said = event.typed_data
    return Words(
        Wording(f"{said.by} commented on “{said.title}”", f"{said.by} hat „{said.title}“ kommentiert"),
        said.text,
        reverse("library:review", args=[event.team.slug, event.subject_id]),
    )


define_notice(
    VIDEO_COMMENTED,
    label=Wording("A comment on a video", "Ein Kommentar zu einem Video"),
    group="making",
    permission=Permission.EDIT_LIBRARY,
    write=video_commented,
)


def videos_expiring(event: Event) -> Words | None:
    if event.team is None:
        return None
    said = event.typed_data
    names = ", ".join(f"“{title}”" for title in said.titles) + (" …" if said.count > len(said.titles) else "")
    return Words(
        Wording(
            f"{said.count} videos are removed soon" if said.count > 1 else "A video is removed soon",
            f"{said.count} Videos werden bald entfernt" if said.count > 1 else "Ein Video wird bald entfernt",
        ),
        Wording(
            f"From {said.on} on: {names}. Download what you want to keep.",
            f"Ab dem {said.on}: {names}. Laden Sie herunter, was Sie behalten möchten.",
        ),
        reverse("library:list", args=[event.team.slug]) + "?sort=made",
    )


define_notice(
    VIDEOS_EXPIRING,
    label=Wording("Videos are removed soon", "Videos werden bald entfernt"),
    group="making",
    priority=Priority.HIGH,
    permission=Permission.EDIT_LIBRARY,
    write=videos_expiring,
)
