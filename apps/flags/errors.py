from apps.core.errors import UserError


class FlagError(UserError):
    """A rule of flags and settings was broken."""
