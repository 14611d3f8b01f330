"""The outbox: what happened, written in the transaction that caused it, and what is still to be handed over."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.models import TeamQuerySet
from apps.events.registry import EVENT_TYPES, title_of


class Event(models.Model):
    """One thing worth knowing. `id` is its place in the order of all events."""

    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=255)
    data = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    correlation_id = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "-id"]),
            models.Index(fields=["team", "type", "-id"]),
            models.Index(fields=["subject_id", "id"]),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.type} of {self.subject_name}"

    @property
    def title(self) -> str:
        return title_of(self.type)

    @property
    def typed_data(self) -> Any:
        """The data as the dataclass that its type declares."""
        return EVENT_TYPES[self.type].from_json(self.data)


class Delivery(models.Model):
    """One event for one subscriber, until it has been handed over.

    `next_at` is when it may be tried, `pushed_at` when it was last put on the queue (None: it waits for the sweep).
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=200)
    subject_id = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    pushed_at = models.DateTimeField(null=True, default=timezone.now)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_delivery_a_subscriber")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(done_at=None), name="events_waiting_delivery"
            ),
            models.Index(
                fields=["subscriber", "subject_id", "event"],
                condition=models.Q(done_at=None),
                name="events_delivery_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.subscriber}"
