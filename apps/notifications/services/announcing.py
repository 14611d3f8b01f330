"""What operators tell everybody, or one team (NTF-07)."""

from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.notifications.choices import Priority
from apps.notifications.models import Announcement
from apps.teams.models import Team

AT_ONCE = 200  # people told in one transaction


@transaction.atomic
def announce(
    *,
    author: User,
    title: str,
    body: str,
    title_de: str = "",
    body_de: str = "",
    team: Team | None = None,
    priority: Priority = Priority.NORMAL,
) -> Announcement:
    """Write the announcement down; jobs tell the people."""
    from apps.jobs.services import enqueue
    from apps.notifications.jobs import tell_announcement  # jobs stand above services

    made = Announcement.objects.create(
        author=author,
        title=title,
        body=body,
        title_de=title_de,
        body_de=body_de,
        team=team,
        priority=priority,
    )
    enqueue(
        tell_announcement, team=None, args={"announcement_id": str(made.pk)}, title="Tell an announcement"
    )
    audit("announcement.send", team=team, actor=author, target=made, after={"title": title, "body": body})
    return made


@transaction.atomic
def tell_some(announcement_id: UUID) -> int:
    """Tell the next people (by id) and let another job go on; returns how many. Whoever was told is not told again."""
    from apps.jobs.services import enqueue
    from apps.notifications.jobs import tell_announcement
    from apps.notifications.notices import ANNOUNCEMENT
    from apps.notifications.services.telling import notify

    rows = Announcement.objects.select_for_update(no_key=True, of=("self",)).select_related("team")
    made = rows.get(pk=announcement_id)
    people = User.objects.filter(is_active=True).order_by("pk")
    if made.team is not None:
        people = people.filter(memberships__team=made.team)
    if made.told_up_to is not None:
        people = people.filter(pk__gt=made.told_up_to)
    some = list(people[:AT_ONCE])
    if not some:
        return 0
    title, body = made.words()
    notify(ANNOUNCEMENT, users=some, title=title, body=body, priority=Priority(made.priority), subject=made)
    made.told, made.told_up_to = made.told + len(some), some[-1].pk
    made.save(update_fields=["told", "told_up_to", "updated_at"])
    enqueue(
        tell_announcement, team=None, args={"announcement_id": str(made.pk)}, title="Tell an announcement"
    )
    return len(some)
