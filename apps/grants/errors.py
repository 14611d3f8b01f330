from apps.core.errors import UserError


class GrantError(UserError):
    """A rule of grants was broken."""
