from apps.core.errors import UserError


class PrivacyError(UserError):
    """A rule of exports and deletions was broken."""
