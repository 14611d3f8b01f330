"""Telling people that something happened: the one way in (NTF-01, NTF-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core import locks
from apps.notifications import queries
from apps.notifications.batching import BURST, REMEMBERED, Told, decide
from apps.notifications.bells import ring
from apps.notifications.choices import Channel, Priority, Wording, worded
from apps.notifications.models import Contact, Message, Notice
from apps.notifications.queries import Reach
from apps.notifications.registry import NOTICE_TYPES, NoticeType
from apps.notifications.services import alerts
from apps.teams.models import Team

TITLE, BODY = 200, 2000
SAMPLES = 5


@dataclass(frozen=True)
class Telling:
    """One thing to tell, before it is known to whom."""

    kind: NoticeType
    priority: Priority
    team: Team | None
    title: Wording | str
    body: Wording | str
    href: str
    subject_id: str
    now: datetime

    def notice(self, user: User, *, shown: bool) -> Notice:
        return Notice(
            team=self.team,
            user=user,
            type=self.kind.name,
            priority=self.priority,
            title=worded(self.title, user.language)[:TITLE],
            body=worded(self.body, user.language)[:BODY],
            href=self.href,
            subject_id=self.subject_id,
            last_at=self.now,
            shown=shown,
        )


@transaction.atomic(savepoint=False)
def notify(
    kind: NoticeType | str,
    *,
    title: Wording | str,
    body: Wording | str = "",
    href: str = "",
    team: Team | None = None,
    users: Sequence[User] | None = None,
    priority: Priority | None = None,
    subject: models.Model | None = None,
    subject_id: str = "",
) -> list[Notice]:
    """Tell these people, or the members of the team whose role includes the type's permission.

    Each hears it in their own language, by the channels that they want. Critical news of a team becomes an alert,
    which climbs until somebody acknowledges it; other news of one kind is gathered when it comes in bursts.
    `subject` (or its id) is what it is about: an alert about the same one is not raised twice. Returns the notices that
    were made or that took it in. Works in the caller's transaction and calls nothing outside.
    """
    if href and (not href.startswith("/") or href.startswith("//")):
        raise ValueError("a notice leads to a page of the studio, not elsewhere")
    kind = NOTICE_TYPES[kind] if isinstance(kind, str) else kind
    priority = Priority(priority or kind.priority)
    if users is None and team is not None:
        users = queries.audience(team, kind.permission)
    people = [user for user in dict.fromkeys(users or []) if user.is_active]
    if not people:
        return []
    locks.hold(f"notifications:{team.pk if team else ''}:{kind.name}")
    telling = Telling(
        kind, priority, team, title, body, href, str(subject.pk) if subject else subject_id, timezone.now()
    )
    reach = queries.reach(kind, people, team, priority)
    made = (
        _critical(telling, people, reach) if priority is Priority.CRITICAL else _told(telling, people, reach)
    )
    ring([notice.user_id for notice in made], team)
    return made


def _critical(telling: Telling, people: list[User], reach: Reach) -> list[Notice]:
    """Everybody sees it at once; with a team, people are called one after the other until one answers."""
    alert = None
    if telling.team is not None:
        title = worded(telling.title, telling.team.language)[:TITLE]
        alert, is_new = alerts.raise_alert(telling.team, telling.kind.name, title, telling.subject_id)
        if not is_new:
            return list(alert.notices.all())
    made = [telling.notice(user, shown=True) for user in people]
    for notice in made:
        notice.alert = alert
    Notice.objects.bulk_create(made)
    if alert is not None:
        alerts.begin(alert, reach)
    else:
        _send_out([(notice, reach, telling.now) for notice in made])
    return made


def _told(telling: Telling, people: list[User], reach: Reach) -> list[Notice]:
    """News that is not critical: told at once, or gathered into a digest."""
    before = _recent(telling, people) if telling.kind.gathers else {}
    new: list[tuple[Notice, Reach, datetime]] = []
    joined: list[Notice] = []
    for user in people:
        told = before.get(user.pk, [])
        decision = decide([Told(one.created_at, one.last_at, one.closes_at) for one in told], telling.now)
        if decision.joins is not None:
            joined.append(_take_in(told[decision.joins], telling, user))
            continue
        shown, outside = reach.wants(user, Channel.STUDIO), bool(reach.routes(user))
        if not shown and not outside:
            continue
        notice = telling.notice(user, shown=shown)
        notice.closes_at = decision.closes_at
        notice.samples = [notice.title] if decision.closes_at else []
        new.append((notice, reach, decision.closes_at or telling.now))
    Notice.objects.bulk_update(
        joined, ["count", "samples", "last_at", "read_at", "dismissed_at", "priority", "updated_at"]
    )
    Notice.objects.bulk_create([notice for notice, _, _ in new])
    _send_out(new)
    return [notice for notice, _, _ in new] + joined


def _recent(telling: Telling, people: list[User]) -> dict[UUID, list[Notice]]:
    """What each person was told of this kind, as far back as it counts."""
    found: dict[UUID, list[Notice]] = {}
    known = Notice.objects.filter(
        user__in=people,
        team=telling.team,
        type=telling.kind.name,
        last_at__gt=telling.now - max(BURST, REMEMBERED),
        priority__lt=Priority.CRITICAL,
    )
    for notice in known.order_by("pk"):
        found.setdefault(notice.user_id, []).append(notice)
    return found


def _take_in(digest: Notice, telling: Telling, user: User) -> Notice:
    digest.count += 1
    digest.samples = [*digest.samples, worded(telling.title, user.language)[:TITLE]][-SAMPLES:]
    digest.last_at = digest.updated_at = telling.now
    digest.read_at = digest.dismissed_at = None
    digest.priority = max(digest.priority, telling.priority)
    return digest


def _send_out(new: list[tuple[Notice, Reach, datetime]]) -> None:
    """A message for each way that each person wants, due when the digest closes or the quiet hours are over."""
    rows = [
        message_for(notice, channel, contact, max(reach.due_at(notice.user, ready_at), ready_at))
        for notice, reach, ready_at in new
        for channel, contact in reach.routes(notice.user)
    ]
    hand_out(rows, urgent=False)


def message_for(notice: Notice, channel: Channel, contact: Contact | None, due_at: datetime) -> Message:
    """A message (not saved here) of this notice by this way."""
    return Message(
        team=notice.team, notice=notice, user=notice.user, channel=channel, contact=contact, due_at=due_at
    )


def hand_out(rows: list[Message], *, urgent: bool) -> None:
    """Write the messages down and let jobs deliver them; urgent ones by the queue that goes first."""
    from apps.jobs.services import enqueue
    from apps.notifications.jobs import deliver, deliver_urgent  # jobs stand above services

    Message.objects.bulk_create(rows)
    for row in rows:
        enqueue(
            deliver_urgent if urgent else deliver,
            team=None,
            args={"message_id": str(row.pk)},
            at=row.due_at if row.due_at > timezone.now() else None,
            title=f"Notification by {row.get_channel_display()}",
        )
