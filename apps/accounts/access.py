"""Doors that ask for more than a sign-in: operators with their second factor, and a fresh proof of who it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from apps.accounts import factors
from apps.core.htmx import send_to

View = Callable[..., HttpResponseBase]


def second_factor_passed(user: Any, session: Any) -> bool:
    """Whether this session may act for the person: no factor is enrolled, or one was used in it.

    For those that have no request to ask (`request.user.is_verified()`), such as sockets.
    """
    if not user.has_second_factor:
        return True
    device = Device.from_persistent_id(session.get(DEVICE_ID_SESSION_KEY) or "")
    return device is not None and device.confirmed and device.user_id == user.pk


def operator_door(request: Any) -> HttpResponseBase | None:
    """What stands in the way of a signed-in person to an operator page, or None where nothing does.

    Raises Http404 for whoever is no operator: to them these pages do not exist.
    """
    if not request.user.is_staff:
        raise Http404("No such page")
    if request.user.is_verified():
        return None
    if request.user.has_second_factor:
        return send_to(request, reverse("accounts:confirm"))
    messages.info(request, _("Operator pages need a second factor. Set one up, then go on."))
    return send_to(request, reverse("accounts:security"))


def operator_required(view: View) -> View:
    """Let only operators in who have used their second factor: sign-in first, 404 for everybody else (ACC-06)."""

    @wraps(view)
    @login_required
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return operator_door(request) or view(request, *args, **kwargs)

    inner.operator = True  # type: ignore[attr-defined]
    return inner


def fresh_second_factor(view: View) -> View:
    """Ask once more for a factor – the password where none is enrolled – unless that was done lately.

    Lately is `settings.FRESH_FOR_S`. Signed-out people are sent to sign in. After a POST the person comes back to
    the page with the form; what was sent is not kept.
    """

    @wraps(view)
    @login_required
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not factors.is_fresh(request):
            return send_to(request, reverse("accounts:confirm"))
        return view(request, *args, **kwargs)

    inner.fresh = True  # type: ignore[attr-defined]
    return inner
