"""Events become notices."""

from apps.events.models import Event
from apps.events.registry import subscribe
from apps.notifications import queries
from apps.notifications.registry import NOTICE_TYPES, NoticeType
from apps.notifications.services.telling import notify


def hear(event: Event) -> None:
    """Tell of this event what its notices say: the team's members, or the operators where it has no team."""
    for kind in NOTICE_TYPES.values():
        if kind.event is not None and kind.event.name == event.type:
            _tell(kind, event)


def _tell(kind: NoticeType, event: Event) -> None:
    words = kind.write(event) if kind.write else None
    if words is None:
        return
    users = queries.audience(event.team, kind.permission) if event.team else queries.operators()
    notify(
        kind,
        team=event.team,
        users=[user for user in users if user.pk != event.actor_id],
        title=words.title,
        body=words.body,
        href=words.href,
        subject_id=event.subject_id,
    )


def listen() -> None:
    """Subscribe to every event that has a notice; called once they are all declared."""
    for kind in NOTICE_TYPES.values():
        if kind.event is not None:
            subscribe(kind.event)(hear)
