from apps.core.errors import UserError


class AccountError(UserError):
    """A rule of accounts was broken."""
