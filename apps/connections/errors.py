"""What can go wrong in this app, in words for a person."""

from apps.core.errors import UserError


class ConnectionsError(UserError):
    """Base of this app's errors."""


class NeedsReconnecting(ConnectionsError):
    """The grant is gone or lacks a right: a person has to connect the account again."""
