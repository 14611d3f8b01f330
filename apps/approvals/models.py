"""What waits for somebody's approval, and which kinds of things a team wants approved."""

from django.conf import settings
from django.db import models

from apps.approvals.registry import KINDS
from apps.core.models import TeamOwned


class ApprovalRule(TeamOwned):
    """The team wants things of this kind approved before they go out."""

    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "kind"], name="one_rule_a_kind")]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.team}: {self.kind}"


class ApprovalStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Approval(TeamOwned):
    """One question whether something may go out, and its answer.

    `fingerprint` says what exactly was shown to whoever decides: an approval counts for nothing else.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    href = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, choices=ApprovalStatus.choices, default=ApprovalStatus.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kind", "subject_id"],
                condition=models.Q(status="waiting"),
                name="one_waiting_approval_a_subject",
            )
        ]
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(
                fields=["expires_at"], condition=models.Q(status="waiting"), name="waiting_approval_expiry"
            ),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """The kind's name for people; the plain name where no code of this version knows it."""
        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @property
    def is_waiting(self) -> bool:
        return self.status == ApprovalStatus.WAITING
