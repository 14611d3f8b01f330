"""What approvals tell the rest of the product."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class ApprovalAsked:
    kind: str
    title: str
    href: str
    asked_by: str


APPROVAL_ASKED = define_event(
    "approval.asked",
    data=ApprovalAsked,
    title="Approval asked for",
    summary="Something waits for an admin's approval before it goes out.",
    unheard_because="open pages show it; messages come with notifications",
)


@dataclass(frozen=True)
class ApprovalDecided:
    kind: str
    title: str
    href: str
    status: str
    reason: str


APPROVAL_DECIDED = define_event(
    "approval.decided",
    data=ApprovalDecided,
    summary="What waited for approval was approved, declined, withdrawn, or nobody decided in time.",
    unheard_because="open pages show it; messages come with notifications",
)
