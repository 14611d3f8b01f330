"""Proving once more to be oneself: while signing in, and before what is sensitive."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStageController
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.models import Device

from apps.accounts import factors, lockouts, passkeys
from apps.accounts.forms import CodeForm, PasswordForm
from apps.accounts.models import User
from apps.accounts.requests import PersonRequest
from apps.accounts.stages import SecondFactorStage
from apps.core.limits import Verdict


def where_next(request: HttpRequest) -> str:
    """The address of ours that `next` names, or the start page: never another site."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if safe else "/"


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: PersonRequest) -> HttpResponse:
    """Ask for a factor, or for the password where none is enrolled, and go back to where the person came from."""
    user = request.user
    if not user.has_second_factor and not user.has_usable_password():
        messages.info(request, _("Set up a second factor first: your account has no password to ask for."))
        return redirect("accounts:security")
    form = (CodeForm if user.has_second_factor else PasswordForm)(request.POST or None)
    verdict = lockouts.look(lockouts.SECOND_FACTOR, str(user.pk))
    if request.method == "POST" and verdict.allowed:
        if _proved(request, user, form):
            lockouts.passed(lockouts.SECOND_FACTOR, str(user.pk))
            return redirect(where_next(request))
        verdict = _refuse(user, form)
    return _page(request, user, form, verdict, {"next": where_next(request)})


@login_stage_required(stage=SecondFactorStage.key, redirect_urlname="account_login")
@require_http_methods(["GET", "POST"])
def sign_in_step(request: Any) -> HttpResponse:
    """The step between the password and the session: nobody is signed in yet."""
    user: User = request._login_stage.login.user
    form = CodeForm(request.POST or None)
    verdict = lockouts.look(lockouts.SECOND_FACTOR, str(user.pk))
    if request.method == "POST" and verdict.allowed:
        device = _factor(request, user, form)
        if device is not None:
            lockouts.passed(lockouts.SECOND_FACTOR, str(user.pk))
            return _finish_sign_in(request, device)
        verdict = _refuse(user, form)
    return _page(request, user, form, verdict, {"signing_in": True})


@require_POST
def passkey_begin(request: HttpRequest) -> HttpResponse:
    """A challenge for the passkeys of whoever is signed in, or is between the password and the session."""
    if request.user.is_authenticated:
        return JsonResponse(passkeys.options_to_use(request, request.user))
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None:
        raise Http404("Nobody is signing in")
    return JsonResponse(passkeys.options_to_use(request, stage.login.user))


def _finish_sign_in(request: Any, device: Device) -> HttpResponse:
    """Leave the stage: the factor was right. django-otp marks the session when allauth signs the person in."""
    stage = request._login_stage
    stage.login.user.otp_device = device
    kind = factors.kind_of(device)
    record_authentication(request, stage.login.user, method="mfa", id=device.pk, type=kind)
    response: HttpResponse = stage.exit()
    return response


def _factor(request: HttpRequest, user: User, form: forms.Form) -> Device | None:
    """The factor that was shown: a passkey that signed, or the one whose code was typed."""
    if answer := request.POST.get("credential"):
        return passkeys.use(request, user, answer)
    return factors.use_code(user, form.cleaned_data["code"]) if form.is_valid() else None


def _proved(request: PersonRequest, user: User, form: forms.Form) -> bool:
    if isinstance(form, PasswordForm):
        if not form.is_valid() or not user.check_password(form.cleaned_data["password"]):
            return False
        factors.note_proof(request.session, by_factor=False)
        return True
    device = _factor(request, user, form)
    if device is not None:
        factors.accept(request, device)
    return device is not None


def _refuse(user: User, form: forms.Form) -> Verdict:
    """Count the failure and say what was wrong."""
    field = "password" if isinstance(form, PasswordForm) else "code"
    if form.is_valid():
        form.add_error(
            field,
            _("That is not your password.")
            if field == "password"
            else _("That code is not right, or it was used already. Wait for the next one."),
        )
    return lockouts.failed(lockouts.SECOND_FACTOR, str(user.pk))


def _page(
    request: HttpRequest, user: User, form: forms.Form, verdict: Verdict, more: dict[str, Any]
) -> HttpResponse:
    """The page; 429 with Retry-After while too many tries were wrong."""
    by_code = isinstance(form, CodeForm)
    answered = form.is_bound
    passkey_failed = answered and bool(request.POST.get("credential"))
    if passkey_failed:
        form = CodeForm()  # nothing was typed, so nothing typed was wrong
    context = {
        **more,
        "form": form,
        "user_asked": user,
        "by_code": by_code and factors.typed_factors(user),
        "by_passkey": by_code and factors.has_passkeys(user),
        "place_by_name": passkeys.place_by_name(request),
        "locked": not verdict.allowed,
        "verdict": verdict,
        "passkey_failed": passkey_failed,
    }
    status = 429 if not verdict.allowed else 422 if answered else 200
    response = render(request, "accounts/confirm.html", context, status=status)
    if not verdict.allowed:
        response["Retry-After"] = verdict.retry_after_header
    return response
