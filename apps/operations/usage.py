"""How much the installation is used: activity by day, who makes most, which templates are chosen (OPS-08)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.accounts.models import User
from apps.creation.models import Run, RunStatus
from apps.jobs.models import Job, JobStatus
from apps.library.models import Video
from apps.operations.charts import Chart, days_until, draw
from apps.teams.models import Team

PERIODS = (7, 30, 90)
TOP = 10
KEPT_DAYS = 14  # jobs that are done are forgotten after so long


def since(days: int) -> datetime:
    """The midnight, in the person's zone, with which the first of so many days begins; today is the last."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def _by_day(rows: QuerySet[Any], field: str, days: int) -> dict[date, int]:
    found = (
        rows.filter(**{f"{field}__gte": since(days)})
        .order_by()
        .annotate(day=TruncDate(field, output_field=DateField()))
        .values("day")
        .annotate(number=Count("pk"))
    )
    return {row["day"]: row["number"] for row in found}


def activity(days: int) -> list[Chart]:
    """A chart for each thing that people do, in one query each."""
    shown = days_until(timezone.localdate(), days)
    kinds: list[tuple[str, QuerySet[Any], str, str]] = [
        ("Sign-ups", User.objects.all(), "created_at", ""),
        ("New teams", Team.objects.all(), "created_at", ""),
        ("Videos started", Run.objects.all(), "created_at", ""),
        ("Videos finished", Run.objects.filter(status=RunStatus.DONE), "finished_at", "ok"),
        ("Videos added", Video.objects.all(), "created_at", ""),
        ("Failed jobs", Job.objects.filter(status=JobStatus.DEAD), "finished_at", "live"),
    ]
    return [draw(title, _by_day(rows, field, days), shown, kind=kind) for title, rows, field, kind in kinds]


@dataclass(frozen=True)
class Top:
    """Somebody who makes much: a person or a team, and how many videos they started and finished."""

    who: Any
    started: int
    finished: int
    last_at: datetime


def top_people(days: int) -> list[Top]:
    return _top(days, "started_by", User.objects.all())


def top_teams(days: int) -> list[Top]:
    return _top(days, "team", Team.objects.all())


def _top(days: int, field: str, whom: QuerySet[Any]) -> list[Top]:
    rows = (
        Run.objects.filter(created_at__gte=since(days), **{f"{field}__isnull": False})
        .order_by()
        .values(field)
        .annotate(
            started=Count("pk"), finished=Count("pk", filter=Q(status=RunStatus.DONE)), last=Max("created_at")
        )
        .order_by("-started", "-last")[:TOP]
    )
    found = list(rows)
    named = whom.in_bulk([row[field] for row in found])
    return [
        Top(named[row[field]], row["started"], row["finished"], row["last"])
        for row in found
        if row[field] in named
    ]


@dataclass(frozen=True)
class TemplateUse:
    """How often a template was chosen, and what came of it."""

    name: str
    started: int
    finished: int
    failed: int
    teams: int
    share: float


def template_use(days: int) -> list[TemplateUse]:
    """By the name that the template had, the most used first; `share` is of all runs, 0 to 1."""
    rows = list(
        Run.objects.filter(created_at__gte=since(days))
        .order_by()
        .values("template_name")
        .annotate(
            started=Count("pk"),
            finished=Count("pk", filter=Q(status=RunStatus.DONE)),
            failed=Count("pk", filter=Q(status=RunStatus.FAILED)),
            teams=Count("team", distinct=True),
        )
        .order_by("-started", "template_name")[:TOP]
    )
    whole = sum(row["started"] for row in rows) or 1
    return [
        TemplateUse(
            row["template_name"],
            row["started"],
            row["finished"],
            row["failed"],
            row["teams"],
            row["started"] / whole,
        )
        for row in rows
    ]
