from apps.core.errors import UserError


class NoticeError(UserError):
    """A rule of notifications was broken."""
