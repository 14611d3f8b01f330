"""What operators gave to a team without payment (TEM-04)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.models import TeamOwned, TeamQuerySet


class GrantQuerySet(TeamQuerySet):
    def active(self, at: datetime | None = None) -> "GrantQuerySet":
        """Those that hold at that moment, now where none is given."""
        moment = at or timezone.now()
        over = models.Q(ends_at__lte=moment) | models.Q(revoked_at__lte=moment)
        return self.filter(starts_at__lte=moment).exclude(over)


class Grant(TeamOwned):
    """Premium for a team from one moment to another (or until it is revoked), and why.

    A revoked grant stays, so that it can be seen what a team had when.
    """

    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoke_reason = models.CharField(max_length=300, blank=True)

    objects = GrantQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["team", "-starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="grants_end_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"Premium for {self.team}"

    @property
    def state(self) -> str:
        """active, coming, over or revoked."""
        now = timezone.now()
        if self.revoked_at and self.revoked_at <= now:
            return "revoked"
        if self.ends_at and self.ends_at <= now:
            return "over"
        return "coming" if self.starts_at > now else "active"
