"""Why a call is not believed."""

from apps.core.errors import UserError


class Refused(UserError):
    """It is not from whom it says, or not from now: nothing of it is kept."""
