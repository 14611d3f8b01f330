"""Who may lie on a queue: a short line, shared evenly by the teams that have work; the others are held back (JOB-08).

RQ's lists are first come, first served: a team that starts ten thousand jobs would have everybody wait behind them.
So at most JOB_LINE jobs of a queue lie on its list, each busy team having an even share of them. What is over the
share, or over a cap that an operator set, is held in the database. The row in the middle of what was let in calls
the next ones when it begins; the clock does so every second, for what went otherwise.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from apps.core import locks
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job, JobCap, JobStatus
from apps.jobs.notices import tell_pages
from apps.jobs.placement import TAKEN, Places
from apps.jobs.pushing import new_rq_id, push_on_commit

SHED = "It was left out because its queue is very long and this work is optional. Put it back if you need it."
LET_IN = """
    UPDATE jobs_job SET status = 'queued', queued_at = statement_timestamp(), wait_reason = '',
        rq_id = given.rq_id, agent_id = given.agent_id, calls_next = given.calls_next
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::boolean[]) AS given(id, rq_id, agent_id, calls_next)
    WHERE jobs_job.id = given.id AND jobs_job.status = 'held' RETURNING jobs_job.id
"""
READY_FIELDS = ["status", "queued_at", "rq_id", "agent", "wait_reason", "calls_next"]


class Room:
    """What the caps leave free. They are read once; what is taken here is counted along."""

    @cached_property
    def _caps(self) -> list[JobCap]:
        return list(JobCap.objects.select_related("team"))

    @cached_property
    def _left(self) -> dict[UUID, int]:
        return {}

    def full_for(self, job: Job) -> JobCap | None:
        """The first cap that this job is over."""
        return next((cap for cap in self._caps if covers(cap, job) and self.left(cap) <= 0), None)

    def take(self, job: Job) -> None:
        for cap in self._caps:
            if covers(cap, job):
                self._left[cap.pk] = self.left(cap) - 1

    def left(self, cap: JobCap) -> int:
        if cap.pk not in self._left:
            self._left[cap.pk] = cap.at_once - Job.objects.filter(within(cap), status__in=TAKEN).count()
        return self._left[cap.pk]

    def full(self) -> Iterator[JobCap]:
        return (cap for cap in self._caps if self.left(cap) <= 0)


def covers(cap: JobCap, job: Job) -> bool:
    return cap.team_id in (None, job.team_id) and cap.kind in ("", job.kind) and cap.queue in ("", job.queue)


def within(cap: JobCap) -> Q:
    """The jobs that the cap speaks of."""
    named = {"team": cap.team_id, "kind": cap.kind, "queue": cap.queue}
    return Q(**{name: value for name, value in named.items() if value})


def share_of(queue: str, teams: int) -> int:
    """How many jobs of each of so many busy teams may lie on the queue at a time."""
    return max(1, settings.JOB_LINE[queue] // max(1, teams))


class Door:
    """Decides for jobs that become ready together, in one transaction, which lie on their queue now.

    `shed=False` for what a person asks for: it is not left out, however deep the queue.
    """

    def __init__(self, *, shed: bool = True) -> None:
        self._shed = shed
        self._lines: dict[str, Counter[UUID | None]] = {}
        self._room = Room()
        self._places = Places()

    def decide(self, job: Job, now: datetime) -> None:
        """Queue the row (which is not saved here), hold it back with a reason, or leave it out."""
        kind = KINDS.get(job.kind)
        job.agent_id, job.queued_at, job.rq_id, job.calls_next = None, None, "", False
        if self._shed and kind is not None and kind.optional and is_deep(job.queue):
            job.status, job.error, job.finished_at = JobStatus.CANCELLED, SHED, now
            return
        job.wait_reason = self._reason(job)
        if job.wait_reason:
            job.status = JobStatus.HELD
            return
        line = self._line(job.queue)
        line[job.team_id] += 1
        self._room.take(job)
        job.status, job.queued_at, job.rq_id = JobStatus.QUEUED, now, new_rq_id()
        job.agent_id = self._places.place(job.queue)
        job.calls_next = line.total() % max(1, settings.JOB_LINE[job.queue] // 2) == 0

    def _line(self, queue: str) -> Counter[UUID | None]:
        if queue not in self._lines:
            self._lines[queue] = in_line(queue)
        return self._lines[queue]

    def _reason(self, job: Job) -> str:
        """Why it has to wait, empty where it need not. The product's own housekeeping never waits for its share."""
        line = self._line(job.queue)
        if job.team_id is not None and line[job.team_id] >= share_of(job.queue, len({*line, job.team_id})):
            return f"{line[job.team_id]} jobs of your team go before it on this queue. It follows by itself."
        cap = self._room.full_for(job)
        return _cap_reason(cap) if cap else ""


def _cap_reason(cap: JobCap) -> str:
    many = "one job" if cap.at_once == 1 else f"{cap.at_once} jobs"
    return f"No more than {many} at once here ({cap}). It follows as soon as there is room."[:200]


def in_line(queue: str) -> Counter[UUID | None]:
    """How many jobs of each team lie on the queue."""
    rows = Job.objects.filter(status=JobStatus.QUEUED, queue=queue).order_by()
    return Counter(dict(rows.values_list("team").annotate(Count("pk"))))


def is_deep(queue: str) -> bool:
    """Whether so much waits for the queue that optional work is left out."""
    waiting = Job.objects.filter(status__in=(JobStatus.QUEUED, JobStatus.HELD), queue=queue)
    return waiting[: settings.JOB_DEEP].count() >= settings.JOB_DEEP


def admit_all() -> int:
    """Let in what there is room for on every queue; returns how many jobs."""
    held = Job.objects.filter(status=JobStatus.HELD).order_by()
    return sum(admit(name) for name in held.values_list("queue", flat=True).distinct())


def admit(queue: str) -> int:
    """Let held jobs onto their queue, each team its share, the teams in turn; returns how many."""
    if not Job.objects.filter(status=JobStatus.HELD, queue=queue).exists():
        return 0
    with transaction.atomic():
        if not locks.hold_if_free(f"jobs.admit:{queue}"):
            return 0  # another process is doing it
        jobs = _next_in_turn(queue)
        _let_in(jobs)
    return len(jobs)


def _next_in_turn(queue: str) -> list[Job]:
    """The oldest held jobs of each team for which there is room, the first of each team before any second."""
    held = Job.objects.filter(status=JobStatus.HELD, queue=queue)
    teams = list(held.order_by().values_list("team", flat=True).distinct())
    line, room = in_line(queue), Room()
    share = share_of(queue, len({*line, *teams}))
    for cap in room.full():
        held = held.exclude(within(cap))
    turns = []
    for team_id in teams:
        free = max(0, share - line[team_id])
        oldest = held.filter(team=team_id).only("kind", "queue", "team", "subject_id").order_by("pk")
        for job in oldest[:free]:
            if room.full_for(job) is None:
                room.take(job)
                line[team_id] += 1
                turns.append((line[team_id], job.pk, job))
    return [job for _, _, job in sorted(turns, key=lambda turn: turn[:2])]


def _let_in(jobs: list[Job]) -> None:
    """Write them down as queued, those that were not cancelled meanwhile, and push them after the commit."""
    if not jobs:
        return
    places = Places()
    for number, job in enumerate(jobs):
        job.rq_id, job.agent_id = new_rq_id(), places.place(job.queue)
        job.calls_next = number == (len(jobs) - 1) // 2
    columns = ("pk", "rq_id", "agent_id", "calls_next")
    with connection.cursor() as cursor:
        cursor.execute(LET_IN, [[getattr(job, name) for job in jobs] for name in columns])
        there = {row[0] for row in cursor.fetchall()}
    push_on_commit(job for job in jobs if job.pk in there)
    first_of_each = {job.team_id: job for job in reversed(jobs)}
    tell_pages(*first_of_each.values())
