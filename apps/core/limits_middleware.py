"""Limits on pages that packages bring, which no decorator of ours reaches (SEC-04)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core.limits import UNSAFE_METHODS, by_address, hit, too_many


class PackageLimitsMiddleware:
    """settings.RATE_LIMITS: the name of an address → how many in how many seconds, for one network address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        found = settings.RATE_LIMITS.get(name)
        if found is None or request.method not in UNSAFE_METHODS:
            return None
        verdict = hit(f"page.{name}", by_address(request), *found)
        return None if verdict.allowed else too_many(request, verdict)
