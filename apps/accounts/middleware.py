"""Fences and manners of every page: the second factor; times in the person's own zone."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from apps.accounts import devices
from apps.accounts.access import operator_door
from apps.accounts.services import sessions
from apps.core.caller import address_of
from apps.core.htmx import send_to

# What a session that has not passed the second factor may still open.
OPEN = frozenset(
    {
        "accounts:confirm",
        "accounts:passkey_begin",
        "accounts:theme",
        "account_logout",
        "core:offline",
        "core:service_worker",
        "healthz",
    }
)


class SecondFactorMiddleware:
    """The second fence behind allauth's login stage: with a factor enrolled, nothing is open before it (ACC-05).

    And the admin site is open to nobody without one (ACC-06).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        user = request.user
        if not user.is_authenticated:
            return None
        match = request.resolver_match
        if user.has_second_factor and not user.is_verified() and match.view_name not in OPEN:
            return send_to(request, reverse("accounts:confirm"))
        if match.app_names[:1] == ["admin"] and match.view_name != "admin:logout":
            return operator_door(request)
        return None


class DeviceMiddleware:
    """Keeps when a session was last seen, and hands a browser the cookie by which it is known again (ACC-07)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        if request.user.is_authenticated and session.seen_at is not None:
            sessions.touch(session.session_key, session.seen_at, address_of(request))
        response = self.get_response(request)
        token = getattr(request, "new_browser_token", None)
        if token is not None:
            response.set_cookie(
                devices.COOKIE,
                token,
                max_age=devices.COOKIE_AGE_S,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response


class PersonTimeZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)
