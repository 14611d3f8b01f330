"""Background work: the row is the truth, RQ only carries its id (JOB-01, JOB-05)."""

from django.db import models
from django.utils import timezone

from apps.core.ids import new_id
from apps.core.models import TeamQuerySet


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for other jobs"
    SCHEDULED = "scheduled", "Scheduled"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    DEAD = "dead", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN = (JobStatus.WAITING, JobStatus.SCHEDULED, JobStatus.QUEUED, JobStatus.RUNNING)
ENDED = (JobStatus.DONE, JobStatus.DEAD, JobStatus.CANCELLED)


class Job(models.Model):
    """One piece of background work. `team` is empty for the product's own housekeeping.

    `claim` is the token of the worker that runs it now: whoever lost it may no longer write.
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
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

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
