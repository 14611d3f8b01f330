"""What is read from rows when Prometheus asks: how deep, how old, how many (OPS-01)."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from rq import Worker

from apps.accounts.models import User
from apps.core import queue
from apps.events.models import Delivery
from apps.jobs.models import OPEN, ClockEntry, JobStatus
from apps.jobs.queries import lasting
from apps.providers.models import ProviderKey
from apps.teams.models import Team

Labels = tuple[str, ...]


@dataclass(frozen=True)
class Gauge:
    """A figure as it is now: one value for each combination of label values."""

    name: str
    summary: str
    labels: tuple[str, ...]
    values: dict[Labels, float]


def from_database() -> Iterator[Gauge]:
    """Raises a database Error where PostgreSQL is away."""
    yield from _jobs()
    yield from _deliveries()
    yield _clock()
    yield _keys()
    yield Gauge("showrunner_users", "People with an account in use.", (), {(): _users()})
    yield Gauge("showrunner_teams", "Teams.", (), {(): Team.objects.count()})


def _users() -> int:
    return User.objects.filter(is_active=True).count()


def _jobs() -> Iterator[Gauge]:
    """Every queue stands there, also an empty one: an alert must tell nothing from nobody."""
    statuses = [*OPEN, JobStatus.DEAD]
    numbers: dict[Labels, float] = {(q, s): 0.0 for q in settings.RQ_QUEUE_NAMES for s in statuses}
    ages: dict[Labels, float] = {(q,): 0.0 for q in settings.RQ_QUEUE_NAMES}
    for row in lasting():
        numbers[row.queue, row.status] = row.count
        if row.oldest:
            ages[(row.queue,)] = max(0.0, (timezone.now() - row.oldest).total_seconds())
    yield Gauge("showrunner_jobs", "Jobs that are not over, and failed ones.", ("queue", "status"), numbers)
    yield Gauge("showrunner_queue_age_seconds", "How long the oldest queued job waits.", ("queue",), ages)


def _deliveries() -> Iterator[Gauge]:
    waiting = Delivery.objects.filter(done_at=None).aggregate(number=Count("pk"), oldest=Min("event__at"))
    age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    yield Gauge("showrunner_deliveries_waiting", "Events not yet handed over.", (), {(): waiting["number"]})
    yield Gauge("showrunner_delivery_age_seconds", "How long the oldest of them waits.", (), {(): age})


def _clock() -> Gauge:
    """Seconds since any clock did anything: each does something every second."""
    last = ClockEntry.objects.aggregate(last=Max("last_at"))["last"]
    silent = (timezone.now() - last).total_seconds() if last else 0.0
    return Gauge("showrunner_clock_silent_seconds", "How long no clock has done its work.", (), {(): silent})


def _keys() -> Gauge:
    rows = (
        ProviderKey.objects.filter(deleted_at=None, enabled=True)
        .order_by()
        .values("provider")
        .annotate(refused=Count("pk", filter=Q(broken=True)), well=Count("pk", filter=Q(broken=False)))
    )
    values: dict[Labels, float] = {}
    for row in rows:
        values[row["provider"], "broken"] = row["refused"]
        values[row["provider"], "ready"] = row["well"]
    return Gauge("showrunner_provider_keys", "Keys in use.", ("provider", "state"), values)


def from_valkey() -> Iterator[Gauge]:
    """Raises RedisError where Valkey is away."""
    listening: dict[Labels, float] = {(name,): 0.0 for name in settings.RQ_QUEUE_NAMES}
    for worker in Worker.all(connection=queue.connection()):
        for name in worker.queue_names():
            if (name,) in listening:
                listening[(name,)] += 1
    yield Gauge("showrunner_workers", "Workers that listen to a queue.", ("queue",), listening)


def from_disk() -> Iterator[Gauge]:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    use = shutil.disk_usage(settings.VAR_DIR)
    yield Gauge("showrunner_disk_free_bytes", "Room left for data.", (), {(): use.free})
    yield Gauge("showrunner_disk_size_bytes", "Size of the disk with the data.", (), {(): use.total})
