"""Automations: when an event comes and conditions hold, something is done (EVT-03)."""

from typing import Any

from django.conf import settings
from django.db import models

from apps.automations.fields import Condition, read_conditions
from apps.core.models import TeamOwned
from apps.events.registry import EVENT_TYPES, title_of


class Automation(TeamOwned):
    """One rule of a team. It acts in the name of `made_by`, with that person's present rights.

    `conditions` all have to hold. `per_hour` is how often it may act in an hour. `stopped_because` is the reason
    where the product switched it off.
    """

    name = models.CharField(max_length=120)
    event_type = models.CharField(max_length=60)
    conditions = models.JSONField(default=list)
    action = models.CharField(max_length=60)
    wishes = models.JSONField(default=dict)
    is_on = models.BooleanField(default=True)
    per_hour = models.PositiveIntegerField(default=20)
    stopped_because = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["team", "event_type"], condition=models.Q(is_on=True), name="automations_on")
        ]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_automation_of_a_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def event_title(self) -> str:
        return title_of(self.event_type)

    def typed_conditions(self) -> tuple[Condition, ...]:
        """Raises AutomationError where a newer version of the event no longer has what they name."""
        return read_conditions(EVENT_TYPES[self.event_type], self.conditions)


class Outcome(models.TextChoices):
    WAITING = "waiting", "About to act"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    OVER_RATE = "over_rate", "Left out: too often"
    LOOP = "loop", "Left out: it would go round in circles"


class AutomationRun(TeamOwned):
    """One event that an automation met. `trail` is the correlation id under which it acts.

    By it what follows from the action is known: `parent` is the run whose action caused the event.
    """

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="runs")
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    words = models.CharField(max_length=500, blank=True)
    trail = models.CharField(max_length=64, unique=True)
    acted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["automation", "event"], name="one_run_of_an_event")]
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["automation", "-created_at"]),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.automation_id} on {self.event_id}"

    def lineage(self, *, deepest: int) -> list[Any]:
        """This run and those that led to it, at most so many."""
        found: list[Any] = []
        run: AutomationRun | None = self
        while run is not None and len(found) < deepest:
            found.append(run)
            run = run.parent
        return found
