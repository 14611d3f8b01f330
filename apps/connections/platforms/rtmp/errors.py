"""What can be wrong with a pasted address, in words for a person."""

from apps.connections.errors import ConnectionsError


class WrongAddress(ConnectionsError):
    """The address or the key cannot be used; `field` says which."""
