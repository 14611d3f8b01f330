"""The clock: recurring work in one table, safe with several schedulers running (JOB-09)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.core.shield import Failure, attempt
from apps.jobs.models import ClockEntry

logger = logging.getLogger(__name__)
CLOCK_LOCK = 7_310_001  # the advisory lock of the one scheduler that ticks


@dataclass(frozen=True)
class Recurring:
    name: str
    every_s: float
    work: Callable[[], object]


RECURRING: dict[str, Recurring] = {}


def recurring(name: str, *, every_s: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Call the function every so many seconds. It must be short; longer work enqueues a job."""

    def register(work: Callable[[], object]) -> Callable[[], object]:
        if name in RECURRING:
            raise ValueError(f"the recurring work {name} is registered twice")
        RECURRING[name] = Recurring(name, every_s, work)
        return work

    return register


def tick(now: datetime | None = None) -> list[str]:
    """Do what is due and return its names. Where another scheduler is at it, nothing is done.

    Missed times are made up for once, not one by one.
    """
    now = now or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLOCK_LOCK])
            if not cursor.fetchone()[0]:
                return []
        known = dict(ClockEntry.objects.values_list("name", "next_at"))
        due = [entry for entry in RECURRING.values() if known.get(entry.name, now) <= now]
        for entry in due:
            next_at = now + timedelta(seconds=entry.every_s)
            ClockEntry.objects.update_or_create(
                name=entry.name, defaults={"last_at": now, "next_at": next_at}
            )
    for entry in due:
        outcome = attempt(entry.work)
        if isinstance(outcome, Failure):
            logger.error("the recurring work %s failed: %s\n%s", entry.name, outcome.sentence, outcome.trace)
    return [entry.name for entry in due]
