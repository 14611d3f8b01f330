"""What of the platforms' quotas is used and planned in the days to come (PUB-09)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.connections.capabilities import Bucket
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import quota
from apps.connections.windows import ZONES
from apps.publishing import clock
from apps.publishing.models import Target
from apps.publishing.periods import midnight
from apps.publishing.services.placing import PLANNED, units_by_kind
from apps.teams.models import Team

DAYS = 14
NEAR = 0.8


@dataclass(frozen=True)
class QuotaDay:
    """One day of a bucket: what of it is used already (today only) and what is planned."""

    date: date
    used: int
    planned: int
    limit: int

    @property
    def taken(self) -> int:
        return self.used + self.planned

    @property
    def share(self) -> float:
        return min(self.taken / self.limit, 1.0)

    @property
    def kind(self) -> str:
        """How it is coloured: full, nearly full, or neither."""
        return "live" if self.taken >= self.limit else "warn" if self.share >= NEAR else ""


@dataclass(frozen=True)
class QuotaRow:
    """A bucket of a channel; `connection` is None where the whole installation shares it."""

    platform: Platform
    connection: Connection | None
    bucket: Bucket
    zone: str
    days: tuple[QuotaDay, ...]


@dataclass(frozen=True)
class QuotaCalendar:
    days: tuple[date, ...]
    rows: tuple[QuotaRow, ...]
    moved: tuple[Target, ...]


Counts = dict[tuple[Any, str, date], int]


def quota_calendar(team: Team, channels: Sequence[Connection], now: datetime | None = None) -> QuotaCalendar:
    """The next two weeks, in the same number of queries for any number of channels.

    The days of a bucket that comes back at midnight somewhere are that place's days; all others are the team's.
    """
    now = now or timezone.now()
    used = quota.usage_of_all(channels, now)
    zones = {team.time_zone, *(_zone(team, bucket) for _, bucket in _buckets(channels))}
    mine = {zone: _mine(channels, zone, now) for zone in zones}
    shared = {zone: _shared({row.platform for row in channels}, zone, now) for zone in zones}
    rows: dict[Any, QuotaRow] = {}
    for connection, bucket in _buckets(channels):
        key = (connection.platform if bucket.of == "app" else connection.pk, bucket.name)
        if key in rows:
            continue
        zone = _zone(team, bucket)
        counts = shared[zone] if bucket.of == "app" else mine[zone]
        today = next((use.used for use in used[connection.pk] if use.bucket.name == bucket.name), 0)
        rows[key] = QuotaRow(
            PLATFORMS[connection.platform],
            None if bucket.of == "app" else connection,
            bucket,
            zone,
            tuple(_days(connection, bucket, key[0], counts, today, clock.on_clock(now, zone).date())),
        )
    moved = Target.objects.in_team(team).filter(status__in=PLANNED, due_at__gt=now).exclude(moved_reason="")
    newest = (
        moved.select_related("post", "connection").defer("progress", "connection__picture").order_by("due_at")
    )
    first = clock.on_clock(now, team.time_zone).date()
    return QuotaCalendar(_from(first), tuple(rows.values()), tuple(newest[:50]))


def _from(first: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range(DAYS))


def _buckets(channels: Sequence[Connection]) -> Iterator[tuple[Connection, Bucket]]:
    """What of each channel is worth a row: out of which a publication takes, for a day, up to a known limit."""
    for connection in channels:
        for bucket in PLATFORMS[connection.platform].costs.buckets:
            if quota.limit_of(connection.platform, bucket) and units_by_kind(connection, bucket):
                yield connection, bucket


def _zone(team: Team, bucket: Bucket) -> str:
    return str(ZONES.get(bucket.resets, team.time_zone))


def _days(
    connection: Connection, bucket: Bucket, owner: Any, counts: Counts, used: int, today: date
) -> Iterator[QuotaDay]:
    units, limit = units_by_kind(connection, bucket), quota.limit_of(connection.platform, bucket)
    for day in _from(today):
        planned = sum(counts.get((owner, kind, day), 0) * each for kind, each in units.items())
        yield QuotaDay(day, used if day == today else 0, planned, limit)


def _mine(channels: Sequence[Connection], zone: str, now: datetime) -> Counts:
    rows = Target.objects.filter(connection__in=[connection.pk for connection in channels])
    return _counts(rows, "connection_id", zone, now)


def _shared(platforms: set[str], zone: str, now: datetime) -> Counts:
    return _counts(
        Target.objects.filter(connection__platform__in=platforms), "connection__platform", zone, now
    )


def _counts(rows: QuerySet[Target], owner: str, zone: str, now: datetime) -> Counts:
    """How many of each kind are planned, by whose they are and the day there."""
    last = clock.on_clock(now, zone).date() + timedelta(days=DAYS)
    within = rows.filter(status__in=PLANNED, due_at__gte=now, due_at__lt=midnight(last, zone))
    grouped = within.annotate(day=TruncDate("due_at", tzinfo=clock.zone_of(zone))).order_by()
    values = grouped.values_list(owner, "post__kind", "day").annotate(Count("pk"))
    return {(whose, kind, day): count for whose, kind, day, count in values}
