"""What a channel says about an address of a person."""

from apps.core.http import Rejected


class ContactGone(Rejected):
    """The address must not be used again: the person stopped it, or it no longer exists. The sentence says which."""


class ContactMoved(Rejected):
    """The chat has another address now, `address`; the same message may be sent there."""

    def __init__(self, message: str, *, address: str) -> None:
        super().__init__(message)
        self.address = address
