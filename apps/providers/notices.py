"""What people are told about provider keys."""

from django.urls import reverse

from apps.events.models import Event
from apps.notifications.choices import Priority, Wording
from apps.notifications.registry import Words, define_notice
from apps.providers.events import KEY_BROKEN, KeyBroken
from apps.teams.roles import Permission


def key_broken(event: Event) -> Words | None:
    if event.team is None:
        return None
    data: KeyBroken = event.typed_data
    return Words(
        Wording(f"The key “{data.label}” is refused", f"Der Schlüssel „{data.label}“ wird abgelehnt"),
        data.reason,
        reverse("providers:change_key", args=[event.team.slug, event.subject_id]),
    )


define_notice(
    KEY_BROKEN,
    label=Wording("A provider refuses your key", "Ein Anbieter lehnt Ihren Schlüssel ab"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_PROVIDERS,
    write=key_broken,
)
