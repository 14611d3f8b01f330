"""The person's second factors: an authenticator app, passkeys, backup codes."""

import base64
import io

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts import factors, passkeys, services
from apps.accounts.access import fresh_second_factor
from apps.accounts.errors import AccountError
from apps.accounts.forms import FirstCodeForm, PasskeyForm
from apps.accounts.models import BackupCodes, TimeCodeDevice
from apps.accounts.requests import PersonRequest
from apps.accounts.services import sessions


@login_required
@require_GET
def security(request: PersonRequest) -> HttpResponse:
    """What proves that it is this person."""
    context = {
        "app": TimeCodeDevice.objects.filter(user=request.user, confirmed=True).first(),
        "passkeys": WebAuthnCredential.objects.filter(user=request.user, confirmed=True).order_by(
            "created_at"
        ),
        "codes": BackupCodes.objects.filter(user=request.user).first(),
        "other_devices": sessions.of(request.user).exclude(pk=sessions.key_of(request.session)).count(),
    }
    return render(request, "accounts/security.html", context)


@require_POST
@fresh_second_factor
def begin_app(request: PersonRequest) -> HttpResponse:
    try:
        services.begin_app(user=request.user)
    except AccountError as error:
        messages.warning(request, error.message)
        return redirect("accounts:security")
    return redirect("accounts:add_app")


@never_cache
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def add_app(request: PersonRequest) -> HttpResponse:
    """QR code, key and first code; then the backup codes, once."""
    device = TimeCodeDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return redirect("accounts:security")
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            device, codes = services.confirm_app(user=request.user, code=form.cleaned_data["code"])
        except AccountError as error:
            form.add_error(error.field, error.message)
        else:
            factors.accept(request, device)
            messages.success(request, _("Your authenticator app is in use."))
            return _show_codes(request, codes) if codes else redirect("accounts:security")
    context = {"device": device, "form": form, "qr_code": _qr_code(device.address)}
    return render(request, "accounts/add_app.html", context, status=422 if form.is_bound else 200)


@require_POST
@fresh_second_factor
def remove_app(request: PersonRequest) -> HttpResponse:
    services.remove_app(user=request.user)
    messages.success(request, _("The authenticator app is no longer asked for."))
    return redirect("accounts:security")


@never_cache
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def add_passkey(request: PersonRequest) -> HttpResponse:
    """A name for it; the browser makes the rest. Then the backup codes, if it is the first factor."""
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            device = passkeys.add(
                request, request.user, form.cleaned_data["credential"], form.cleaned_data["name"]
            )
        except AccountError as error:
            form.add_error(None, error.message)
        else:
            factors.accept(request, device)
            messages.success(request, _("The passkey is in use."))
            codes = services.ensure_codes(request.user)
            return _show_codes(request, codes) if codes else redirect("accounts:security")
    context = {"form": form, "place_by_name": passkeys.place_by_name(request)}
    return render(request, "accounts/add_passkey.html", context, status=422 if form.is_bound else 200)


@require_POST
@fresh_second_factor
def add_passkey_begin(request: PersonRequest) -> HttpResponse:
    return JsonResponse(passkeys.options_to_add(request, request.user))


@require_POST
@fresh_second_factor
def remove_passkey(request: PersonRequest, passkey_id: int) -> HttpResponse:
    if not services.remove_passkey(user=request.user, passkey_id=passkey_id):
        raise Http404("No such passkey")
    messages.success(request, _("The passkey no longer opens your account."))
    return redirect("accounts:security")


@never_cache
@require_POST
@fresh_second_factor
def new_codes(request: PersonRequest) -> HttpResponse:
    if not request.user.has_second_factor:
        messages.warning(request, _("Backup codes stand in for a second factor. Set one up first."))
        return redirect("accounts:security")
    return _show_codes(request, services.renew_codes(user=request.user))


def _show_codes(request: PersonRequest, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/codes.html", {"codes": codes})


def _qr_code(text: str) -> str:
    """A data address of an SVG, since the key must not be fetched from anywhere."""
    picture = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    buffer = io.BytesIO()
    picture.save(buffer)
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
