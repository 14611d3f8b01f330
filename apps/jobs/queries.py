"""Reading background work for its pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, DateTimeField, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from apps.jobs.models import OPEN, Agent, Batch, Job, JobStatus
from apps.jobs.placement import is_healthy, taken_by_agent
from apps.teams.models import Team


def jobs(
    team: Team,
    *,
    text: str = "",
    status: str = "",
    kind: str = "",
    queue: str = "",
    order: str = "-created_at",
) -> QuerySet[Job]:
    """The team's jobs that match every filter; `status` may be "open" for all that are not over.

    The long fields (trace, arguments, result) are left to the page of one job.
    """
    found: QuerySet[Job] = Job.objects.in_team(team).defer("trace", "args", "result")
    if text:
        found = found.filter(Q(title__icontains=text) | Q(error__icontains=text))
    if status == "open":
        found = found.filter(status__in=OPEN)
    elif status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if queue:
        found = found.filter(queue=queue)
    return found.order_by(order, "-pk")


@dataclass(frozen=True)
class QueueDepth:
    """How deep a queue is for one team. `waiting` has not started yet."""

    name: str
    waiting: int
    running: int
    ended_last_hour: int
    dead: int


def depth(team: Team) -> list[QueueDepth]:
    """Every queue of the product with the team's jobs in it, in the order of the settings.

    Asked in two parts, each of which an index answers however many jobs are done.
    """
    lasting = Job.objects.in_team(team).filter(status__in=[*OPEN, JobStatus.DEAD]).order_by()
    waiting = [status for status in OPEN if status != JobStatus.RUNNING]
    rows = lasting.values("queue").annotate(
        waiting=Count("pk", filter=Q(status__in=waiting)),
        running=Count("pk", filter=Q(status=JobStatus.RUNNING)),
        dead=Count("pk", filter=Q(status=JobStatus.DEAD)),
    )
    by_name = {row["queue"]: row for row in rows}
    recent = Job.objects.in_team(team).filter(
        status=JobStatus.DONE, finished_at__gte=timezone.now() - timedelta(hours=1)
    )
    ended = dict(recent.order_by().values_list("queue").annotate(Count("pk")))
    none = {"waiting": 0, "running": 0, "dead": 0}
    return [
        QueueDepth(name, row["waiting"], row["running"], ended.get(name, 0), row["dead"])
        for name in settings.RQ_QUEUE_NAMES
        for row in [by_name.get(name, none)]
    ]


@dataclass(frozen=True)
class Lasting:
    """How many jobs of all teams are in one queue and status; of queued ones also since when the oldest waits."""

    queue: str
    status: JobStatus
    count: int
    oldest: datetime | None


def lasting() -> list[Lasting]:
    """The jobs of all teams that are not over, and failed ones, counted by queue and status. One query.

    Each status is a part of its own, which its own index answers: what is done is never read, however much that is.
    """
    first, *others = [_counted_by_queue(status) for status in (*OPEN, JobStatus.DEAD)]
    return [
        Lasting(queue, JobStatus(status), count, oldest)
        for queue, status, count, oldest in first.union(*others, all=True)
    ]


def _counted_by_queue(status: JobStatus) -> QuerySet[Job, tuple[Any, ...]]:
    oldest = Min("queued_at") if status == JobStatus.QUEUED else Cast(Value(None), DateTimeField())
    rows = Job.objects.filter(status=status).order_by().values_list("queue", "status")
    return rows.annotate(count=Count("pk"), oldest=oldest)


def done_since(moment: datetime) -> dict[str, int]:
    """How many jobs of all teams were done since then, by queue."""
    rows = Job.objects.filter(status=JobStatus.DONE, finished_at__gte=moment).order_by()
    return dict(rows.values_list("queue").annotate(Count("pk")))


def dead_count(team: Team) -> int:
    return Job.objects.in_team(team).filter(status=JobStatus.DEAD).count()


def dead(team: Team, *, text: str = "", kind: str = "", queue: str = "") -> QuerySet[Job]:
    """The dead-letter list, the latest first; arguments are left to the page of one."""
    return jobs(team, text=text, status=JobStatus.DEAD, kind=kind, queue=queue, order="-finished_at")


def requeueable(team: Team) -> QuerySet[Job]:
    """Those that can be put back on their queue."""
    again = (JobStatus.DEAD, JobStatus.CANCELLED)
    return Job.objects.in_team(team).filter(status__in=again).order_by("created_at")


def going_on(team: Team, *, limit: int = 5) -> list[Job]:
    """What runs now, the newest first."""
    running = jobs(team, status=JobStatus.RUNNING)
    return list(running[:limit])


def of_batch(batch: Batch) -> QuerySet[Job]:
    """Its jobs: what failed first, then in the order in which they were given."""
    failed_first = Case(When(status=JobStatus.DEAD, then=0), default=1)
    rows: QuerySet[Job] = Job.objects.filter(batch=batch).defer("trace", "args", "result")
    return rows.order_by(failed_first, "pk")


@dataclass(frozen=True)
class AgentRow:
    """An agent as operators see it. `busy` is 0 to 1 and above."""

    agent: Agent
    is_healthy: bool
    taken: int

    @property
    def busy(self) -> float:
        return max(self.agent.load, self.taken / self.agent.slots) if self.agent.slots else 0.0


def agents() -> list[AgentRow]:
    """Every machine, by name."""
    taken, now = taken_by_agent(), timezone.now()
    return [
        AgentRow(agent, agent.revoked_at is None and is_healthy(agent.heard_at, now), taken.get(agent.pk, 0))
        for agent in Agent.objects.select_related("made_by")
    ]
