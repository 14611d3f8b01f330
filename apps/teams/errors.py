from apps.core.errors import UserError


class TeamError(UserError):
    """A rule of teams was broken."""
