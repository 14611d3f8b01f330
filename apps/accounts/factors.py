"""Asking for a second factor: who has one, whether a code is right, and how fresh the last proof is."""

import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as mark_verified
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts import signals
from apps.accounts.models import BackupCodes, TimeCodeDevice, User

PROVED = "proved_at"  # session: when the person last proved to be themselves, in Unix seconds
PROVED_BY_FACTOR = "proved_by_factor"

KINDS = {"timecodedevice": "time_code", "backupcodes": "backup_codes", "webauthncredential": "passkey"}


def kind_of(device: Device) -> str:
    return KINDS[str(device._meta.model_name)]


def typed_factors(user: User) -> bool:
    """Whether the person has anything whose codes can be typed."""
    mine = {"user": user, "confirmed": True}
    return TimeCodeDevice.objects.filter(**mine).exists() or BackupCodes.objects.filter(**mine).exists()


def has_passkeys(user: User) -> bool:
    return bool(WebAuthnCredential.objects.filter(user=user, confirmed=True).exists())


@transaction.atomic
def use_code(user: User, code: str) -> Device | None:
    """The factor that this code belongs to, or None. A code that opened once never opens again."""
    code = code.strip().replace(" ", "")
    for model in (TimeCodeDevice, BackupCodes):
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is not None and device.verify_token(code):
            signals.factor_used.send(User, user=user, kind=kind_of(device))
            return device
    return None


def note_proof(session: Any, *, by_factor: bool) -> None:
    """Remember in the session that the person has just proved to be themselves.

    It gets a new key: who knew the old one, from before, gains nothing by the proof.
    """
    session.cycle_key()
    session[PROVED] = time.time()
    session[PROVED_BY_FACTOR] = by_factor


def accept(request: HttpRequest, device: Device) -> None:
    """The signed-in person has just used this factor: the session is verified and fresh."""
    mark_verified(request, device)
    note_proof(request.session, by_factor=True)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved within FRESH_FOR_S to be themselves: by factor, or by password where there is none."""
    proved = request.session.get(PROVED, 0)
    recent = 0 <= time.time() - proved <= settings.FRESH_FOR_S
    strong = request.session.get(PROVED_BY_FACTOR, False) or not request.user.has_second_factor  # type: ignore[union-attr]
    return bool(recent and strong)
