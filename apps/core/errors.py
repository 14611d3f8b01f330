"""Errors that a person reads."""


class UserError(Exception):
    """What went wrong and what to do next, in one sentence. Trying again without a change will not help.

    `field` names the form field that the sentence belongs beside.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
