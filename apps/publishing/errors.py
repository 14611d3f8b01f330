"""What can go wrong in this app, in words for a person."""

from apps.core.errors import UserError


class PublishingError(UserError):
    """Base of this app's errors."""
