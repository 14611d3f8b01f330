"""Forms about people."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import get_language_from_request

from apps.accounts.ages import is_old_enough
from apps.accounts.models import User, check_plain_name


class SignupDetails(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "name"}),
        validators=[check_plain_name],
    )
    birth_date = forms.DateField(
        label="Date of birth",
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}),
        help_text="We check it and do not keep it.",
    )

    field_order = ["display_name", "email", "password1", "birth_date"]

    def clean_birth_date(self) -> date:
        """Whoever was too young a moment ago is not older with another date: the browser's session remembers."""
        session = context.request.session
        born: date = self.cleaned_data["birth_date"]
        today = timezone.localdate()
        if born > today:
            raise forms.ValidationError("This date is yet to come.")
        if session.get("too_young") or not is_old_enough(born, today):
            session["too_young"] = True
            raise forms.ValidationError("We can't open an account for you.")
        return born

    def clean(self) -> dict[str, Any] | None:
        """The password must not be like the name either; allauth only knows the address."""
        found = super().clean() or {}
        password, name = found.get("password1"), found.get("display_name")
        if password and name:
            try:
                validate_password(password, User(email=found.get("email", ""), display_name=name))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return found

    def signup(self, request: Any, user: Any) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.age_confirmed_at = timezone.now()
        user.language = get_language_from_request(request)
        user.save(update_fields=["display_name", "age_confirmed_at", "language"])


def zone_choices() -> list[tuple[str, str]]:
    """Zones that are named after places, with spaces for reading."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, language, time zone and theme."""

    display_name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text="Your team sees it.",
    )
    language = forms.ChoiceField(
        label="Language", choices=settings.LANGUAGES, help_text="Of what we write to you."
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, help_text="All times are shown in it. Type to find yours."
    )

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone", "theme"]


class CodeForm(forms.Form):
    """A time code or a backup code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        help_text="The six digits of your authenticator app, or one of your backup codes.",
    )


class FirstCodeForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label="Code of the app",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"invalid": "A code has six digits."},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class PasswordForm(forms.Form):
    """The person's own password, once more."""

    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
        strip=False,
    )


class PasskeyForm(forms.Form):
    """A new passkey: a name to know it by, and what the browser made (JSON)."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        initial="This device",
        help_text="To know it by, such as “Phone” or “Blue key”.",
    )
    credential = forms.CharField(widget=forms.HiddenInput, max_length=20_000)
