"""What accounts hold of a person."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.files.storage import default_storage
from django_otp import devices_for_user
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts.models import BackupCodes, KnownBrowser, Session, TimeCodeDevice
from apps.core.personal_data import Part, collects

PROFILE = (
    "email", "display_name", "language", "time_zone", "theme", "is_staff", "date_joined", "last_login",
    "age_confirmed_at", "deletion_due_at", "created_at", "updated_at",
)  # fmt: skip


HELD = (
    EmailAddress, SocialAccount, TimeCodeDevice, BackupCodes, WebAuthnCredential, Session, KnownBrowser,
)  # fmt: skip


@collects("account", *HELD)
def of_person(user: Any) -> Iterator[Part]:
    """Profile, addresses, picture, connected accounts, factors (without their keys), devices."""
    yield Part("profile.json", rows={name: getattr(user, name) for name in PROFILE if hasattr(user, name)})
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    yield Part("addresses.json", rows=list(addresses.values("email", "verified", "primary")))
    connected = SocialAccount.objects.filter(user=user).order_by("pk")
    facts = ("provider", "uid", "extra_data", "date_joined", "last_login")
    yield Part("connected_accounts.json", rows=list(connected.values(*facts)))
    factors = [{"kind": device._meta.verbose_name, "name": device.name} for device in devices_for_user(user)]
    yield Part("second_factors.json", rows=factors)
    seen = ("user_agent", "address", "signed_in_at", "seen_at")
    yield Part(
        "sessions.json", rows=list(Session.objects.filter(user=user).order_by("-seen_at").values(*seen))
    )
    browsers = KnownBrowser.objects.filter(user=user).order_by("-seen_at")
    yield Part("browsers.json", rows=list(browsers.values("created_at", "seen_at")))
    if user.avatar:
        yield Part("picture.webp", open=lambda: default_storage.open(user.avatar))
