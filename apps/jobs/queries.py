"""Reading background work for its pages."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from apps.jobs.models import OPEN, Job, JobStatus
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
    """How deep a queue is for one team. `waiting` has not started yet;"""

    name: str
    waiting: int
    running: int
    ended_last_hour: int
    dead: int


def depth(team: Team) -> list[QueueDepth]:
    """Every queue of the product with the team's jobs in it, in the order of the settings."""
    hour_ago = timezone.now() - timedelta(hours=1)
    waiting = (JobStatus.WAITING, JobStatus.SCHEDULED, JobStatus.QUEUED)
    recent = Q(finished_at__gte=hour_ago, status=JobStatus.DONE)
    rows = (
        Job.objects.in_team(team)
        .filter(Q(status__in=[*OPEN, JobStatus.DEAD]) | recent)
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=Q(status__in=waiting)),
            running=Count("pk", filter=Q(status=JobStatus.RUNNING)),
            ended=Count("pk", filter=recent),
            dead=Count("pk", filter=Q(status=JobStatus.DEAD)),
        )
    )
    by_name = {row["queue"]: row for row in rows}
    none = {"waiting": 0, "running": 0, "ended": 0, "dead": 0}
    return [
        QueueDepth(name, row["waiting"], row["running"], row["ended"], row["dead"])
        for name in settings.RQ_QUEUE_NAMES
        for row in [by_name.get(name, none)]
    ]


def dead_count(team: Team) -> int:
    return Job.objects.in_team(team).filter(status=JobStatus.DEAD).count()


def requeueable(team: Team) -> QuerySet[Job]:
    """Those that can be put back on their queue."""
    again = (JobStatus.DEAD, JobStatus.CANCELLED)
    return Job.objects.in_team(team).filter(status__in=again).order_by("created_at")


def going_on(team: Team, *, limit: int = 5) -> list[Job]:
    """What runs now, the newest first."""
    running = jobs(team, status=JobStatus.RUNNING)
    return list(running[:limit])
