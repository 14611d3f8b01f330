from apps.core.errors import UserError


class ApprovalError(UserError):
    """A rule of approvals was broken."""
