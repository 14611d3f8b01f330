"""What can go wrong in this app, in words for a person."""

from apps.core.errors import UserError


class ProviderError(UserError):
    """Base of this app's errors."""


class NotCovered(ProviderError):
    """No provider that is ready can do this; the sentence says which one would."""
