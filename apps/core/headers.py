"""What every answer tells the browser about itself, besides what Django's and django-csp's middleware say (SEC-02)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse


class HeadersMiddleware:
    """Permissions-Policy: which features of the device pages may use. Cross-Origin-Resource-Policy: nobody embeds us.
    Cache-Control: pages that looked at the session are not kept. Clear-Site-Data: after a sign-out nothing is.

    A view that means something else sets its own header, which stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = ", ".join(
            f"{feature}=({' '.join(allowed)})" for feature, allowed in settings.PERMISSIONS_POLICY.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.policy)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        session = getattr(request, "session", None)
        if session is not None and session.accessed and _is_page(response):
            response.setdefault("Cache-Control", "private, no-store")
        if getattr(request, "signed_out", False):
            response.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response


def _is_page(response: HttpResponse) -> bool:
    return str(response.get("Content-Type", "")).startswith("text/html")


@receiver(user_logged_out)
def note_sign_out(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]
