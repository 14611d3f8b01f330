"""Exports of what the product holds of a person."""

from django.conf import settings
from django.db import models

from apps.core.models import Timestamped


class ExportStatus(models.TextChoices):
    MAKING = "making", "Being made"
    READY = "ready", "Ready"


class DataExport(Timestamped):
    """A ZIP of everything that the product holds of a person. `file` names it in the default storage."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=ExportStatus.choices, default=ExportStatus.MAKING)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(status="making"), name="one_export_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Export of {self.user_id}"
