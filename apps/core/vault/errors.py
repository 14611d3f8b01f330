"""What can be wrong with keys and secrets, in words for people."""

from apps.core.errors import UserError


class VaultError(UserError):
    """A secret can be neither stored nor read."""


class MasterKeyMissing(VaultError):
    """A data key was wrapped by a master key that is not configured any more, or that can't be reached."""


class SecretUnreadable(VaultError):
    """A stored secret can't be opened: its key is gone, or it was moved or changed in the database."""
