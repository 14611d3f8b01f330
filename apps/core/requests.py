"""What every request leaves behind: one log line and its figures, by the name of its route and never by its address."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import tracing
from apps.core.metrics import Counter, Histogram

logger = logging.getLogger("apps.requests")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"healthz", "readyz", "metrics"})  # asked every few seconds by machines
SLOW_S = 2.0

REQUESTS = Counter(
    "showrunner_http_requests_total", "Requests answered, by route.", ("route", "method", "status")
)
REQUEST_SECONDS = Histogram("showrunner_http_request_seconds", "Time to the answer's head.", ("route",))


class RequestMiddleware:
    """Counts, times and logs every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        with tracing.span(f"{request.method}", kind="server") as span:
            response = self.get_response(request)
            span.set(route=route_of(request), status=response.status_code)
            if response.status_code >= 500:
                span.fail(str(response.status_code))
        _leave(request, response.status_code, time.monotonic() - started)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the address's pattern: `jobs:list`. Addresses hold ids and tokens and would be without number."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}") else "unknown"


def _leave(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.add(route=route, method=method, status=status)
    REQUEST_SECONDS.observe(seconds, route=route)
    if route in QUIET or route == "static":
        return
    facts = {
        "route": route,
        "method": method,
        "status": status,
        "seconds": round(seconds, 4),
        **_who(request),
    }
    level = logging.WARNING if status >= 500 or seconds >= SLOW_S else logging.INFO
    logger.log(level, "%s %s %s in %.2f s", method, route, status, seconds, extra={"facts": facts})


def _who(request: HttpRequest) -> dict[str, str]:
    """The ids of person and team, where the page has asked for them already."""
    user: Any = getattr(request, "_cached_user", None)
    team: Any = getattr(request, "team", None)
    found = {"user": user.pk if user is not None else None, "team": team.pk if team is not None else None}
    return {name: str(key) for name, key in found.items() if key}
