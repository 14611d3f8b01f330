"""What follows from rows and sign-ins, whoever makes them."""

from typing import Any

from allauth.account import signals as allauth
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django_otp import devices_for_user
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts import devices, factors, mails, services, signals
from apps.accounts.models import BackupCodes, TimeCodeDevice, User
from apps.accounts.session_store import DEVICE


@receiver([post_save, post_delete], sender=TimeCodeDevice)
@receiver([post_save, post_delete], sender=WebAuthnCredential)
def keep_second_factor_flag(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Backup codes alone are no second factor: they stand in for one that was lost."""
    user = User.objects.filter(pk=instance.user_id).first()
    if user is None:
        return
    has = any(not isinstance(device, BackupCodes) for device in devices_for_user(user))
    if has != user.has_second_factor:
        User.objects.filter(pk=user.pk).update(has_second_factor=has)


@receiver(user_logged_in)
def note_sign_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Whoever has just signed in need not prove it once more; from a new browser, they are told by mail."""
    if request is None or not hasattr(request, "session"):
        return
    factors.note_proof(request.session, by_factor=getattr(user, "otp_device", None) is not None)
    device = devices.describe(request)
    request.session[DEVICE] = device
    token = request.COOKIES.get(devices.COOKIE) or devices.new_token()
    new = services.sign_ins.recognise(
        user=user, token=token, agent=device["agent"], address=device["address"]
    )
    request.new_browser_token = token  # type: ignore[attr-defined]  # the middleware makes a cookie of it
    signals.sign_in.send(User, user=user, request=request, method=_method(request), new_device=new)


def _method(request: HttpRequest) -> str:
    """How the person came in: password, or the provider's name."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or [{}]
    first = records[0]
    return str(first.get("provider") or first.get("method") or "password")


@receiver(user_logged_out)
def note_sign_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        signals.sign_out.send(User, user=user, request=request)


@receiver(user_login_failed)
def note_failure(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=email).first()
    signals.sign_in_failed.send(User, user=user, reason="password")


@receiver(allauth.password_changed)
@receiver(allauth.password_set)
def end_other_sessions(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password signs every other device out; Django's own check would only refuse them one by one."""
    session = getattr(request, "session", None)
    keep = services.sessions.key_of(session) if session is not None else None
    services.sessions.end_all(user=user, keep=keep, reason="password_change")
    signals.password_changed.send(User, user=user)


@receiver(allauth.password_reset)
def end_sessions(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    services.sessions.end_all(user=user, keep=None, reason="password_reset")
    signals.password_changed.send(User, user=user)


@receiver([signals.factor_added, signals.factor_removed])
def tell_of_factor(sender: Any, signal: Any, user: User, kind: str, **kwargs: Any) -> None:
    """Whoever changes what protects an account must not do it unseen."""
    template = "factor_added" if signal is signals.factor_added else "factor_removed"
    mails.send(user, template, kind=kind)
