"""What can need approval before it goes out, declared by the app that owns it (TEM-06).

In `apps/publishing/approvals.py`:

    POST = define_approval(
        "publishing.post", "Posts", summary="A post is published.", on_decided=services.go_on_after_approval
    )
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission

if TYPE_CHECKING:
    from apps.approvals.models import Approval

LONGEST_DAYS = 90


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of thing that a team may let go out only after an admin approved it.

    `on_decided(approval)` is called in the transaction that approves, declines or expires it; it touches only the
    database. What nobody decides about within `days` expires. `lock(approval)` locks what it is about; it is called
    before the question is locked, since whoever changes that thing holds it when asking anew.
    """

    name: str
    label: str
    summary: str
    on_decided: Callable[["Approval"], None]
    days: int
    lock: Callable[["Approval"], None] | None = None


KINDS: dict[str, ApprovalKind] = {}


def define_approval(
    name: str,
    label: str,
    *,
    summary: str,
    on_decided: Callable[["Approval"], None],
    days: int = 7,
    lock: Callable[["Approval"], None] | None = None,
) -> ApprovalKind:
    """Declare a kind. The page of approvals stands in the side bar as soon as there is one."""
    if name in KINDS:
        raise ValueError(f"the approval {name} is defined twice")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"{name}: an approval is waited for between 1 and {LONGEST_DAYS} days")
    register(
        NavItem(
            "Run", "Approvals", "approvals:list", "check-circle", Permission.VIEW_STUDIO, order=50,
            keywords="approve decline review waiting",
        )
    )  # fmt: skip
    KINDS[name] = ApprovalKind(name, label, summary, on_decided, days, lock)
    return KINDS[name]
