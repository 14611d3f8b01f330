"""Where work is placed: on the healthy agent of least load (JOB-06)."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, DateTimeField, ExpressionWrapper
from django.db.models.functions import Now

from apps.jobs.models import Agent, Job, JobStatus

logger = logging.getLogger(__name__)

TAKEN = (JobStatus.QUEUED, JobStatus.RUNNING)


def is_healthy(heard_at: datetime | None, now: datetime) -> bool:
    """Whether an agent that was last heard of then may be given work: silent for AGENT_SILENT_AFTER_S at most."""
    return heard_at is not None and (now - heard_at).total_seconds() <= settings.AGENT_SILENT_AFTER_S


@dataclass
class Seat:
    """One healthy agent while work is being placed. `load` is its processors', 1 is all of them busy."""

    agent_id: UUID
    queues: tuple[str, ...]
    slots: int
    load: float
    taken: int = 0

    @property
    def busy(self) -> float:
        """The greater of what the machine says and of how many of its slots have a job."""
        return max(self.load, self.taken / self.slots)


def least_loaded(seats: Iterable[Seat], queue: str) -> Seat | None:
    """The least busy of those that serve the queue and have a free slot; the one with fewer jobs where two are even."""
    free = [seat for seat in seats if queue in seat.queues and seat.taken < seat.slots]
    return min(free, key=lambda seat: (seat.busy, seat.taken, seat.agent_id), default=None)


@dataclass
class Places:
    """The agents as they are now, for jobs that are placed together."""

    seats: list[Seat] | None = field(default=None)

    def place(self, queue: str) -> UUID | None:
        """The agent for one more job of the queue, or None: it lies on the common list, for whoever is free first."""
        if self.seats is None:
            self.seats = healthy_seats()
        seat = least_loaded(self.seats, queue)
        if seat is None:
            return None
        seat.taken += 1
        return seat.agent_id


def healthy_seats() -> list[Seat]:
    """Every agent that may be given work, by the database's clock."""
    known = Agent.objects.filter(revoked_at=None, heard_at__isnull=False, slots__gt=0)
    agents = list(known.annotate(asked_at=ExpressionWrapper(Now(), output_field=DateTimeField())))
    healthy = [agent for agent in agents if is_healthy(agent.heard_at, agent.asked_at)]
    taken = taken_by_agent() if healthy else {}
    return [
        Seat(agent.pk, tuple(agent.queues), agent.slots, agent.load, taken.get(agent.pk, 0))
        for agent in healthy
    ]


def taken_by_agent() -> Counter[UUID]:
    """How many jobs lie on each agent's list or run there."""
    rows = Job.objects.filter(status__in=TAKEN, agent__isnull=False).order_by()
    return Counter(dict(rows.values_list("agent").annotate(Count("pk"))))


def unhealthy() -> list[Agent]:
    """Agents that were heard of and no longer are, or whose key was withdrawn, and that still may hold jobs."""
    agents = Agent.objects.annotate(asked_at=ExpressionWrapper(Now(), output_field=DateTimeField()))
    return [
        agent
        for agent in agents.filter(heard_at__isnull=False, silent_since=None)
        if agent.revoked_at or not is_healthy(agent.heard_at, agent.asked_at)
    ]
