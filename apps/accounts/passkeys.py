"""Passkeys (WebAuthn level 2) over django-otp-webauthn: bound to the host that the page was served from (ACC-05)."""

import json
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest
from django.http.request import split_domain_port
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException

from apps.accounts import signals
from apps.accounts.errors import AccountError
from apps.accounts.models import User

STATE = "passkey_state"  # session: the challenge that waits for its answer
WRONG = (
    OTPWebAuthnApiError,
    WebAuthnException,
    ValueError,
    KeyError,
    TypeError,
)  # what a made-up answer raises


def relying_party(request: HttpRequest) -> str:
    """The host without its port: what browsers bind a passkey to."""
    return request.get_host().rsplit(":", 1)[0]


def place_by_name(request: HttpRequest) -> str | None:
    """Where passkeys work, if not here: browsers bind them to names and refuse addresses that are numbers.

    None where this page has a name; else the same page at localhost, or "" for a machine that is not one's own.
    """
    host, port = split_domain_port(request.get_host())
    try:
        number = ip_address(host.strip("[]"))
    except ValueError:
        return None
    if not number.is_loopback:
        return ""
    place = f"localhost:{port}" if port else "localhost"
    return f"{request.scheme}://{place}{request.get_full_path()}"


class PasskeyHelper(WebAuthnHelper):
    def get_allowed_origins(self) -> list[str]:
        """The page's own origin, as seen by the person: ALLOWED_HOSTS has been checked before."""
        return [f"{self.request.scheme}://{self.request.get_host()}"]

    def create_attestation(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept of who made the authenticator: none is asked for."""


def options_to_add(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge waits in the session."""
    options, request.session[STATE] = PasskeyHelper(request).register_begin(user=user)
    return dict(options)


def options_to_use(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to ask for one of the person's passkeys."""
    options, request.session[STATE] = PasskeyHelper(request).authenticate_begin(
        user=user, require_user_verification=False
    )
    return dict(options)


def add(request: HttpRequest, user: User, answer: str, name: str) -> WebAuthnCredential:
    """Keep the passkey that the browser made. Raises AccountError where the answer does not fit the challenge."""
    try:
        state = _challenge(request)
        device = PasskeyHelper(request).register_complete(user=user, state=state, data=json.loads(answer))
    except WRONG as error:
        raise AccountError("The device did not answer as expected. Try again.") from error
    device.name = name
    device.save(update_fields=["name"])
    signals.factor_added.send(User, user=user, kind="passkey", name=name)
    return device


def use(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential | None:
    """The person's passkey that signed the challenge, or None. Each challenge is good for one answer."""
    try:
        state = _challenge(request)
        device = PasskeyHelper(request).authenticate_complete(user=user, state=state, data=json.loads(answer))
    except WRONG:
        return None
    if not device.confirmed:
        return None
    signals.factor_used.send(User, user=user, kind="passkey")
    return device


def _challenge(request: HttpRequest) -> dict[str, Any]:
    """Taken out for good before anything is checked, so that no answer counts twice."""
    state = request.session.pop(STATE, None)
    request.session.save()
    if not state:
        raise ValueError("no challenge was given")
    return dict(state)
