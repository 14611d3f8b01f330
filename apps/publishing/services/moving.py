"""Another time for what is planned already: dragged to a day, or moved by the form (PUB-07)."""

from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus
from apps.publishing.services.locking import lock_post
from apps.publishing.services.posts import schedule

MOVABLE = (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL)


def is_movable(post: Post) -> bool:
    """Whether nothing of it is under way and it has a time that could be another."""
    return post.due_at is not None and post.status in MOVABLE


@transaction.atomic
def move_to_day(post: Post, day: date, actor: User | None) -> Post:
    """To another day of the team's calendar, at the time that its own clock shows now."""
    locked, due_at = _movable(post)
    instant = on_calendar_day(due_at, locked.zone, day, locked.team.time_zone)
    return schedule(locked, instant, locked.zone, actor)


@transaction.atomic
def put_back(post: Post, at: datetime, actor: User | None) -> Post:
    """To the instant that it went out at before."""
    locked, _ = _movable(post)
    return schedule(locked, at, locked.zone, actor)


def on_calendar_day(instant: datetime, zone: str, day: date, calendar_zone: str) -> datetime:
    """The instant on a day of the calendar at which the clock of `zone` shows the same time as it did.

    The day of the calendar may be another one than that of the zone. Where both can't be kept, since one of the clocks
    is changed close to midnight, the day is.
    """
    shift = day - clock.on_clock(instant, calendar_zone).date()
    moved = clock.on_day(instant, zone, clock.on_clock(instant, zone).date() + shift)
    if clock.on_clock(moved, calendar_zone).date() == day:
        return moved
    return clock.on_day(instant, calendar_zone, day)


def _movable(post: Post) -> tuple[Post, datetime]:
    """The post, locked, and when it goes out as things stand."""
    locked = lock_post(post.pk)
    if locked.due_at is None or not is_movable(locked):
        raise PublishingError("Only what is planned can be moved to another time.")
    return locked, locked.due_at
