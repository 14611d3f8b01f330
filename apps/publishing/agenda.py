"""What a calendar shows of a team's posts: each day's first few, how many there are, what is missing and what collides
(PUB-07). The number of queries is the same however many posts there are, and no day loads more than it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import Lag, Lead, RowNumber, TruncDate
from django.utils import timezone

from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS, Platform
from apps.core.addresses import addresses
from apps.publishing import clock
from apps.publishing.addresses import address_pattern, compose_address
from apps.publishing.models import Post, PostStatus, QueueSlot, Target, TargetStatus
from apps.publishing.periods import Period
from apps.publishing.services.moving import is_movable
from apps.publishing.services.slots import free_moments, usable_slots
from apps.teams.models import Team

CLASH = timedelta(minutes=30)  # two posts of one channel within it take each other's audience
SHOWN_A_DAY = {"month": 3, "week": 30}
FREE_A_DAY = {"month": 2, "week": 10}
MORNING = time(9)
KINDS = {
    PostStatus.AWAITING_APPROVAL: "warn",
    PostStatus.PUBLISHING: "info",
    PostStatus.PUBLISHED: "ok",
    PostStatus.PARTLY_PUBLISHED: "warn",
    PostStatus.FAILED: "live",
}
FIELDS = ("title", "text", "status", "due_at")
GONE = (TargetStatus.CANCELLED, TargetStatus.DELETED, TargetStatus.FAILED)


@dataclass(frozen=True)
class AgendaFilter:
    """`status` is one of PostStatus, or empty: all but what was called off."""

    channel: UUID | None = None
    status: str = ""


@dataclass(frozen=True)
class Entry:
    """A post as a line of its day. `moved` says why one of its channels goes out later than it was meant to; `tip` is
    all of it in one line, `look` the classes of its colours."""

    post_id: UUID
    title: str
    at: datetime
    clock: str
    status: str
    kind: str
    platforms: tuple[Platform, ...]
    channels: str
    moved: str
    tip: str
    look: str
    clashes: bool
    href: str
    move_href: str
    drop_href: str


@dataclass(frozen=True)
class FreeTime:
    """A posting time that nothing is planned at, and where something for it is written."""

    clock: str
    href: str


@dataclass(frozen=True)
class Day:
    """`hidden` is how many of its posts are not among `entries`; `is_gap` that nothing goes out between days on which
    something does; `free` are its first posting times that are left."""

    date: date
    entries: tuple[Entry, ...]
    total: int
    in_period: bool
    is_today: bool
    is_past: bool
    is_gap: bool
    compose_href: str
    free: tuple[FreeTime, ...]

    @property
    def hidden(self) -> int:
        return self.total - len(self.entries)


@dataclass(frozen=True)
class Agenda:
    period: Period
    weeks: tuple[tuple[Day, ...], ...]
    total: int
    gaps: int
    clashing: int


def agenda(
    team: Team, period: Period, wanted: AgendaFilter, *, may_edit: bool, now: datetime | None = None
) -> Agenda:
    """The days of a period with what goes out on them, in whole weeks."""
    now = now or timezone.now()
    within = posts(team, wanted).filter(due_at__gte=period.begins, due_at__lt=period.ends)
    day_of = TruncDate("due_at", tzinfo=clock.zone_of(period.zone))
    totals = dict(within.annotate(day=day_of).order_by().values_list("day").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by=[day_of], order_by=["due_at", "pk"])
    shown = within.annotate(day=day_of, place=place).filter(place__lte=SHOWN_A_DAY[period.view])
    rows = list(shown.only(*FIELDS).order_by("due_at", "pk"))
    clashing = clashes(team, period.begins, period.ends, [post.pk for post in rows], wanted.channel)
    by_day: dict[date, list[Entry]] = {}
    lines = entries(team, rows, period.zone, clashing.among, may_edit)
    for post, entry in lines:
        by_day.setdefault(post.day, []).append(entry)
    today = clock.on_clock(now, period.zone).date()
    gaps = set() if wanted.status else _gaps(period, totals, today)
    free = _free(team, period, wanted, now) if may_edit else {}
    days = [
        Day(
            date=day,
            entries=tuple(by_day.get(day, ())),
            total=totals.get(day, 0),
            in_period=period.holds(day),
            is_today=day == today,
            is_past=day < today,
            is_gap=day in gaps,
            compose_href=_compose(team, day, today, now, period.zone) if may_edit and day >= today else "",
            free=tuple(free.get(day, ())[: FREE_A_DAY[period.view]]),
        )
        for day in period.days()
    ]
    return Agenda(
        period,
        tuple(tuple(days[start : start + 7]) for start in range(0, len(days), 7)),
        total=sum(day.total for day in days if day.in_period),
        gaps=len(gaps),
        clashing=clashing.total,
    )


def posts(team: Team, wanted: AgendaFilter) -> QuerySet[Post]:
    """All that have a time and that the filter leaves."""
    rows: QuerySet[Post] = Post.objects.in_team(team).exclude(due_at=None)
    if wanted.channel is not None:
        rows = rows.filter(targets__connection=wanted.channel)
    return rows.filter(status=wanted.status) if wanted.status else rows.exclude(status=PostStatus.CANCELLED)


def entries(
    team: Team, rows: Sequence[Post], zone: str, clashing: frozenset[UUID], may_edit: bool
) -> Iterator[tuple[Any, Entry]]:
    """Each post with its line; one query more for all of them."""
    targets = _targets(rows)
    post_href = address_pattern(team.slug)
    move_href = addresses("publishing:move", team.slug)
    drop_href = addresses("publishing:drop", team.slug)
    for post in rows:
        if post.due_at is None:
            continue
        movable = may_edit and is_movable(post)
        title, status, kind = str(post), post.get_status_display(), KINDS.get(PostStatus(post.status), "")
        platforms, channels, moved = _channels(targets.get(post.pk, []))
        colour = f" platform-{platforms[0].slug}" if platforms else ""
        entry = Entry(
            post.pk,
            title,
            post.due_at,
            f"{clock.on_clock(post.due_at, zone):%H:%M}",
            status,
            kind,
            platforms,
            channels,
            moved,
            tip=" · ".join(filter(None, (title, status, channels))),
            look=f"is-{kind or 'plain'}{colour}",
            clashes=post.pk in clashing,
            href=post_href(post.pk),
            move_href=move_href(post.pk) if movable else "",
            drop_href=drop_href(post.pk) if movable else "",
        )
        yield post, entry


def _targets(rows: Sequence[Post]) -> dict[UUID, list[tuple[str, str, str]]]:
    """Platform, name of the channel and why it was moved, by post."""
    values = (
        Target.objects.filter(post__in=[post.pk for post in rows])
        .order_by("connection__platform", "connection__name")
        .values_list("post_id", "connection__platform", "connection__name", "moved_reason")
    )
    found: dict[UUID, list[tuple[str, str, str]]] = {}
    for post_id, *facts in values:
        found.setdefault(post_id, []).append(tuple(facts))
    return found


def _channels(targets: list[tuple[str, str, str]]) -> tuple[tuple[Platform, ...], str, str]:
    """Its platforms, each once; the names of its channels; and the first reason for a move."""
    platforms = dict.fromkeys(slug for slug, _, _ in targets if slug in PLATFORMS)
    names = ", ".join(name for _, name, _ in targets)
    reason = next((reason for _, _, reason in targets if reason), "")
    return tuple(PLATFORMS[slug] for slug in platforms), names, reason


@dataclass(frozen=True)
class Clashes:
    """How many posts are too close to another, and which of those that were asked for are."""

    total: int
    among: frozenset[UUID]


def clashes(
    team: Team, begins: datetime, ends: datetime, shown: Sequence[UUID], channel: UUID | None = None
) -> Clashes:
    """The posts from `begins` until before `ends` that go out within half an hour of another on the same channel.

    They are counted where they are; only those among `shown` are fetched.
    """
    near = Target.objects.in_team(team).filter(due_at__gte=begins - CLASH, due_at__lt=ends + CLASH)
    if channel is not None:
        near = near.filter(connection=channel)
    order: dict[str, Any] = {"partition_by": [F("connection")], "order_by": [F("due_at"), F("pk")]}
    placed = near.exclude(status__in=GONE).annotate(
        before=Window(Lag("due_at"), **order), after=Window(Lead("due_at"), **order)
    )
    close = placed.filter(Q(before__gt=F("due_at") - CLASH) | Q(after__lt=F("due_at") + CLASH)).order_by()
    within = Q(due_at__gte=begins, due_at__lt=ends)
    found = close.aggregate(
        total=Count("post_id", distinct=True, filter=within),
        among=ArrayAgg("post_id", distinct=True, filter=within & Q(post_id__in=shown), default=[]),
    )
    return Clashes(found["total"], frozenset(found["among"]))


def _gaps(period: Period, totals: dict[date, int], today: date) -> set[date]:
    """Days to come without a post, before the last one with any."""
    last = max(totals, default=None)
    if last is None:
        return set()
    return {day for day in period.days() if today <= day < last and day not in totals}


def _free(team: Team, period: Period, wanted: AgendaFilter, now: datetime) -> dict[date, list[FreeTime]]:
    """The posting times that are left, of one channel where the filter names it."""
    after = max(now, period.begins)
    channels = list(Connection.objects.in_team(team).filter(pk=wanted.channel)) if wanted.channel else []
    usable = usable_slots(QueueSlot.objects.in_team(team), [channel.pk for channel in channels])
    found: dict[date, list[FreeTime]] = {}
    if usable and after < period.ends:
        for free in free_moments(team, usable, channels, after, period.ends):
            local = clock.on_clock(free.at, period.zone)
            if href := compose_address(team.slug, local, period.zone):
                found.setdefault(local.date(), []).append(FreeTime(f"{local:%H:%M}", href))
    return found


def _compose(team: Team, day: date, today: date, now: datetime, zone: str) -> str:
    """In the morning of that day; today, at the next full hour."""
    local = datetime.combine(day, MORNING)
    if day == today:
        hour = clock.on_clock(now, zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        local = max(local, hour)
    return compose_address(team.slug, local, zone)
