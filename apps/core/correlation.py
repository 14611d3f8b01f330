"""One id that follows a request into its jobs, outside calls and log lines (OPS-02)."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from .ids import new_id

HEADER = "X-Request-ID"
NONE = "-"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("correlation_id", default=NONE)


def current_id() -> str:
    """The id of the request or job that is being worked on, `-` outside of any."""
    return _current.get()


def current_or_new_id() -> str:
    """The id of the request or job that is being worked on; outside of any a new one, for what begins here."""
    current = current_id()
    return new_id().hex if current == NONE else current


@contextmanager
def correlated(correlation_id: str | None = None) -> Iterator[str]:
    """Work under this id, or a new one."""
    value = correlation_id or new_id().hex
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)


class CorrelationMiddleware:
    """Take the caller's X-Request-ID when it is well formed, make one otherwise, and answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        with correlated(given if _ACCEPTED.fullmatch(given) else None) as correlation_id:
            response = self.get_response(request)
            response[HEADER] = correlation_id
            return response


class CorrelationFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = current_id()
        return True
