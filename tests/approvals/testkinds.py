"""A kind of thing that can need approval, whose app notes what it is told."""

from apps.approvals.errors import ApprovalError
from apps.approvals.models import Approval
from apps.approvals.registry import define_approval

TOLD: list[tuple[str, str]] = []


def note_down(approval: Approval) -> None:
    if approval.title == "too late":
        raise ApprovalError("Its time has passed. Choose another one.")
    TOLD.append((approval.title, approval.status))


NOTE = define_approval("tests.note", "Notes", summary="A note goes out to everybody.", on_decided=note_down)
