"""What of publishing can need approval (TEM-06, PUB-14)."""

from apps.approvals.models import Approval
from apps.approvals.registry import define_approval


def go_on(approval: Approval) -> None:
    from apps.publishing.services.approving import go_on_after_approval

    go_on_after_approval(approval)


def lock(approval: Approval) -> None:
    from apps.publishing.services.approving import lock_subject

    lock_subject(approval)


POST = define_approval(
    "publishing.post",
    "Posts",
    summary="A post goes out only after an owner or admin approved its words, files, channels and time.",
    on_decided=go_on,
    days=14,
    lock=lock,
)
