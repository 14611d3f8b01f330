"""People, what proves that it is they, and where they are signed in."""

from .factors import BackupCodes, TimeCodeDevice
from .guesses import Guesses
from .people import Theme, User, UserManager, check_plain_name, check_time_zone
from .sessions import KnownBrowser, Session

__all__ = [
    "BackupCodes",
    "Guesses",
    "KnownBrowser",
    "Session",
    "Theme",
    "TimeCodeDevice",
    "User",
    "UserManager",
    "check_plain_name",
    "check_time_zone",
]
