"""What a team's queues did in the last day: how much waited and how much was done, for charts (JOB-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from apps.jobs import charts
from apps.jobs.charts import Chart
from apps.jobs.models import OPEN, Job, JobStatus
from apps.teams.models import Team

SPAN = timedelta(hours=24)
PARTS = 48  # half hours
PART = SPAN / PARTS
# By half hour: jobs that came, that began and that were done. What came before the span counts as the first part's.
# Each part of `rows` is answered by an index of its own.
COLUMNS = "queue, status, created_at, finished_at, coalesce(started_at, finished_at, created_at) AS begun_at"
CHANGES = f"""
    WITH rows AS (
        SELECT {COLUMNS} FROM jobs_job WHERE team_id = %(team)s AND created_at >= %(since)s
        UNION ALL
        SELECT {COLUMNS} FROM jobs_job
         WHERE team_id = %(team)s AND status = ANY(%(lasting)s) AND created_at < %(since)s
        UNION ALL
        SELECT {COLUMNS} FROM jobs_job
         WHERE team_id = %(team)s AND status = 'done' AND finished_at >= %(since)s AND created_at < %(since)s
    )
    SELECT queue, part, sum(came), sum(begun), sum(done) FROM (
        SELECT queue, greatest(0, width_bucket(created_at, %(edges)s) - 1) AS part, 1 AS came, 0 AS begun, 0 AS done
          FROM rows
        UNION ALL
        SELECT queue, greatest(0, width_bucket(begun_at, %(edges)s) - 1), 0, 1, 0
          FROM rows WHERE NOT status = ANY(%(waiting)s)
        UNION ALL
        SELECT queue, width_bucket(finished_at, %(edges)s) - 1, 0, 0, 1
          FROM rows WHERE status = 'done' AND finished_at >= %(since)s
    ) changes GROUP BY queue, part
"""  # noqa: S608 – constants only
WAITING = (JobStatus.WAITING, JobStatus.SCHEDULED, JobStatus.HELD, JobStatus.QUEUED)


@dataclass(frozen=True)
class QueueHistory:
    """One queue: how many waited at the end of each half hour, and how many were done in it."""

    name: str
    waiting: Sequence[int]
    done: Sequence[int]
    ends: Sequence[datetime]

    @property
    def waiting_chart(self) -> Chart:
        label = f"Waiting, last 24 hours: now {self.waiting[-1]}, most {max(self.waiting)}"
        return charts.line(label, self.waiting)

    @property
    def done_chart(self) -> Chart:
        zone = timezone.get_current_timezone()
        titles = [
            f"{end.astimezone(zone) - PART:%H:%M}–{end.astimezone(zone):%H:%M}: {count}"
            for end, count in zip(self.ends, self.done, strict=True)
        ]
        label = f"Done in each half hour, last 24 hours: {sum(self.done)} together, most {max(self.done)}"
        return charts.bars(label, self.done, titles)


def history(team: Team, now: datetime | None = None) -> list[QueueHistory]:
    """Every queue of the product, in the order of the settings, in one query."""
    now = now or timezone.now()
    since = now - SPAN
    ends = [since + PART * (number + 1) for number in range(PARTS)]
    values: dict[str, Any] = {
        "team": team.pk,
        "since": since,
        "edges": [since + PART * number for number in range(PARTS)],
        "waiting": list(WAITING),
        "lasting": [*OPEN, JobStatus.DEAD],
    }
    net = {name: [0] * PARTS for name in settings.RQ_QUEUE_NAMES}
    done = {name: [0] * PARTS for name in settings.RQ_QUEUE_NAMES}
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, values)
        for name, part, came, begun, over in cursor.fetchall():
            if name in net and 0 <= part < PARTS:
                net[name][part] += int(came) - int(begun)
                done[name][part] += int(over)
    return [QueueHistory(name, _sums(net[name]), done[name], ends) for name in settings.RQ_QUEUE_NAMES]


def _sums(changes: Sequence[int]) -> list[int]:
    total, found = 0, []
    for change in changes:
        total += change
        found.append(max(0, total))
    return found


@dataclass(frozen=True)
class Held:
    """Jobs of the team that are held back for one reason."""

    queue: str
    reason: str
    count: int


def held(team: Team, *, limit: int = 10) -> list[Held]:
    """Why things wait, what holds most first."""
    rows = Job.objects.in_team(team).filter(status=JobStatus.HELD).order_by()
    counted = rows.values_list("queue", "wait_reason").annotate(many=Count("pk")).order_by("-many", "queue")
    return [Held(*row) for row in counted[:limit]]
