"""What would exceed a platform's quota is planned into the next window, and says so (PUB-09).

The ledger of quotas (`connections.services.quota`) has the last word when a post goes out. Here the same buckets are
looked at beforehand, with what is planned by then, so that people see in the calendar what would happen at night.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from apps.connections.capabilities import Bucket, Costs
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.connections.services import quota
from apps.connections.windows import SLOTS, window_of
from apps.core import locks
from apps.publishing import clock
from apps.publishing.models import Target, TargetStatus

PLANNED = (TargetStatus.SCHEDULED, TargetStatus.WAITING)
SHORTEST_S = 3600  # a bucket that comes back sooner is waited for when it is due
LOOKS_AHEAD = timedelta(days=60)
MOST_MOVES = 200


def hold_places(targets: Iterable[Target]) -> None:
    """Until the transaction ends nobody else plans out of the buckets of these targets, so no two take the last place.

    A transaction that plans several posts holds the places of all of them at once, before the first: always in one
    order, nobody waits in a circle.
    """
    names = {
        f"publishing.place:{target.connection.platform}:{bucket.name}:"
        f"{'app' if bucket.of == 'app' else target.connection_id}"
        for target in targets
        if (platform := PLATFORMS.get(target.connection.platform)) is not None
        for bucket, units in costs_of(platform.costs, target.post.kind)
        if quota.limit_of(platform.slug, bucket) >= units
    }
    for name in sorted(names):
        locks.hold(name)


def place(target: Target, due_at: datetime) -> tuple[datetime, str]:
    """When the target can go out, at `due_at` or later, and why it is later. The target need not be saved yet."""
    platform = PLATFORMS.get(target.connection.platform)
    if platform is None or due_at <= timezone.now():
        return due_at, ""
    costs = costs_of(platform.costs, target.post.kind)
    at, full = due_at, None
    for _ in range(MOST_MOVES):
        later, bucket = _latest(target, costs, at)
        if later <= at:
            break
        at, full = later, bucket
    if full is None:
        return due_at, ""
    local = clock.on_clock(at, target.post.zone)
    reason = (
        f"{platform.name}: all {quota.limit_of(platform.slug, full):,} of “{full.label}” for a day are planned. "
        f"It goes out on {local:%-d %B at %H:%M} ({target.post.zone})."
    )
    return at, reason[:300]


def costs_of(costs: Costs, kind: str) -> list[tuple[Bucket, int]]:
    """What a publication of this kind takes of each bucket that lasts long enough to be planned for."""
    taken = ((costs.bucket(cost.bucket), cost.units) for cost in costs.of(f"publish:{kind}"))
    return [
        (bucket, units)
        for bucket, units in taken
        if bucket.resets != "sliding" or bucket.window_s >= SHORTEST_S
    ]


def _latest(
    target: Target, costs: Sequence[tuple[Bucket, int]], at: datetime
) -> tuple[datetime, Bucket | None]:
    found: tuple[datetime, Bucket | None] = (at, None)
    for bucket, units in costs:
        limit = quota.limit_of(target.connection.platform, bucket)
        if limit < units:
            continue  # not known, or so small that no day would do: the ledger will say
        if bucket.resets == "sliding":
            free = first_fit(at, _events(target, bucket, at), limit // units, sliding_window(bucket))
        else:
            free = _after_midnight(target, bucket, units, limit, at)
        if free > found[0]:
            found = (free, bucket)
    return found


def _after_midnight(target: Target, bucket: Bucket, units: int, limit: int, at: datetime) -> datetime:
    """`at`, or the end of its window where that is full."""
    window = window_of(bucket, at)
    taken = sum(count for _, count in _planned(target, bucket, window.start, window.end))
    if window.start <= timezone.now() < window.end:
        taken += used_now(target.connection, bucket)
    return at if taken + units <= limit else window.end


def sliding_window(bucket: Bucket) -> timedelta:
    """As the ledger counts: a use counts for the window and the part of it in which it was."""
    return timedelta(seconds=bucket.window_s + max(bucket.window_s / SLOTS, 1.0))


def first_fit(at: datetime, events: Sequence[datetime], limit: int, window: timedelta) -> datetime:
    """The first moment from `at` on at which one event more leaves no window of this length with more than `limit`.

    `events` are in order.
    """
    later = [event + window for event in events if event + window > at]
    for candidate in (at, *later):
        if _fits(candidate, events, limit, window):
            return candidate
    return at


def _fits(at: datetime, events: Sequence[datetime], limit: int, window: timedelta) -> bool:
    """Neither the window that ends here nor one that begins here gets too full."""
    here = bisect_right(events, at)
    if here - bisect_right(events, at - window) >= limit:
        return False
    for number in range(here, len(events)):
        event = events[number]
        if event - window >= at:
            break
        if number + 1 - bisect_right(events, event - window) >= limit:
            return False
    return True


def _events(target: Target, bucket: Bucket, at: datetime) -> list[datetime]:
    """When the bucket was used and will be, once for each use, in order."""
    window, now = sliding_window(bucket), timezone.now()
    used = [
        row.window_end - window
        for row in quota.rows_of(target.connection, bucket, now)
        for _ in range(row.used)
    ]
    planned = [due_at for due_at, _ in _planned(target, bucket, at - window, at + LOOKS_AHEAD)]
    return sorted([*used, *planned])


def _planned(
    target: Target, bucket: Bucket, begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, int]]:
    """What else is planned out of this bucket, with what each takes."""
    units = units_by_kind(target.connection, bucket)
    rows = shares_bucket(target.connection, bucket).exclude(pk=target.pk)
    within = rows.filter(status__in=PLANNED, due_at__gte=begins, due_at__lt=ends).order_by("due_at")
    for due_at, kind in within.values_list("due_at", "post__kind"):
        if due_at is not None and kind in units:
            yield due_at, units[kind]


def units_by_kind(connection: Connection, bucket: Bucket) -> dict[str, int]:
    """What a publication of each kind takes of the bucket."""
    costs = PLATFORMS[connection.platform].costs
    return {
        kind: units
        for kind in ("video", "short")
        for each, units in costs_of(costs, kind)
        if each.name == bucket.name
    }


def shares_bucket(connection: Connection, bucket: Bucket) -> QuerySet[Target]:
    """The targets of whoever the bucket is of: the channel, or the whole installation."""
    shared = {"connection__platform": connection.platform}
    rows: QuerySet[Target] = Target.objects.filter(
        **(shared if bucket.of == "app" else {"connection": connection})
    )
    return rows


def used_now(connection: Connection, bucket: Bucket) -> int:
    """What is used of the bucket at this moment."""
    return sum(row.used for row in quota.rows_of(connection, bucket, timezone.now()))
