"""Reading approvals."""

from django.db.models import QuerySet

from apps.approvals.models import Approval, ApprovalRule, ApprovalStatus
from apps.approvals.registry import KINDS
from apps.teams.models import Team


def approvals(team: Team, *, text: str = "", status: str = "", kind: str = "") -> QuerySet[Approval]:
    """The team's approvals, newest first."""
    found = Approval.objects.in_team(team).select_related("asked_by", "decided_by")
    if text:
        found = found.filter(title__icontains=text)
    if status in ApprovalStatus.values:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("-created_at", "pk")


def waiting_count(team: Team) -> int:
    return Approval.objects.in_team(team).filter(status=ApprovalStatus.WAITING).count()


def required_kinds(team: Team) -> set[str]:
    """The kinds that need approval in this team and that this version knows."""
    return set(ApprovalRule.objects.in_team(team).values_list("kind", flat=True)) & KINDS.keys()
