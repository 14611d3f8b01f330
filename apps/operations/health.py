"""How the parts of the installation are: queues, workers, the clock, providers (OPS-08)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, FloatField, Max, Q
from django.utils import timezone
from redis.exceptions import RedisError
from rq import Worker

from apps.core import queue
from apps.jobs.clock import RECURRING
from apps.jobs.models import ClockEntry, JobStatus
from apps.jobs.queries import Lasting, done_since, lasting
from apps.operations.readiness import Check, check_all
from apps.providers.models import CostEntry, ProviderKey
from apps.providers.queries import provider_name
from apps.providers.registry import PROVIDERS

LATE = timedelta(seconds=60)  # more than this after its time, recurring work is late
FEW_CALLS = 5  # fewer say nothing about a rate


@dataclass(frozen=True)
class QueueState:
    """One queue over all teams. `queued` are all that could begin, also those held back for the teams' shares.

    `age_s` is how long its oldest job waits; `workers` None: Valkey does not say."""

    name: str
    scheduled: int
    queued: int
    running: int
    dead: int
    done_last_hour: int
    age_s: float | None
    workers: int | None

    @property
    def kind(self) -> str:
        """live where work waits for nobody, warn where it waits long, else ok."""
        if self.workers == 0:
            return "live" if self.queued else "warn"
        return "warn" if (self.age_s or 0) > 60 else "ok"


def queues(workers: "list[WorkerState] | None") -> list[QueueState]:
    """Every queue, in two queries."""
    now = timezone.now()
    done = done_since(now - timedelta(hours=1))
    rows = lasting()
    return [
        _state(name, [row for row in rows if row.queue == name], done.get(name, 0), workers, now)
        for name in settings.RQ_QUEUE_NAMES
    ]


def _state(
    name: str, rows: list[Lasting], done: int, workers: "list[WorkerState] | None", now: datetime
) -> QueueState:
    counts = Counter({row.status: row.count for row in rows})
    oldest = next((row.oldest for row in rows if row.oldest), None)
    return QueueState(
        name,
        scheduled=counts[JobStatus.WAITING] + counts[JobStatus.SCHEDULED],
        queued=counts[JobStatus.QUEUED] + counts[JobStatus.HELD],
        running=counts[JobStatus.RUNNING],
        dead=counts[JobStatus.DEAD],
        done_last_hour=done,
        age_s=(now - oldest).total_seconds() if oldest else None,
        workers=None if workers is None else sum(name in worker.queues for worker in workers),
    )


@dataclass(frozen=True)
class WorkerState:
    """A worker process as RQ knows it."""

    name: str
    host: str
    queues: tuple[str, ...]
    state: str
    born_at: datetime | None
    heard_at: datetime | None
    done: int
    failed: int


def workers() -> list[WorkerState] | None:
    """Every worker, by machine; None where Valkey does not answer."""
    try:
        found = Worker.all(connection=queue.connection())
    except (RedisError, OSError):
        return None
    states = [
        WorkerState(
            name=f"{one.hostname or '?'}:{one.pid or '?'}",
            host=str(one.hostname or "?"),
            queues=tuple(name for name in one.queue_names() if name in settings.RQ_QUEUE_NAMES),
            state=str(one.get_state()),
            born_at=_aware(one.birth_date),
            heard_at=_aware(one.last_heartbeat),
            done=one.successful_job_count or 0,
            failed=one.failed_job_count or 0,
        )
        for one in found
    ]
    return sorted(states, key=lambda state: (state.host, state.queues, state.name))


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo:
        return moment
    return timezone.make_aware(moment, timezone.get_fixed_timezone(0))


@dataclass(frozen=True)
class Rhythm:
    """One piece of recurring work: how often, when last, when next, and whether that has long passed."""

    name: str
    every_s: float
    last_at: datetime | None
    next_at: datetime | None
    is_late: bool


def recurring() -> list[Rhythm]:
    """All recurring work of this version, the late one first."""
    rows = {row.name: row for row in ClockEntry.objects.all()}
    now = timezone.now()
    found = []
    for entry in RECURRING.values():
        row = rows.get(entry.name)
        last_at, next_at = (row.last_at, row.next_at) if row else (None, None)
        late = next_at is None or now - next_at > LATE
        found.append(Rhythm(entry.name, entry.every_s, last_at, next_at, late))
    return sorted(found, key=lambda rhythm: (not rhythm.is_late, rhythm.name))


class Percentile(Aggregate):
    """The value that a share of the rows does not exceed (PostgreSQL's percentile_cont)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, field: str, share: float, **extra: Any) -> None:
        super().__init__(field, share=share, **extra)


@dataclass(frozen=True)
class ProviderHealth:
    """One capability of a provider over a period: calls with all teams' keys, and their last error."""

    slug: str
    name: str
    capability: str
    calls: int
    failed: int
    median_s: float
    slow_s: float
    last_call_at: datetime

    @property
    def success(self) -> float:
        """Share of calls that were answered, 0 to 1."""
        return (self.calls - self.failed) / self.calls

    @property
    def kind(self) -> str:
        """ok, warn or live by the share of failures; nothing where there were too few calls to tell."""
        if self.calls < FEW_CALLS:
            return ""
        return "ok" if self.success >= 0.98 else "warn" if self.success >= 0.8 else "live"


def provider_calls(hours: int) -> list[ProviderHealth]:
    """From the ledger of calls, the worst first. `slow_s` is the 95th percentile."""
    rows = (
        CostEntry.objects.filter(at__gte=timezone.now() - timedelta(hours=hours))
        .order_by()
        .values("provider", "capability")
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=Q(succeeded=False)),
            median_s=Percentile("seconds", 0.5),
            slow_s=Percentile("seconds", 0.95),
            last_call_at=Max("at"),
        )
    )
    found = [
        ProviderHealth(slug=slug, name=provider_name(slug), **row)
        for row in map(dict, rows)
        if (slug := row.pop("provider"))
    ]
    return sorted(found, key=lambda one: (one.success, one.name, one.capability))


@dataclass(frozen=True)
class KeyHealth:
    """All teams' keys for one provider, and what it said last when it failed."""

    slug: str
    name: str
    ready: int
    broken: int
    resting: int
    last_error: str
    last_error_at: datetime | None


def provider_keys() -> list[KeyHealth]:
    """For each provider that takes keys, in two queries."""
    now = timezone.now()
    in_use = ProviderKey.objects.filter(deleted_at=None, enabled=True)
    resting = Q(broken=False, resting_until__gt=now)
    rows = (
        in_use.order_by()
        .values("provider")
        .annotate(
            number=Count("pk"),
            refused=Count("pk", filter=Q(broken=True)),
            resting=Count("pk", filter=resting),
        )
    )
    counts = {row["provider"]: row for row in rows}
    failed = ProviderKey.objects.exclude(last_error_at=None).order_by("provider", "-last_error_at")
    errors = {row.provider: row for row in failed.distinct("provider").defer("secret")}
    found = []
    for provider in PROVIDERS.values():
        if provider.basic:
            continue
        row = counts.get(provider.slug, {"number": 0, "refused": 0, "resting": 0})
        error = errors.get(provider.slug)
        found.append(
            KeyHealth(
                provider.slug,
                provider.name,
                row["number"] - row["refused"] - row["resting"],
                row["refused"],
                row["resting"],
                error.last_error if error else "",
                error.last_error_at if error else None,
            )
        )
    return found


def problems() -> list[Check]:
    """The parts that are not well."""
    return [check for check in check_all() if not check.is_well]
