"""The one error family of calls to the outside. Messages are fit for a person to read; secrets never stand
in them."""

from apps.core.errors import UserError


class OutsideError(Exception):
    """A call to the outside failed.

    `retryable` says whether the same call may succeed later, `retry_after_s` how long the other side asks
    us to wait (None when it said nothing), `status` the HTTP status if there was an answer, `detail` what
    the other side said.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        *,
        status: int | None = None,
        detail: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        if retryable is not None:
            self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.status = status
        self.detail = detail
        self.code = code


class AuthExpired(OutsideError):
    """The credential is wrong, expired or revoked: a person must mend it."""


class RateLimited(OutsideError):
    """Too many calls; may be sent again after `retry_after_s`."""

    retryable = True


class QuotaExceeded(OutsideError):
    """The account has no credit or quota left; sending again soon does not help."""


class Rejected(OutsideError):
    """The other side understood and said no, or its answer cannot be used. The same call will fail again."""


class Unavailable(OutsideError):
    """No answer, or a fault over there; nothing was changed by it, so the call may be sent again."""

    retryable = True


class OutcomeUnknown(OutsideError):
    """A call that changes something was sent and no clear answer came: ask what happened before sending it
    again."""


class AddressRefused(UserError):
    """An address that Showrunner must not call: private, local, or not HTTP."""
