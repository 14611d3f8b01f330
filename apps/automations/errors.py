from apps.core.errors import UserError


class AutomationError(UserError):
    """A rule of automations was broken."""


class NotPossible(AutomationError):
    """The action can't be done as things are; the sentence says why, and trying again does not help."""
