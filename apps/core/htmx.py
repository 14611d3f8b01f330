"""Two things HTMX does not do by itself: show Django's messages, and leave a part of a page for another page."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

LEAVES_PAGE = ("HX-Redirect", "HX-Refresh", "HX-Location")


class HtmxAnswerMiddleware:
    """Messages become toasts; a redirect to the sign-in page takes the whole page there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx: Any = getattr(request, "htmx", None)
        if not htmx or htmx.boosted:
            return response
        location = response.get("Location", "")
        sign_in = resolve_url(settings.LOGIN_URL)
        if location and urlsplit(location).path == sign_in:
            here = htmx.current_url_abs_path or "/"
            return HttpResponse(status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': here})}"})
        if not location and not any(name in response for name in LEAVES_PAGE):
            _messages_to_toasts(request, response)
        return response


def send_to(request: HttpRequest, address: str) -> HttpResponse:
    """Take the whole page to this address of ours, with `?next=` of where the person is now.

    What was to be sent is not kept: after a POST the person comes back to the page with the form.
    """
    htmx: Any = getattr(request, "htmx", None)
    if htmx and not htmx.boosted:
        here = htmx.current_url_abs_path or "/"
        where = f"{address}?{urlencode({'next': here})}"
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    here = request.get_full_path() if request.method in ("GET", "HEAD") else _referring_page(request)
    return redirect(f"{address}?{urlencode({'next': here})}")


def _referring_page(request: HttpRequest) -> str:
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _messages_to_toasts(request: HttpRequest, response: HttpResponse) -> None:
    toasts = [{"message": str(message), "level": message.level_tag} for message in get_messages(request)]
    if not toasts:
        return
    events = json.loads(response["HX-Trigger"]) if response.get("HX-Trigger", "").startswith("{") else {}
    if not events and response.get("HX-Trigger"):
        events = dict.fromkeys((name.strip() for name in response["HX-Trigger"].split(",")), "")
    events.setdefault("toast", toasts[-1] if len(toasts) == 1 else {**toasts[-1], "message": _joined(toasts)})
    response["HX-Trigger"] = json.dumps(events)


def _joined(toasts: list[dict[str, str]]) -> str:
    return " ".join(toast["message"] for toast in toasts)
