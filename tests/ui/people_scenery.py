"""People who are in the middle of something: signing in, setting up a factor, setting a new password, leaving."""

from datetime import timedelta
from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts import services
from apps.accounts.models import TimeCodeDevice, User
from tests.accounts.people import confirmed
from tests.factories import UserFactory


def build_people() -> dict[str, Any]:
    """The names are those of `who` in `pages.py`."""
    leaving = person("Finn Aalto")
    User.objects.filter(pk=leaving.pk).update(deletion_due_at=timezone.now() + timedelta(days=9))
    forgetful = person("Rosa Klein")
    unconfirmed = UserFactory(email="nora@example.com", display_name="Nora New")
    EmailAddress.objects.create(user=unconfirmed, email=unconfirmed.email, primary=True)
    without_password = person("Theo Berg")
    without_password.set_unusable_password()
    without_password.save()
    enrolling = person("Lin Park")
    services.begin_app(user=enrolling)
    key = EmailAwarePasswordResetTokenGenerator().make_token(forgetful)
    return {
        "guarded": guarded(),
        "with_passkey": with_passkey(),
        "enrolling": enrolling,
        "leaving": User.objects.get(pk=leaving.pk),
        "unconfirmed": unconfirmed,
        "without_password": without_password,
        "reset_key": f"{user_pk_to_url_str(forgetful)}-{key}",
    }


def person(name: str) -> User:
    return confirmed(UserFactory(display_name=name, email=f"{name.split()[0].lower()}@example.com"))


def guarded() -> User:
    """With an authenticator app, a passkey and some backup codes."""
    user = person("Greta Holm")
    TimeCodeDevice.objects.create(
        user=user, name="Authenticator app", used_at=timezone.now() - timedelta(hours=5)
    )
    passkey(user, "Blue key")
    services.renew_codes(user=user)
    user.refresh_from_db()
    return user


def with_passkey() -> User:
    """With nothing but a passkey."""
    user = person("Pia Costa")
    passkey(user, "Phone")
    user.refresh_from_db()
    return user


def passkey(user: User, name: str) -> WebAuthnCredential:
    return WebAuthnCredential.objects.create(
        user=user, name=name, confirmed=True, credential_id=user.pk.bytes, public_key=b"x", sign_count=1
    )
