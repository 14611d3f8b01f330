"""The append-only record of who did what, each line carrying the hash of the one before (AUD-01, AUD-03)."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditRecord(models.Model):
    """One sensitive action. A database trigger refuses to change or delete it.

    `chain` is the team's id, or `installation`; `number` counts from 1 within it.
    """

    chain = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    team = models.ForeignKey(
        "teams.Team", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(max_length=255)
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_name = models.CharField(max_length=255, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)
    correlation_id = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_number_in_chain")]
        indexes = [models.Index(fields=["team", "-at"]), models.Index(fields=["action", "-at"])]
        ordering = ["-at", "-number"]

    def __str__(self) -> str:
        return f"{self.chain} #{self.number} {self.action}"

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the hash itself."""
        return {
            "chain": self.chain,
            "number": self.number,
            "actor_id": str(self.actor_id or ""),
            "actor_name": self.actor_name,
            "action": self.action,
            "target": [self.target_type, self.target_id, self.target_name],
            "before": self.before,
            "after": self.after,
            "address": self.address or "",
            "correlation_id": self.correlation_id,
            "at": self.at.isoformat(),
            "previous_hash": self.previous_hash,
        }

    def expected_hash(self) -> str:
        text = json.dumps(self.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
