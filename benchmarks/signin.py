"""Signing in, beside the shortest Django that does the same: its own LoginView with its usual middleware.

Both check the password with a hash that costs nothing, so that the rest is seen; both read and write the same
PostgreSQL, sessions included, through the whole of Django but no network. Ours is a person who comes back with a known
browser and has no second factor.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from benchmarks.own_database import own_database
from benchmarks.runner import interleaved, medians, report

ROUNDS = 5
REQUESTS = 40  # for one median
BAR = 3.0
PASSWORD = "correct horse battery staple"
EMAIL = "person@example.com"
BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
BARE: dict[str, Any] = {
    "MIDDLEWARE": BARE_MIDDLEWARE,
    "ROOT_URLCONF": "benchmarks.bare_urls",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "LOGIN_REDIRECT_URL": "/",
}
CHEAP_HASH = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


def main() -> None:
    with own_database("signin"):
        from django.test import override_settings

        with override_settings(**CHEAP_HASH):
            _make_person()
            ours, bare = _Visitor("/accounts/login/", "login"), _Visitor("/login/", "username")

            def measure_bare() -> float:
                with override_settings(**BARE):
                    return _median_ms(bare.sign_in)

            ways = {"ours": lambda: _median_ms(ours.sign_in), "Django's LoginView": measure_bare}
            for way in ways.values():
                way()  # what is kept after the first time
            middle = medians(interleaved(ways, ROUNDS))
    ratio = middle["ours"] / middle["Django's LoginView"]
    report(
        "signin", ours=middle["ours"], rival=middle["Django's LoginView"], ratio=ratio, bar=BAR, met=ratio <= BAR,
        unit="ms", note=f"without the password hash; medians of {ROUNDS} × {REQUESTS} sign-ins; bar: at most",
    )  # fmt: skip


def _make_person() -> None:
    from allauth.account.models import EmailAddress

    from apps.accounts.models import User
    from apps.teams.services import create_team

    person = User.objects.create_user(EMAIL, PASSWORD, display_name="Person")
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    create_team(name="Measured", owner=person)


class _Visitor:
    """Signs in again and again from one browser: its cookies stay, its session does not.

    Each sign-in comes from a network address of its own, since so many from one would be stopped.
    """

    def __init__(self, address: str, field: str) -> None:
        from django.test import Client

        self.client = Client(HTTP_HOST="localhost", HTTP_USER_AGENT="Mozilla/5.0 (benchmark)")
        self.address, self.field = address, field
        self.number = 0

    def sign_in(self) -> float:
        """Seconds of one sign-in; raises where it did not work."""
        self.number += 1
        self.client.cookies.pop("sessionid", None)
        address = f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"
        data = {self.field: EMAIL, "password": PASSWORD}
        started = time.perf_counter()
        answer: HttpResponse = self.client.post(self.address, data, REMOTE_ADDR=address)
        taken = time.perf_counter() - started
        if answer.status_code != 302 or "sessionid" not in self.client.cookies:
            raise RuntimeError(f"{self.address} answered {answer.status_code}")
        return taken


def _median_ms(sign_in: Callable[[], float]) -> float:
    return statistics.median(sign_in() for _ in range(REQUESTS)) * 1000
