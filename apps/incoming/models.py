"""What other services told us by calling us: kept as it came, handled once (API-07)."""

from django.db import models

from apps.core.models import Timestamped


class HookStatus(models.TextChoices):
    RECEIVED = "received", "Received"
    HANDLED = "handled", "Handled"
    IGNORED = "ignored", "Nothing to do"


class Hook(Timestamped):
    """One genuine call. `delivery_id` is the sender's own name of it, which it repeats when it sends again, so that
    a second one is the first. `body` is what was signed, to the byte; `sent_at` is when the sender says that it
    was sent."""

    source = models.CharField(max_length=40)
    delivery_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    sent_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=HookStatus.choices, default=HookStatus.RECEIVED)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "delivery_id"], name="incoming_once_a_delivery")
        ]
        indexes = [models.Index(fields=["created_at"], name="incoming_hook_age")]

    def __str__(self) -> str:
        return f"{self.source} {self.topic or self.delivery_id}"
