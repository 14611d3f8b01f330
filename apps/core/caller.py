"""Where a request came from, for records that are written far below the view (AUD-01)."""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_current: ContextVar[str | None] = ContextVar("caller_address", default=None)


def current_address() -> str | None:
    """The IP address of whoever sent the request that is being worked on; None outside of requests."""
    return _current.get()


def address_of(request: HttpRequest) -> str | None:
    """The caller's IP address.

    Behind proxies it is the X-Forwarded-For entry that the outermost of our own (settings.TRUSTED_PROXIES of
    them) wrote; what stands left of it was sent by the caller and may be invented.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if trusted and len(hops) >= trusted:
        given = hops[-trusted]
    try:
        return str(ip_address(given))
    except ValueError:
        return None


class CallerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _current.set(address_of(request))
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)
