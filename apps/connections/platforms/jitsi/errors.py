"""What can be wrong with what was entered, in words for a person."""

from apps.connections.errors import ConnectionsError


class WrongServer(ConnectionsError):
    """The server or its keys cannot be used; `field` says which."""
