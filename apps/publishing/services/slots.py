"""The queue: weekly times of a team, which of them are free, and drafts put into them (PUB-04, PUB-08)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.models import Connection
from apps.core import locks
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, QueueSlot, Target, TargetStatus
from apps.publishing.services.posts import schedule
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

WEEKS = 52  # further ahead nobody looks for a free slot
MOST_SLOTS = 200
GONE = (TargetStatus.CANCELLED, TargetStatus.DELETED)
LETS_GO = (PostStatus.DRAFT, PostStatus.CANCELLED, PostStatus.FAILED)
NO_SLOTS = "This team has no posting times yet. Add some first."


@dataclass(frozen=True)
class Free:
    """A moment of the queue that nothing was put into yet. `slot_id` is the slot that it is of."""

    at: datetime
    slot_id: UUID


@transaction.atomic
def add_slots(
    *,
    team: Team,
    actor: User | None,
    weekdays: Collection[int],
    at: time,
    connection: Connection | None = None,
) -> int:
    """The same time on these days of the week; returns how many were not there yet."""
    check_may(team, actor, Permission.EDIT_POSTS)
    locks.hold(queue_lock(team))
    if connection is not None and connection.team_id != team.pk:
        raise PublishingError("Choose one of this team's channels.", field="connection")
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise PublishingError("Choose at least one day of the week.", field="weekdays")
    rows = QueueSlot.objects.in_team(team)
    if rows.count() + len(set(weekdays)) > MOST_SLOTS:
        raise PublishingError(f"A team has at most {MOST_SLOTS} posting times.", field="at")
    there = set(rows.filter(at=at, connection=connection).values_list("weekday", flat=True))
    new = [
        QueueSlot(team=team, weekday=day, at=at, connection=connection) for day in sorted({*weekdays} - there)
    ]
    QueueSlot.objects.bulk_create(new)
    if new:
        facts = {"weekdays": [slot.weekday for slot in new], "at": at, "channel": str(connection or "")}
        audit("queue.add", team=team, actor=actor, target=team, after=facts)
    return len(new)


@transaction.atomic
def remove_slot(slot: QueueSlot, actor: User | None) -> None:
    """What was put into it stays where it is."""
    check_may(slot.team, actor, Permission.EDIT_POSTS)
    facts = {"weekday": slot.weekday, "at": slot.at}
    audit("queue.remove", team=slot.team, actor=actor, target=slot.team, before=facts)
    slot.delete()


def next_free(team: Team, connections: Sequence[Connection], after: datetime | None = None) -> datetime:
    """The next moment of the queue that is free on all of these channels; PublishingError where there is none."""
    return next_free_slot(team, connections, after).at


def next_free_slot(team: Team, connections: Sequence[Connection], after: datetime | None = None) -> Free:
    """The same, with the slot that it is of."""
    after = after or timezone.now()
    slots = list(QueueSlot.objects.in_team(team))
    if not slots:
        raise PublishingError(NO_SLOTS, field="due_at")
    usable = usable_slots(slots, [connection.pk for connection in connections])
    for free in free_moments(team, usable, connections, after, after + timedelta(weeks=WEEKS)):
        return free
    raise PublishingError(
        "Every posting time of the next year is taken on these channels. Add more of them, or choose a time.",
        field="due_at",
    )


def usable_slots(slots: Iterable[QueueSlot], channels: Collection[UUID]) -> list[QueueSlot]:
    """The times of a post on these channels: those that suit all of them, or where there are none, any of them.

    A channel with times of its own uses those; the others use the team's.
    """
    every = list(slots)
    common = [slot for slot in every if slot.connection_id is None]
    by_channel = {
        channel: [slot for slot in every if slot.connection_id == channel] or common for channel in channels
    }
    times = [{(slot.weekday, slot.at) for slot in found} for found in by_channel.values()]
    suit = set.intersection(*times) if times else {(slot.weekday, slot.at) for slot in common}
    suit = suit or set().union(*times)
    found = {
        (slot.weekday, slot.at): slot
        for slot in (*common, *(slot for slots in by_channel.values() for slot in slots))
        if (slot.weekday, slot.at) in suit
    }
    return [found[key] for key in sorted(found)]


def free_moments(
    team: Team,
    slots: Sequence[QueueSlot],
    connections: Sequence[Connection],
    after: datetime,
    until: datetime,
) -> Iterator[Free]:
    """Moments of these slots in (after, until) that are free on all of the channels, in order; four weeks are asked
    for at once."""
    begin = after
    while begin < until:
        end = min(begin + timedelta(weeks=4), until)
        there = moments(slots, team.time_zone, begin, end)
        taken = _taken(team, connections, [free.at for free in there])
        for free in there:
            if free.at not in taken:
                taken.add(free.at)  # where a clock leaps, two slots fall on one moment
                yield free
        begin = end


def moments(slots: Sequence[QueueSlot], zone: str, after: datetime, until: datetime) -> list[Free]:
    """When the clock of the zone shows these times, after `after` and until `until`. One that it leaps over is right
    after the leap; of one that it shows twice the first is meant."""
    day, last = clock.on_clock(after, zone).date(), clock.on_clock(until, zone).date()
    found: list[Free] = []
    while day <= last:
        found += [Free(_at(day, slot.at, zone), slot.pk) for slot in slots if slot.weekday == day.weekday()]
        day += timedelta(days=1)
    return sorted((free for free in found if after < free.at <= until), key=lambda free: free.at)


def _at(day: date, at: time, zone: str) -> datetime:
    return clock.nearest(datetime.combine(day, at), zone)


def _taken(team: Team, connections: Sequence[Connection], moments: Sequence[datetime]) -> set[datetime]:
    """At which of these moments something goes out on one of the channels (without any: at all)."""
    rows = Target.objects.in_team(team).filter(post__due_at__in=moments)
    if connections:
        rows = rows.filter(connection__in=[connection.pk for connection in connections])
    rows = rows.exclude(status__in=GONE).exclude(post__status__in=LETS_GO)
    return set(rows.order_by().values_list("post__due_at", flat=True).distinct())


@transaction.atomic
def take_next(post: Post, actor: User | None, after: datetime | None = None, *, note: str = "") -> Post:
    """Schedule it into the next free slot of its channels. Two that ask at once never get the same. `note` as in
    `schedule`."""
    locks.hold(queue_lock(post.team))
    channels = channels_of(post)
    return _put(post, next_free_slot(post.team, channels, after), actor, note)


def channels_of(post: Post) -> list[Connection]:
    """Those that it goes to."""
    targets = post.targets.exclude(status__in=GONE).select_related("connection")
    return [target.connection for target in targets]


def _put(post: Post, free: Free, actor: User | None, note: str = "") -> Post:
    done = schedule(post, free.at, post.team.time_zone, actor, note=note)
    done.slot_ref = free.slot_id
    done.save(update_fields=["slot_ref", "updated_at"])
    return done


def queue_lock(team: Team) -> str:
    """Held by whoever decides what goes into which time."""
    return f"publishing.queue:{team.pk}"
