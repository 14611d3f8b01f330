"""What platforms allow, and what is used of it (CON-04): counted by their own costs, until their own reset.

A bucket of the application is shared by all teams; one of an account is the connection's own. Limits come from the
platform's table, and operators correct them (PLATFORM_QUOTAS).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.connections.adapters import Heard
from apps.connections.capabilities import Bucket, Costs
from apps.connections.events import QUOTA_NEAR, QuotaNear
from apps.connections.models import Connection, QuotaUse
from apps.connections.registry import PLATFORMS
from apps.connections.windows import window_of
from apps.core import locks
from apps.core.http import OutsideError
from apps.events.services import record

WARN_AT = 0.8
APP = "app"


@dataclass(frozen=True)
class Usage:
    """How a bucket stands. `resets_at` is when the next of it comes back; None while nothing is used."""

    bucket: Bucket
    used: int
    limit: int
    resets_at: datetime | None
    is_exhausted: bool = False

    @property
    def share(self) -> float:
        """0 to 1, and 1 where the platform itself says that nothing is left."""
        if self.is_exhausted:
            return 1.0
        return min(self.used / self.limit, 1.0) if self.limit else 0.0

    @property
    def is_near(self) -> bool:
        return self.share >= WARN_AT


def affordable(connection: Connection, operation: str, now: datetime | None = None) -> datetime | None:
    """None where the operation fits into what is left; else when enough of it has come back."""
    now = now or timezone.now()
    costs = _costs(connection)
    waits = [_free_at(connection, costs.bucket(cost.bucket), cost.units, now) for cost in costs.of(operation)]
    return max((wait for wait in waits if wait is not None), default=None)


def spend(connection: Connection, operation: str, now: datetime | None = None) -> None:
    """Count what the operation takes. At four fifths of a bucket people are told, once a window."""
    now = now or timezone.now()
    costs = _costs(connection)
    taken = sorted(costs.of(operation), key=lambda cost: cost.bucket)
    if not taken:
        return
    with transaction.atomic():
        for cost in (cost for cost in taken if not costs.bucket(cost.bucket).told):
            _count(connection, costs.bucket(cost.bucket), cost.units, now)


def exhausted(
    connection: Connection, operation: str, error: OutsideError, now: datetime | None = None
) -> None:
    """The platform itself says that nothing is left: nothing more is sent until the reset, or until it said."""
    now = now or timezone.now()
    bucket = _emptied(_costs(connection), operation, error)
    if bucket is None:
        return
    with transaction.atomic():
        locks.hold(_lock(connection, bucket))
        row = _row(connection, bucket, now)
        row.exhausted = True
        if bucket.resets == "sliding":
            row.window_end = now + timedelta(seconds=error.retry_after_s or bucket.window_s)
        row.save(update_fields=["exhausted", "window_end", "updated_at"])
        _warn(connection, bucket, now)


def heard(connection: Connection, said: Heard, now: datetime | None = None) -> None:
    """The platform says how full a bucket is, which counts in place of what was noted before."""
    now = now or timezone.now()
    bucket = next((one for one in _costs(connection).buckets if one.name == said.bucket and one.told), None)
    if bucket is None:
        return
    used = min(round(said.share * bucket.limit), bucket.limit)
    if used == sum(row.used for row in rows_of(connection, bucket, now)):
        return
    with transaction.atomic():
        locks.hold(_lock(connection, bucket))
        row = _row(connection, bucket, now)
        rows_of(connection, bucket, now).exclude(pk=row.pk).update(used=0, exhausted=False)
        row.used, row.exhausted = used, used >= bucket.limit
        if row.exhausted:
            row.window_end = now + timedelta(seconds=said.free_after_s or bucket.window_s)
        row.save(update_fields=["used", "exhausted", "window_end", "updated_at"])
        _warn(connection, bucket, now)


def usage(connection: Connection, now: datetime | None = None) -> tuple[Usage, ...]:
    """How the connection's buckets stand, in the platform's order; those without a known limit only where empty."""
    return usage_of_all([connection], now)[connection.pk]


def usage_of_all(
    connections: Iterable[Connection], now: datetime | None = None
) -> dict[object, tuple[Usage, ...]]:
    """The same for many, by their ids, in one query."""
    now, wanted = now or timezone.now(), list(connections)
    owners = {APP, *(str(connection.pk) for connection in wanted)}
    kept: dict[tuple[str, str, str], list[QuotaUse]] = {}
    for row in QuotaUse.objects.filter(owner__in=owners, window_end__gt=now).order_by("window_end"):
        kept.setdefault((row.platform, row.bucket, row.owner), []).append(row)
    return {connection.pk: tuple(_usages(connection, kept)) for connection in wanted}


def _usages(connection: Connection, kept: dict[tuple[str, str, str], list[QuotaUse]]) -> Iterable[Usage]:
    for bucket in _costs(connection).buckets:
        rows = kept.get((connection.platform, bucket.name, _owner(connection, bucket)), [])
        found = _usage(connection.platform, bucket, rows)
        if found.limit or found.is_exhausted:
            yield found


def limit_of(platform: str, bucket: Bucket) -> int:
    """What the operator says, or the platform's table. 0: not known, so only the platform's own word counts."""
    return int(settings.PLATFORM_QUOTAS.get(f"{platform}.{bucket.name}", bucket.limit))


def _costs(connection: Connection) -> Costs:
    platform = PLATFORMS.get(connection.platform)
    return platform.costs if platform else Costs()


def _owner(connection: Connection, bucket: Bucket) -> str:
    return APP if bucket.of == "app" else str(connection.pk)


def _lock(connection: Connection, bucket: Bucket) -> str:
    return f"quota:{connection.platform}:{bucket.name}:{_owner(connection, bucket)}"


def rows_of(connection: Connection, bucket: Bucket, now: datetime) -> QuerySet[QuotaUse]:
    """What still counts, what ends first before the rest."""
    return QuotaUse.objects.filter(
        platform=connection.platform,
        bucket=bucket.name,
        owner=_owner(connection, bucket),
        window_end__gt=now,
    ).order_by("window_end")


def _row(connection: Connection, bucket: Bucket, now: datetime) -> QuotaUse:
    window = window_of(bucket, now)
    row, _ = QuotaUse.objects.get_or_create(
        platform=connection.platform,
        bucket=bucket.name,
        owner=_owner(connection, bucket),
        window_start=window.start,
        defaults={"window_end": window.end},
    )
    return row


def _usage(platform: str, bucket: Bucket, rows: list[QuotaUse]) -> Usage:
    empty = [row.window_end for row in rows if row.exhausted]
    return Usage(
        bucket,
        used=sum(row.used for row in rows),
        limit=limit_of(platform, bucket),
        resets_at=max(empty) if empty else min((row.window_end for row in rows), default=None),
        is_exhausted=bool(empty),
    )


def _free_at(connection: Connection, bucket: Bucket, units: int, now: datetime) -> datetime | None:
    """When `units` fit; None: now. Where they never would, when the whole bucket has come back."""
    rows = list(rows_of(connection, bucket, now))
    empty = max((row.window_end for row in rows if row.exhausted), default=None)
    limit = limit_of(connection.platform, bucket)
    left_over = sum(row.used for row in rows) + units - limit
    if not limit or left_over <= 0:
        return empty
    for row in rows:
        left_over -= row.used
        if left_over <= 0:
            return max(row.window_end, empty) if empty else row.window_end
    return max((row.window_end for row in rows), default=window_of(bucket, now).end)


def _count(connection: Connection, bucket: Bucket, units: int, now: datetime) -> None:
    locks.hold(_lock(connection, bucket))
    row = _row(connection, bucket, now)
    QuotaUse.objects.filter(pk=row.pk).update(used=F("used") + units, updated_at=now)
    _warn(connection, bucket, now)


def _warn(connection: Connection, bucket: Bucket, now: datetime) -> None:
    """Tell it once in a window; the lock of the bucket is held."""
    rows = list(rows_of(connection, bucket, now))
    stands = _usage(connection.platform, bucket, rows)
    if not stands.is_near or any(row.warned for row in rows):
        return
    newest = max(rows, key=lambda row: row.window_start)
    QuotaUse.objects.filter(pk=newest.pk).update(warned=True)
    data = QuotaNear(
        connection.platform,
        bucket.label,
        stands.used,
        stands.limit,
        stands.resets_at.isoformat() if stands.resets_at else "",
    )
    record(QUOTA_NEAR, team=connection.team, subject=connection, data=data)
    if bucket.of == "app":
        record(QUOTA_NEAR, team=None, subject=connection, data=data)  # operators can ask for more of it


def _emptied(costs: Costs, operation: str, error: OutsideError) -> Bucket | None:
    """The bucket that an error is about: by the platform's own word, else what the operation takes first."""
    named = costs.exhausts.get(error.code)
    taken = costs.of(operation)
    name = named or (taken[0].bucket if taken else "")
    return costs.bucket(name) if name else None
