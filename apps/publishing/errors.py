"""What can go wrong in this app, in words for a person."""

from datetime import datetime

from apps.core.errors import UserError


class PublishingError(UserError):
    """Base of this app's errors."""


class NextWindow(PublishingError):
    """The platform's quota does not suffice before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("The platform's quota for now is used up.")
        self.until = until
