"""What can go wrong in this app, in words for a person."""

from apps.core.errors import UserError


class ConnectionsError(UserError):
    """Base of this app's errors."""


class NeedsReconnecting(ConnectionsError):
    """The grant is gone or lacks a right: a person has to connect the account again."""


class SignInRefused(ConnectionsError):
    """The way back from a platform cannot be used: the state is unknown, old, used, or somebody else's."""


class NotConnected(ConnectionsError):
    """The platform let nobody in: the person refused, or the account cannot be used. Nothing was kept."""


class WrongStrike(ConnectionsError):
    """A strike cannot be so: its days, or what is to become of it."""
