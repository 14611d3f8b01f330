"""People."""

import unicodedata
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from apps.core.models import Timestamped

JOINERS = "\u200c\u200d"  # join or part letters in Persian, Hindi and emoji


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address (stored in lower case) and password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone. Choose one such as Europe/Berlin.")


def check_plain_name(name: str) -> None:
    """A name is one line of visible letters: it stands in subjects and headers, and must not turn text around."""
    if any(
        unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in JOINERS
        for letter in name
    ):
        raise ValidationError("Use a name without line breaks and invisible signs.")


class Theme(models.TextChoices):
    SYSTEM = "system", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(Timestamped, AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    display_name = models.CharField("name", max_length=80, blank=True, validators=[check_plain_name])
    avatar = models.CharField(max_length=200, blank=True, editable=False)  # a name in the default storage
    age_confirmed_at = models.DateTimeField(null=True, editable=False)  # the birth date itself is not kept
    deletion_due_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("operator", default=False)
    # Kept by receivers of the factors' own rows, so that the door needs no further question to know it.
    has_second_factor = models.BooleanField(default=False, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    @property
    def avatar_url(self) -> str:
        """The picture's address, another for each picture; empty where there is none."""
        if not self.avatar:
            return ""
        return f"{reverse('accounts:picture', args=[self.pk])}?v={self.avatar[-17:-5]}"

    @property
    def initials(self) -> str:
        """One or two letters for the round badge."""
        words = (self.display_name or self.email.partition("@")[0]).split()
        return "".join(word[0] for word in words[:2]).upper()
