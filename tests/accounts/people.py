"""What a person does to sign in, for tests."""

import base64
import time

from allauth.account.models import EmailAddress
from django.test import Client
from django.test.client import Client as DjangoClient
from django_otp.oath import TOTP

from apps.accounts.models import TimeCodeDevice, User
from tests.factories import PASSWORD

LOGIN, STEP = "/accounts/login/", "/accounts/login/second-step/"


def confirmed(user: User) -> User:
    """The person's address is verified."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def code_of(device: TimeCodeDevice, *, skew_s: float = 0) -> str:
    """What an app shows whose clock is so many seconds off."""
    totp = TOTP(base64.b32decode(device.key))
    totp.time = time.time() + skew_s
    return f"{totp.token():06d}"


def with_app(user: User) -> TimeCodeDevice:
    device: TimeCodeDevice = TimeCodeDevice.objects.create(user=user, name="Authenticator app")
    user.refresh_from_db()
    return device


def give_password(
    user: User, password: str = PASSWORD, client: DjangoClient | None = None, **form: str
) -> Client:
    """A browser after the first step."""
    client = client or Client()
    client.post(LOGIN, {"login": user.email, "password": password, **form})
    return client


def is_in(client: DjangoClient) -> bool:
    return client.get("/accounts/profile/").status_code == 200
