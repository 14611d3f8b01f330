"""Background work: the row is the truth, RQ only carries its id (JOB-01, JOB-05)."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.ids import new_id
from apps.core.models import TeamOwned, TeamQuerySet, Timestamped
from apps.jobs import kinds


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for other jobs"
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held back"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    DEAD = "dead", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN = (JobStatus.WAITING, JobStatus.SCHEDULED, JobStatus.HELD, JobStatus.QUEUED, JobStatus.RUNNING)
ENDED = (JobStatus.DONE, JobStatus.DEAD, JobStatus.CANCELLED)


def agent_list(queue: str, agent_id: UUID | str) -> str:
    """The RQ list of the work on this queue that was placed on one agent."""
    return f"{queue}@{agent_id}"


class Agent(Timestamped):
    """A machine that runs workers, with a key of its own (JOB-06).

    `load` is what it said of its processors when it was last heard of: 1 is all of them busy. `slots` is how many
    jobs it runs at once. `silent_since` is set while its jobs are with others.
    """

    name = models.CharField(max_length=80, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    key_start = models.CharField(max_length=12)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    host = models.CharField(max_length=120, blank=True)
    queues = models.JSONField(default=list)
    slots = models.PositiveIntegerField(default=0)
    load = models.FloatField(default=0)
    heard_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class JobCap(Timestamped):
    """At most `at_once` jobs on their queue or running, of those that fit every part that is filled in (JOB-08)."""

    team = models.ForeignKey("teams.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=20, blank=True)
    at_once = models.PositiveIntegerField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kind", "queue"], nulls_distinct=False, name="one_cap_of_a_scope"
            )
        ]
        ordering = ["created_at"]

    def __str__(self) -> str:
        parts = [str(self.team) if self.team else "", self.kind, f"queue {self.queue}" if self.queue else ""]
        return " · ".join(part for part in parts if part) or "all jobs"


class Batch(TeamOwned):
    """Many jobs of one kind that were started together (JOB-10)."""

    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    total = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["created_at"], condition=models.Q(finished_at=None), name="open_batches"),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_title(self) -> str:
        return kinds.title_of(self.kind)


class Job(models.Model):
    """One piece of background work. `team` is empty for the product's own housekeeping.

    `claim` is the token of the worker that runs it now: whoever lost it may no longer write. `agent` is where it
    was placed or runs. `wait_reason` says why it is held back; `calls_next` marks the one that, when it begins,
    lets the next held jobs onto the queue.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(
        "teams.Team", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # two indexes begin with it
    kind = models.CharField(max_length=80)
    queue = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=JobStatus.choices)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    progress = models.FloatField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    trace = models.TextField(blank=True)
    result = models.JSONField(null=True)
    run_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    rq_id = models.CharField(max_length=64, blank=True)
    claim = models.UUIDField(null=True)
    cancel_requested = models.BooleanField(default=False)
    has_dependents = models.BooleanField(default=False)
    agent = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )  # read among the queued and running, which have indexes
    batch = models.ForeignKey(Batch, null=True, on_delete=models.CASCADE, related_name="jobs", db_index=False)
    wait_reason = models.CharField(max_length=200, blank=True)
    calls_next = models.BooleanField(default=False)
    correlation_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    after = models.ManyToManyField("self", symmetrical=False, related_name="dependents")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "key"],
                condition=models.Q(key__isnull=False),
                nulls_distinct=False,
                name="jobs_key_in_team",
            )
        ]
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["team", "status", "-created_at"]),
            models.Index(fields=["subject_id"]),
            models.Index(fields=["run_at"], condition=models.Q(status="scheduled"), name="jobs_scheduled"),
            models.Index(fields=["queued_at"], condition=models.Q(status="queued"), name="jobs_queued"),
            # Not the heartbeat itself: rows whose indexed fields stay the same are updated in place.
            models.Index(fields=["started_at"], condition=models.Q(status="running"), name="jobs_running"),
            models.Index(fields=["created_at"], condition=models.Q(status="waiting"), name="jobs_waiting"),
            models.Index(fields=["team", "finished_at"], condition=models.Q(status="done"), name="jobs_done"),
            models.Index(fields=["queue", "team", "id"], condition=models.Q(status="held"), name="jobs_held"),
            models.Index(
                fields=["finished_at", "id"],
                include=["queue"],
                condition=models.Q(status="dead"),
                name="jobs_dead",
            ),
            models.Index(
                fields=["finished_at"],
                condition=models.Q(status__in=("done", "cancelled")),
                name="jobs_over",
            ),
            models.Index(
                fields=["batch", "status"], condition=models.Q(batch__isnull=False), name="jobs_of_batch"
            ),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_title(self) -> str:
        return kinds.title_of(self.kind)

    @property
    def list_name(self) -> str:
        """The RQ list that it lies on: its queue's, or that of the agent where it was placed."""
        return agent_list(self.queue, self.agent_id) if self.agent_id else self.queue

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def duration_s(self) -> float | None:
        """Seconds from the start of the last attempt to its end, or until now."""
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()


class ClockEntry(models.Model):
    """When a recurring piece of work last ran and runs next; one row a name.

    `leased_until` is set while a scheduler does it.
    """

    name = models.CharField(primary_key=True, max_length=80)
    last_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
