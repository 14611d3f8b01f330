"""The clock: recurring work in one table, safe with several schedulers running (JOB-09)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.core.correlation import correlated
from apps.core.shield import Failure, attempt
from apps.jobs.models import ClockEntry

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # after which work that a scheduler began and never ended is begun again


@dataclass(frozen=True)
class Recurring:
    name: str
    every_s: float
    work: Callable[[], object]


RECURRING: dict[str, Recurring] = {}


def recurring(name: str, *, every_s: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Call the function every so many seconds, on one of the schedulers.

    It must be short (longer work enqueues a job), and is called again where a scheduler died in the middle.
    """

    def register(work: Callable[[], object]) -> Callable[[], object]:
        if name in RECURRING:
            raise ValueError(f"the recurring work {name} is registered twice")
        RECURRING[name] = Recurring(name, every_s, work)
        return work

    return register


def tick(now: datetime | None = None) -> list[str]:
    """Do what is due and is not being done by another scheduler; returns its names.

    Missed times are made up for once, not one by one.
    """
    now = now or timezone.now()
    known = dict(ClockEntry.objects.values_list("name", "next_at"))
    new = [ClockEntry(name=name, next_at=now) for name in RECURRING.keys() - known.keys()]
    ClockEntry.objects.bulk_create(new, ignore_conflicts=True)
    done = []
    for entry in RECURRING.values():
        due_at = known.get(entry.name, now)
        if due_at <= now and _take(entry.name, now):
            _run(entry)
            _put_back(entry, due_at, now)
            done.append(entry.name)
    return done


def _take(name: str, now: datetime) -> bool:
    """True for the one scheduler whose update finds the entry due and free."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = ClockEntry.objects.filter(free, name=name, next_at__lte=now)
    return bool(due.update(leased_until=now + LEASE, last_at=now))


def _run(entry: Recurring) -> None:
    with correlated():
        outcome = attempt(entry.work)
        if isinstance(outcome, Failure):
            logger.error("the recurring work %s failed: %s\n%s", entry.name, outcome.sentence, outcome.trace)


def _put_back(entry: Recurring, due_at: datetime, now: datetime) -> None:
    """On to the next time after now, counted from when it was due, so that the rhythm is kept."""
    every = timedelta(seconds=entry.every_s)
    next_at = due_at + every * ((now - due_at) // every + 1)
    ClockEntry.objects.filter(name=entry.name).update(next_at=next_at, leased_until=None)
