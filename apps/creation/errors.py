from apps.core.errors import UserError


class CreationError(UserError):
    """A rule of creation was broken."""


class Blocked(CreationError):
    """Moderation stopped a scene; the sentence names what it found."""


class NoAllowance(CreationError):
    """The team has as many runs as it may have for now."""
