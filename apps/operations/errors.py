from apps.core.errors import UserError


class OperatorError(UserError):
    """A rule of operating was broken."""
