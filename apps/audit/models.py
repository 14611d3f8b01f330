"""The append-only record of who did what, each line carrying the hash of the one before (AUD-01, AUD-03)."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils import timezone

GENESIS = "0" * 64  # what the first line of a chain follows
INSTALLATION = "installation"  # the chain of what is done outside of teams


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
        indexes = [
            models.Index(fields=["team", "-at"]),
            models.Index(fields=["team", "action", "-at"]),
            models.Index(fields=["action", "-at"]),
            models.Index(fields=["-at", "-id"]),
        ]
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


class AuditHead(models.Model):
    """Where a chain ends: without it, cutting off the newest lines would leave a chain that looks whole.

    `seal` signs chain, number and hash with the installation's SECRET_KEY, so that whoever can write to the
    database but does not hold the key can neither shorten a chain nor write one anew. `cut_number` and `cut_hash`
    are those of the last line that retention removed from its start; they are sealed too.
    """

    chain = models.CharField(primary_key=True, max_length=40)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    seal = models.CharField(max_length=200, blank=True)
    cut_number = models.PositiveBigIntegerField(default=0)
    cut_hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.chain} ends at #{self.number}"

    def content(self) -> str:
        end = f"{self.chain}:{self.number}:{self.hash}"
        return f"{end}:{self.cut_number}:{self.cut_hash}" if self.cut_number else end

    def sign(self) -> None:
        """Seal what the row says now."""
        self.seal = _signer().signature(self.content())

    def is_sealed(self) -> bool:
        """Whether the seal is ours: of SECRET_KEY or one of SECRET_KEY_FALLBACKS."""
        try:
            _signer().unsign(f"{self.content()}/{self.seal}")
        except BadSignature:
            return False
        return True


class AuditCheck(models.Model):
    """What came of the latest verification of a chain."""

    chain = models.CharField(primary_key=True, max_length=40)
    checked_at = models.DateTimeField()
    lines = models.PositiveBigIntegerField()
    broken_at = models.PositiveBigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.chain} {'whole' if self.broken_at is None else f'broken at #{self.broken_at}'}"


def _signer() -> Signer:
    return Signer(salt="apps.audit.head", sep="/")
