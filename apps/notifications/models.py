"""What people are told, and how it reached them."""

from django.db import models
from django.utils import timezone

from apps.core.fields import EncryptedTextField
from apps.core.models import Timestamped


class EmailStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused"


class Email(Timestamped):
    """One e-mail of the ledger, whoever wrote it. `content` is wiped out once it was sent: it may hold a code."""

    recipients = models.JSONField()
    subject = models.CharField(max_length=255)
    content = EncryptedTextField(null=True)
    status = models.CharField(max_length=10, choices=EmailStatus.choices, default=EmailStatus.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"])]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"E-mail of {timezone.localtime(self.created_at):%d %B, %H:%M}"
