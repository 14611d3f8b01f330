"""What approvals hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.approvals.models import Approval
from apps.core.personal_data import Part, collects

ASKED = ("team_id", "kind", "title", "note", "status", "created_at", "expires_at")
DECIDED = ("team_id", "kind", "title", "status", "reason", "decided_at")


@collects("approvals", Approval)
def of_person(user: Any) -> Iterator[Part]:
    """What the person asked to be approved, and what they decided."""
    rows = Approval.objects.order_by("created_at")
    yield Part("asked.json", rows=list(rows.filter(asked_by=user).values(*ASKED)))
    yield Part("decided.json", rows=list(rows.filter(decided_by=user).values(*DECIDED)))
