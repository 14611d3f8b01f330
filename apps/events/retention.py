"""How long events are kept."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.core.retention import define_retention
from apps.events.models import Delivery, Event


def forget_events(before: datetime) -> int:
    """Those that nobody waits for any more; returns how many."""
    waiting = Delivery.objects.filter(event=OuterRef("pk"), done_at=None)
    _, kinds = Event.objects.filter(~Exists(waiting), at__lt=before).delete()
    return kinds.get(Event._meta.label, 0)


define_retention(
    "events",
    "Events",
    days=365,
    reason="What happened in a team is looked up, and counted over a year.",
    forget=forget_events,
)
